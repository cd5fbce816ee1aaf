"""One role assumed with the credentials of another source (operation AssumeRole)."""

from typing import NoReturn

from sekisho.aws.sts import Sts, blames_the_clock
from sekisho.awsconfig.chain import RoleLink
from sekisho.credentials.interface import AskCode
from sekisho.errors import RoleNotTrusting, ServiceFailed, ServiceRejected
from sekisho.model import ProfileName, RoleCredentials
from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire.rejection import Rejection
from sekisho.wire.sts import WantedRole

__all__ = ["RoleAssumption"]

_OPERATION = "AssumeRole"
_ABOUT_THE_SOURCE = ("ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch")
"""What STS says of the credentials that it was asked with, and not of the role."""


@dataclass(frozen=True, slots=True)
class RoleAssumption:
    """Satisfies `Assumption`: one link of a chain, and nothing here knows what is cached."""

    link: RoleLink
    profile: ProfileName
    """The chained profile that all this is for."""
    sts: Sts
    ask_code: AskCode
    login: str
    """The command that signs in to where the chain begins."""

    def code(self) -> Secret | None:
        """Ask for the MFA code; see `Assumption.code`."""
        return None if self.link.mfa_serial is None else self.ask_code(self.link, self.profile)

    def call(self, credentials: RoleCredentials, code: Secret | None) -> RoleCredentials:
        """Assume the role; see `Assumption.call`.

        1. STS's answer. AccessDenied is about the role: `RoleNotTrusting`; of another rejection
           `ServiceRejected` says what to do.
        2. Credentials that are past their time on arrival are a fault of the service.
        """
        link = self.link
        wanted = WantedRole(
            role_arn=link.role_arn,
            session_name=link.session_name or self._session_name(),
            external_id=link.external_id,
            serial_number=link.mfa_serial,
            duration_seconds=link.duration_seconds,
            source_identity=link.source_identity,
            token_code=code,
        )
        answer = self.sts.assume_role(credentials, wanted)  # 1
        if isinstance(answer, Rejection):
            self._refuse(answer)
        if answer.expires_at <= self.sts.clock.now():  # 2
            raise ServiceFailed(
                _OPERATION,
                status=200,
                reason="Credentials were refreshed, but the refreshed credentials are still expired.",
            )
        return answer

    def _session_name(self) -> str:
        """What botocore calls a session that the config gives no name."""
        return f"botocore-session-{int(self.sts.clock.now().timestamp())}"

    def _refuse(self, rejection: Rejection) -> NoReturn:
        link = self.link
        if rejection.error == "AccessDenied":
            raise RoleNotTrusting(
                link.profile, link.role_arn, where=link.place, answer=rejection.message
            )
        if blames_the_clock(rejection):
            do = "set this machine's clock"
        elif rejection.error in _ABOUT_THE_SOURCE:
            do = self.login
        else:
            do = f"check what the profile {link.profile} says of its role at {link.place}"
        raise ServiceRejected(
            _OPERATION, error=rejection.error, description=rejection.message, do=do
        )
