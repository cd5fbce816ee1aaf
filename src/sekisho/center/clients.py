"""Client registrations, which are not stored: they carry their own proof.

A client id holds what was registered and a signature over it; the client secret is another
signature over the id. So registering floods no table, and a client's cached registration still
works after the database was reset: real clients keep theirs for up to 90 days, and do not
register anew when it is refused (`spec/identity-center.md` §1.6).
"""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sekisho.center.center import Center
from sekisho.center.directory.applications import AUTHORIZATION_CODE, Application
from sekisho.center.storage import bearer
from sekisho.secret import Secret

__all__ = [
    "AUTHORIZATION_CODE",
    "DEVICE_CODE",
    "REFRESH_TOKEN",
    "Client",
    "NewClient",
    "application_client",
    "authenticate_client",
    "client_of",
    "register",
]

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_TOKEN = "refresh_token"

_ID_PREFIX = "sks_ci_"
_SECRET_PREFIX = "sks_cs_"


@dataclass(frozen=True, slots=True)
class Client:
    """An application that asks for tokens.

    Anybody can register one under any name; or an administrator created it.
    """

    client_id: str
    name: str
    """Text that a stranger wrote, unless it is an administrator's application."""
    scopes: tuple[str, ...]
    grants: tuple[str, ...]
    """The grant types it may use, as CreateToken spells them."""
    redirect_uris: tuple[str, ...]
    application: str | None = None
    """The ARN, of one that an administrator created: its client id, too."""

    @property
    def hash(self) -> str:
        """What the tables have of the client: it binds codes and tokens to it."""
        return bearer.digest(self.client_id)

    @property
    def may_refresh(self) -> bool:
        """Whether its sign-ins yield a refresh token."""
        return REFRESH_TOKEN in self.grants

    @property
    def is_legacy(self) -> bool:
        """Whether it registered as AWS's tools do for a profile without an sso-session."""
        return not self.scopes and not self.may_refresh


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client, and the secret that only its registration's answer shows."""

    client: Client
    secret: Secret
    issued_at: int
    expires_at: int
    """Epoch seconds; from then on it is unknown."""


def register(
    center: Center,
    *,
    name: str,
    scopes: tuple[str, ...],
    grants: tuple[str, ...],
    redirect_uris: tuple[str, ...],
) -> NewClient:
    """Make a registration that lives as long as the settings say. Nothing is stored."""
    now = center.now()
    claims: dict[str, Any] = {
        "name": name,
        "scopes": scopes,
        "grants": grants,
        "redirect_uris": redirect_uris,
        "issued_at": now,
        "expires_at": now + center.settings.lifetimes.registration,
        "unique": secrets.token_hex(8),
    }
    payload = bearer.encoded(json.dumps(claims, separators=(",", ":")).encode())
    key = center.keys.current
    proof = bearer.encoded(center.keys.derive("client id", payload, key=key))
    client_id = f"{_ID_PREFIX}{key}.{payload}.{proof}"
    return NewClient(
        _client(client_id, claims),
        _secret(center, client_id, key),
        claims["issued_at"],
        claims["expires_at"],
    )


def client_of(center: Center, client_id: str) -> Client | None:
    """Return the client of an id; `None` when it is not ours, was changed, or is over."""
    parts = client_id.removeprefix(_ID_PREFIX).split(".")
    if not client_id.startswith(_ID_PREFIX) or len(parts) != 3:
        return None
    key, payload, proof = parts
    try:
        expected = bearer.encoded(center.keys.derive("client id", payload, key=key))
        if not hmac.compare_digest(expected, proof):
            return None
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (KeyError, TypeError, binascii.Error):  # an unknown key; letters outside ASCII
        return None
    return _client(client_id, claims) if claims["expires_at"] > center.now() else None


def application_client(application: Application, scopes: tuple[str, ...] | None = None) -> Client:
    """Return an administrator's application as a client, for all of its scopes or for those."""
    return Client(
        application.arn,
        application.name,
        application.scopes if scopes is None else scopes,
        tuple(application.grants),
        application.redirect_uris,
        application=application.arn,
    )


def authenticate_client(center: Center, client_id: str, secret: Secret) -> Client | None:
    """Return the client when both parts are right, and its registration is not over."""
    client = client_of(center, client_id)
    if client is None:
        return None
    key = client_id.removeprefix(_ID_PREFIX).partition(".")[0]
    return client if _secret(center, client_id, key) == secret else None


def _client(client_id: str, claims: Mapping[str, Any]) -> Client:
    return Client(
        client_id,
        claims["name"],
        tuple(claims["scopes"]),
        tuple(claims["grants"]),
        tuple(claims["redirect_uris"]),
    )


def _secret(center: Center, client_id: str, key: str) -> Secret:
    return Secret(
        f"{_SECRET_PREFIX}{bearer.encoded(center.keys.derive('client secret', client_id, key=key))}"
    )
