"""Calls to STS, signed with role credentials."""

from sekisho.aws.endpoint import Endpoint, Service
from sekisho.aws.exchange import call
from sekisho.model import CallerIdentity, RoleCredentials
from sekisho.ports import Clock, Http
from sekisho.values import dataclass
from sekisho.wire import sts as wire
from sekisho.wire.http import Request
from sekisho.wire.rejection import Rejection
from sekisho.wire.sigv4 import sign
from sekisho.wire.sts import WantedRole

__all__ = ["Sts", "blames_the_clock"]

_CLOCK_IS_OFF = ("Signature expired: ", "Signature not yet current: ")
"""How AWS's SigV4 verification begins, when the signature's time is not its own."""


@dataclass(frozen=True, slots=True)
class Sts:
    """STS at one endpoint."""

    http: Http
    """Already retrying (`aws.retry`)."""
    endpoint: Endpoint
    """Requests are signed for its Region."""
    clock: Clock
    """The time of the signature: a clock that is far off is rejected by the service."""

    def get_caller_identity(self, credentials: RoleCredentials) -> CallerIdentity | Rejection:
        """Ask who `credentials` belong to. Needs no permission, and changes nothing.

        Blocks for one call with its retries. Returns the `Rejection` of a 4xx answer
        (`ExpiredToken`, `InvalidClientTokenId`, `SignatureDoesNotMatch`). Raises
        `PlainHttpRefused`, `Unreachable`, `TlsNotVerified`, `Throttled` and `ServiceFailed`.
        """
        return call(
            self.http,
            self.endpoint,
            self._signed(wire.get_caller_identity(self.endpoint.url), credentials),
            wire.caller_identity_in,
            operation="GetCallerIdentity",
            rejection_in=wire.rejection_of,
        )

    def assume_role(
        self, credentials: RoleCredentials, wanted: WantedRole
    ) -> RoleCredentials | Rejection:
        """Ask for credentials of another role, with those of one.

        Blocks for one call with its retries. Returns the `Rejection` of a 4xx answer: AccessDenied
        where the role does not trust the caller, ValidationError for a parameter. Raises as
        `get_caller_identity` does.
        """
        return call(
            self.http,
            self.endpoint,
            self._signed(wire.assume_role(self.endpoint.url, wanted), credentials),
            wire.assumed_role_in,
            operation="AssumeRole",
            rejection_in=wire.rejection_of,
        )

    def _signed(self, request: Request, credentials: RoleCredentials) -> Request:
        return sign(
            request,
            access_key_id=credentials.access_key_id,
            secret_access_key=credentials.secret_access_key,
            session_token=credentials.session_token,
            region=self.endpoint.region,
            service=Service.STS,
            at=self.clock.now(),
        )


def blames_the_clock(rejection: Rejection) -> bool:
    """Whether STS refused a signature for its time: this machine's clock is off."""
    return rejection.message.startswith(_CLOCK_IS_OFF)
