"""Credentials of a role that is assumed with those of another source (operation AssumeRole).

They are not kept. The AWS CLI's own files for them are named by the role, the session's name and
the like (`spec/aws-cli.md` §6.1), and by nothing that says who assumed it, from which role, at
which endpoint: no record could bind what lies there to one request.
"""

from dataclasses import dataclass
from typing import NoReturn

from sekisho.aws.sts import Sts, blames_the_clock
from sekisho.awsconfig.chain import RoleLink
from sekisho.credentials.interface import AskCode, CredentialSource
from sekisho.errors import RoleNotTrusting, ServiceFailed, ServiceRejected
from sekisho.model import RoleCredentials
from sekisho.wire.rejection import Rejection
from sekisho.wire.sts import WantedRole

__all__ = ["AssumeRoleSource"]

_OPERATION = "AssumeRole"
_ABOUT_THE_SOURCE = ("ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch")
"""What STS says of the credentials that it was asked with, and not of the role."""


@dataclass(frozen=True, slots=True)
class AssumeRoleSource:
    """Satisfies `CredentialSource`: one link of a chain, around the source before it."""

    upstream: CredentialSource
    link: RoleLink
    sts: Sts
    ask_code: AskCode
    login: str
    """The command that signs in to where the chain begins."""

    def fetch(self) -> RoleCredentials:
        """Assume the role, each time anew; see `CredentialSource.fetch`.

        1. The credentials of the link before, so that nobody is asked for a code in vain.
        2. The MFA code, where the profile has `mfa_serial`. Raises what `ask_code` raises.
        3. STS's answer. AccessDenied is about the role: `RoleNotTrusting`.
        4. Credentials that are past their time on arrival are a fault of the service.
        """
        credentials = self.upstream.fetch()  # 1
        link = self.link
        code = None if link.mfa_serial is None else self.ask_code(link)  # 2
        wanted = WantedRole(
            role_arn=link.role_arn,
            session_name=link.session_name or self._session_name(),
            external_id=link.external_id,
            serial_number=link.mfa_serial,
            duration_seconds=link.duration_seconds,
            source_identity=link.source_identity,
            token_code=code,
        )
        answer = self.sts.assume_role(credentials, wanted)  # 3
        if isinstance(answer, Rejection):
            self._refuse(answer)
        if answer.expires_at <= self.sts.clock.now():  # 4
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
