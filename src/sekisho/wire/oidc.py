"""What the client says to the sign-in service (sso-oidc), and how it reads the answers.

REST-JSON with lowerCamelCase members, unsigned. Source: AWS's service model sso-oidc 2019-06-10;
`spec/aws-cli.md` §3.3 to §3.5, `spec/identity-center.md` §1. The client secret and the codes go
into bodies only, never into a URL.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire import shape
from sekisho.wire.http import Headers, Request, Response

__all__ = [
    "AUTHORIZATION_CODE",
    "DEVICE_CODE",
    "REFRESH_TOKEN",
    "DeviceAuthorization",
    "IssuedToken",
    "RegisteredClient",
    "authorize_url",
    "create_token",
    "device_authorization_in",
    "issued_token_in",
    "register_client",
    "registered_client_in",
    "start_device_authorization",
]

AUTHORIZATION_CODE = "authorization_code"
"""RFC 6749 §4.1.3."""
REFRESH_TOKEN = "refresh_token"
"""RFC 6749 §6."""
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
"""RFC 8628 §3.4."""

_DEFAULT_INTERVAL = 5  # RFC 8628 §3.2
_LONGEST_WAIT = 3600
_LONGEST_LIFE = 10 * 366 * 86400  # seconds; an epoch in its place is larger


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A public client that the service now knows (RegisterClient)."""

    client_id: str
    client_secret: Secret
    expires_at: datetime
    """Aware, UTC; `clientSecretExpiresAt`."""


@dataclass(frozen=True, slots=True)
class DeviceAuthorization:
    """A sign-in that waits for a person to enter a code (RFC 8628 §3.2)."""

    device_code: Secret
    user_code: str
    verification_uri: str
    """http or https; where the person enters the code."""
    verification_uri_complete: str
    """The same with the code in it."""
    expires_in: int
    """Seconds from now."""
    interval: int
    """Seconds between two polls, at least 1."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """What a sign-in or a refresh yields (CreateToken)."""

    access_token: Secret
    refresh_token: Secret | None
    """`None` in the legacy form, and from a service that does not rotate."""
    expires_in: int
    """Seconds from now for the access token."""


def register_client(
    endpoint: str,
    *,
    client_name: str,
    scopes: Sequence[str] | None,
    grant_types: Sequence[str] | None,
    redirect_uris: Sequence[str] | None,
    issuer_url: str | None,
) -> Request:
    """Ask to register a public client; what is `None` is left out (§3.3 has who sends what)."""
    return _post(
        f"{endpoint}/client/register",
        {
            "clientName": client_name,
            "clientType": "public",
            "grantTypes": _list(grant_types),
            "redirectUris": _list(redirect_uris),
            "issuerUrl": issuer_url,
            "scopes": _list(scopes),
        },
    )


def registered_client_in(response: Response) -> RegisteredClient:
    """Read the answer to RegisterClient. Raises `shape.NotThisShape`."""
    body = shape.members(response)
    return RegisteredClient(
        client_id=shape.word(body, "clientId"),
        client_secret=Secret(shape.text(body, "clientSecret")),
        expires_at=shape.instant(body, "clientSecretExpiresAt"),
    )


def start_device_authorization(
    endpoint: str, *, client_id: str, client_secret: Secret, start_url: str
) -> Request:
    """Ask for a device code and a user code."""
    return _post(
        f"{endpoint}/device_authorization",
        {"clientId": client_id, "clientSecret": client_secret.reveal(), "startUrl": start_url},
    )


def device_authorization_in(response: Response) -> DeviceAuthorization:
    """Read the answer to StartDeviceAuthorization. Raises `shape.NotThisShape`."""
    body = shape.members(response)
    interval = _DEFAULT_INTERVAL
    if body.get("interval") is not None:
        interval = shape.whole(body, "interval", least=0, most=_LONGEST_WAIT)
    return DeviceAuthorization(
        device_code=Secret(shape.text(body, "deviceCode")),
        user_code=shape.text(body, "userCode"),
        verification_uri=_web_address(body, "verificationUri"),
        verification_uri_complete=_web_address(body, "verificationUriComplete"),
        expires_in=shape.whole(body, "expiresIn", least=1, most=_LONGEST_LIFE),
        interval=max(interval, 1),
    )


def create_token(
    endpoint: str,
    *,
    grant_type: str,
    client_id: str,
    client_secret: Secret,
    proof: Mapping[str, str],
) -> Request:
    """Ask for a token; `proof` has the members that belong to the grant, in the model's names."""
    return _post(
        f"{endpoint}/token",
        {
            "grantType": grant_type,
            "clientId": client_id,
            "clientSecret": client_secret.reveal(),
            **proof,
        },
    )


def issued_token_in(response: Response) -> IssuedToken:
    """Read the answer to CreateToken. Raises `shape.NotThisShape`."""
    body = shape.members(response)
    refresh = None
    if body.get("refreshToken") is not None:
        refresh = Secret(shape.text(body, "refreshToken"))
    return IssuedToken(
        access_token=Secret(shape.word(body, "accessToken")),
        refresh_token=refresh,
        expires_in=shape.whole(body, "expiresIn", least=1, most=_LONGEST_LIFE),
    )


def authorize_url(
    origin: str,
    *,
    client_id: str,
    redirect_uri: str,
    state: str,
    scopes: Sequence[str],
    code_challenge: str,
) -> str:
    """Spell the URL that the browser opens, with the AWS CLI's parameters in its order (§3.4).

    `/authorize` is at the root of the origin, whatever path the endpoint has, and the parameter
    is `scopes`, where RFC 6749 says `scope`.
    """
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge_method": "S256",
            "scopes": " ".join(scopes),
            "code_challenge": code_challenge,
        },
        quote_via=quote,
        safe="",
    )
    return f"{origin}/authorize?{query}"


def _post(url: str, body: Mapping[str, object]) -> Request:
    sent = {name: value for name, value in body.items() if value is not None}
    return Request(
        "POST", url, Headers({"Content-Type": "application/json"}), json.dumps(sent).encode()
    )


def _list(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)


def _web_address(body: Mapping[str, object], name: str) -> str:
    """The browser is sent there, so nothing but a web page will do (no `file:`, no program)."""
    value = shape.word(body, name)
    try:
        parts = urlsplit(value)
    except ValueError:  # `https://[`
        raise shape.NotThisShape(f"{name} is not a web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise shape.NotThisShape(f"{name} is not a web address")
    return value
