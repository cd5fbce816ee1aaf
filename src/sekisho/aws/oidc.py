"""Calls to the sign-in service (sso-oidc)."""

from collections.abc import Mapping

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.exchange import call
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire import oidc as wire
from sekisho.wire.oidc import DeviceAuthorization, IssuedToken, RegisteredClient
from sekisho.wire.rejection import Rejection

__all__ = ["DeviceAuthorization", "IssuedToken", "Oidc", "RegisteredClient"]


@dataclass(frozen=True, slots=True)
class Oidc:
    """The sign-in service at one endpoint.

    Every method blocks for one call with its retries, and returns the `Rejection` of a 4xx
    answer. Each raises `PlainHttpRefused`, `Unreachable`, `TlsNotVerified`, `Throttled` and
    `ServiceFailed`.
    """

    http: Http
    """Already retrying (`aws.retry`)."""
    endpoint: Endpoint

    def register_client(
        self,
        *,
        client_name: str,
        scopes: tuple[str, ...] | None,
        grant_types: tuple[str, ...] | None,
        redirect_uris: tuple[str, ...] | None,
        issuer_url: str | None,
    ) -> RegisteredClient | Rejection:
        """Register a public client; what is `None` is not sent (`spec/aws-cli.md` §3.3)."""
        request = wire.register_client(
            self.endpoint.url,
            client_name=client_name,
            scopes=scopes,
            grant_types=grant_types,
            redirect_uris=redirect_uris,
            issuer_url=issuer_url,
        )
        return call(
            self.http,
            self.endpoint,
            request,
            wire.registered_client_in,
            operation="RegisterClient",
        )

    def start_device_authorization(
        self, *, client_id: str, client_secret: Secret, start_url: str
    ) -> DeviceAuthorization | Rejection:
        """Begin a device sign-in at `start_url` (RFC 8628 §3.1)."""
        request = wire.start_device_authorization(
            self.endpoint.url,
            client_id=client_id,
            client_secret=client_secret,
            start_url=start_url,
        )
        return call(
            self.http,
            self.endpoint,
            request,
            wire.device_authorization_in,
            operation="StartDeviceAuthorization",
        )

    def create_token_with_device_code(
        self, *, client_id: str, client_secret: Secret, device_code: Secret
    ) -> IssuedToken | Rejection:
        """Poll once for the token of a device sign-in (RFC 8628 §3.4).

        "Not yet" and "too fast" are rejections: `AuthorizationPendingException`,
        `SlowDownException`.
        """
        proof = {"deviceCode": device_code.reveal()}
        return self._create_token(wire.DEVICE_CODE, client_id, client_secret, proof)

    def create_token_with_code(
        self,
        *,
        client_id: str,
        client_secret: Secret,
        code: Secret,
        redirect_uri: str,
        code_verifier: Secret,
    ) -> IssuedToken | Rejection:
        """Exchange an authorization code for a token (RFC 6749 §4.1.3, RFC 7636 §4.5).

        `redirect_uri` is the one of the authorize URL, with its port.
        """
        proof = {
            "redirectUri": redirect_uri,
            "codeVerifier": code_verifier.reveal(),
            "code": code.reveal(),
        }
        return self._create_token(wire.AUTHORIZATION_CODE, client_id, client_secret, proof)

    def create_token_with_refresh_token(
        self, *, client_id: str, client_secret: Secret, refresh_token: Secret
    ) -> IssuedToken | Rejection:
        """Exchange a refresh token for a new access token (RFC 6749 §6)."""
        proof = {"refreshToken": refresh_token.reveal()}
        return self._create_token(wire.REFRESH_TOKEN, client_id, client_secret, proof)

    def authorize_url(
        self,
        *,
        client_id: str,
        redirect_uri: str,
        state: str,
        scopes: tuple[str, ...],
        code_challenge: str,
    ) -> str:
        """Spell the URL that the browser opens: the endpoint's origin, without its path (§3.4).

        Sends nothing and raises nothing.
        """
        return wire.authorize_url(
            self.endpoint.origin,
            client_id=client_id,
            redirect_uri=redirect_uri,
            state=state,
            scopes=scopes,
            code_challenge=code_challenge,
        )

    def _create_token(
        self, grant_type: str, client_id: str, client_secret: Secret, proof: Mapping[str, str]
    ) -> IssuedToken | Rejection:
        request = wire.create_token(
            self.endpoint.url,
            grant_type=grant_type,
            client_id=client_id,
            client_secret=client_secret,
            proof=proof,
        )
        return call(
            self.http, self.endpoint, request, wire.issued_token_in, operation="CreateToken"
        )
