"""The text of the AWS CLI's cache files: its names, key order and separators, byte for byte.

Sources: `spec/aws-cli.md` §2.3 (tokens), §2.4 (client registrations), §6.1 (role credentials).
Reading is wider than writing, since every SDK writes token files too: other tools' keys are let
be, and times may have milliseconds or an offset. Refusals are `ValueError`s, whose text shows
nothing of the contents.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sekisho.model import AccountId, Region, Role, RoleCredentials, StartUrl
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Registration

__all__ = [
    "credential_fields",
    "credentials_in",
    "json_object",
    "parse_registration",
    "parse_role_credentials",
    "parse_token",
    "render_registration",
    "render_role_credentials",
    "render_token",
    "required",
    "spell_time",
    "time_in",
]

_TIME = "%Y-%m-%dT%H:%M:%SZ"


def render_token(token: CachedToken) -> bytes:
    """Write a token file (§2.3). What is `None` is left out."""
    return _json(
        {
            "startUrl": token.start_url,
            "region": token.region,
            "accessToken": token.access_token.reveal(),
            "expiresAt": spell_time(token.expires_at),
            "clientId": token.client_id,
            "clientSecret": _revealed(token.client_secret),
            "registrationExpiresAt": _spelt(token.registration_expires_at),
            "refreshToken": _revealed(token.refresh_token),
        }
    )


def parse_token(data: bytes) -> CachedToken:
    """Read a token file of any tool; `accessToken` and `expiresAt` are all that it must have."""
    fields = json_object(data)
    start_url, region = _text(fields, "startUrl"), _text(fields, "region")
    return CachedToken(
        start_url=None if start_url is None else StartUrl(start_url),
        region=None if region is None else Region(region),
        access_token=Secret(_sendable(required(fields, "accessToken"))),
        expires_at=time_in(fields, "expiresAt"),
        client_id=_text(fields, "clientId"),
        client_secret=_secret(fields, "clientSecret"),
        registration_expires_at=_optional_time(fields, "registrationExpiresAt"),
        refresh_token=_secret(fields, "refreshToken"),
    )


def render_registration(registration: Registration) -> bytes:
    """Write a client registration (§2.4); the device flow's names no grant types."""
    return _json(
        {
            "clientId": registration.client_id,
            "clientSecret": registration.client_secret.reveal(),
            "expiresAt": spell_time(registration.expires_at),
            "scopes": _listed(registration.scopes),
            "grantTypes": _listed(registration.grant_types),
        }
    )


def parse_registration(data: bytes) -> Registration:
    """Read a client registration."""
    fields = json_object(data)
    return Registration(
        client_id=required(fields, "clientId"),
        client_secret=Secret(required(fields, "clientSecret")),
        expires_at=time_in(fields, "expiresAt"),
        scopes=_texts(fields, "scopes"),
        grant_types=_texts(fields, "grantTypes"),
    )


def render_role_credentials(credentials: RoleCredentials) -> bytes:
    """Write role credentials as the AWS CLI caches them (§6.1)."""
    return _json({"ProviderType": "sso", "Credentials": credential_fields(credentials)})


def credential_fields(credentials: RoleCredentials) -> dict[str, str]:
    """Spell `credentials` as the AWS CLI does, in its order."""
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "SessionToken": credentials.session_token.reveal(),
        "Expiration": spell_time(credentials.expires_at),
        "AccountId": credentials.role.account_id,
    }


def parse_role_credentials(data: bytes, role: Role) -> RoleCredentials:
    """Read cached role credentials, which the file's name says are those of `role`.

    Refuses a file of another provider, or of another account.
    """
    outer = json_object(data)
    fields = outer.get("Credentials")
    if outer.get("ProviderType") != "sso" or not isinstance(fields, dict):
        raise ValueError("it holds no credentials of an SSO role")
    if AccountId(fields.get("AccountId", role.account_id)) != role.account_id:
        raise ValueError("it holds the credentials of another account")
    return credentials_in(fields, role)


def credentials_in(fields: dict[str, Any], role: Role) -> RoleCredentials:
    """Read what `credential_fields` spells, as credentials of `role`."""
    return RoleCredentials(
        access_key_id=required(fields, "AccessKeyId"),
        secret_access_key=Secret(required(fields, "SecretAccessKey")),
        session_token=Secret(required(fields, "SessionToken")),
        expires_at=time_in(fields, "Expiration"),
        role=role,
    )


def spell_time(at: datetime) -> str:
    """Spell `at` (aware) as the AWS CLI does: UTC, whole seconds, cut off, with `Z`."""
    return at.astimezone(UTC).strftime(_TIME)


def time_in(fields: dict[str, Any], name: str) -> datetime:
    """Read the member `name`: a time with a zone, which is `Z`, `UTC` or an offset.

    botocore fails without one, and so do we. Raises `ValueError`.
    """
    text = required(fields, name)
    spelt = f"{text[:-3].rstrip()}Z" if text.endswith("UTC") else text
    try:
        at = datetime.fromisoformat(spelt)
        utc = None if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        utc = None
    if utc is None:
        raise ValueError(f"{name} is no time with a zone")
    return utc


def _json(fields: dict[str, Any]) -> bytes:
    """Python's default separators, ASCII escapes, no newline at the end; `None` is left out."""
    return json.dumps({key: value for key, value in fields.items() if value is not None}).encode()


def json_object(data: bytes) -> dict[str, Any]:
    """Read one JSON object. Raises `ValueError`."""
    try:
        fields = json.loads(data)
    except ValueError as error:
        raise ValueError("it is not JSON; it may have been cut off") from error
    if not isinstance(fields, dict):
        raise ValueError("it holds no JSON object")  # noqa: TRY004  # of a file, not of a caller
    return fields


def required(fields: dict[str, Any], name: str) -> str:
    """Read the member `name`: text that is not empty. Raises `ValueError`."""
    value = _text(fields, name)
    if not value:
        raise ValueError(f"{name} is missing, or no text")
    return value


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} is not Unicode text") from error
    return value


def _texts(fields: dict[str, Any], name: str) -> tuple[str, ...] | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} is no list of texts")
    return tuple(value)


def _secret(fields: dict[str, Any], name: str) -> Secret | None:
    value = _text(fields, name)
    return None if value is None else Secret(value)


def _optional_time(fields: dict[str, Any], name: str) -> datetime | None:
    return None if _text(fields, name) is None else time_in(fields, name)


def _sendable(token: str) -> str:
    """An access token goes into a header field, so it is visible ASCII (RFC 9110 §5.5)."""
    if not (token.isascii() and token.isprintable()):
        raise ValueError("accessToken is nothing that a header field can carry")
    return token


def _revealed(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()


def _spelt(at: datetime | None) -> str | None:
    return None if at is None else spell_time(at)


def _listed(texts: tuple[str, ...] | None) -> list[str] | None:
    return None if texts is None else list(texts)
