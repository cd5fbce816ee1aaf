"""Calls to STS, signed with role credentials."""

from dataclasses import dataclass

from sekisho.aws.endpoint import Endpoint, Service
from sekisho.aws.exchange import call
from sekisho.model import CallerIdentity, RoleCredentials
from sekisho.ports import Clock, Http
from sekisho.wire import sts as wire
from sekisho.wire.rejection import Rejection
from sekisho.wire.sigv4 import sign

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
        request = sign(
            wire.get_caller_identity(self.endpoint.url),
            access_key_id=credentials.access_key_id,
            secret_access_key=credentials.secret_access_key,
            session_token=credentials.session_token,
            region=self.endpoint.region,
            service=Service.STS,
            at=self.clock.now(),
        )
        return call(
            self.http,
            self.endpoint,
            request,
            wire.caller_identity_in,
            operation="GetCallerIdentity",
            rejection_in=wire.rejection_of,
        )


def blames_the_clock(rejection: Rejection) -> bool:
    """Whether STS refused a signature for its time: this machine's clock is off."""
    return rejection.message.startswith(_CLOCK_IS_OFF)
