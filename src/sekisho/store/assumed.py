"""The text of sekisho's own files of assumed roles, and which files those are.

The AWS CLI's file of an assumed role is named by the role, the session's name and the like
(`spec/aws-cli.md` §6.1), and by nothing that says who assumed it, from which role, at which
endpoint. So these lie in the state folder, below the sign-in that they came from, and each says
for what it was assumed.
"""

import json
from pathlib import Path
from typing import Any

from sekisho.model import AccountId, Role, RoleName
from sekisho.store import cachefile
from sekisho.store.interface import AssumedRole

__all__ = ["canonical", "is_ours", "parse_assumed", "render_assumed", "source_of"]

_VERSION = 1
_DIGEST_LENGTH = 64


def canonical(asked: dict[str, Any]) -> str:
    """Spell what was asked for as the one text that `AssumedRole.asked` is compared by."""
    return json.dumps(asked, sort_keys=True)


def render_assumed(assumed: AssumedRole) -> bytes:
    """Write `assumed` as versioned JSON, the credentials as the AWS CLI spells them."""
    fields = {
        "version": _VERSION,
        "asked": json.loads(assumed.asked),
        "person": assumed.person,
        "kept_at": cachefile.spell_time(assumed.kept_at),
        "role_name": assumed.credentials.role.role_name,
        "Credentials": cachefile.credential_fields(assumed.credentials),
    }
    return json.dumps(fields).encode()


def parse_assumed(data: bytes) -> AssumedRole:
    """Read an assumed role. Raises `ValueError` for anything that `render_assumed` never wrote."""
    fields = cachefile.json_object(data)
    asked, person = fields.get("asked"), fields.get("person")
    if fields.get("version") != _VERSION or not isinstance(asked, dict):
        raise ValueError(f"it is no assumed role of version {_VERSION}")
    if not (person is None or isinstance(person, str)):
        raise ValueError("person is neither text nor null")
    credentials = fields.get("Credentials")
    if not isinstance(credentials, dict):
        raise ValueError("it holds no credentials")  # noqa: TRY004  # of a file, not a caller
    account = AccountId(cachefile.required(credentials, "AccountId"))
    role = Role(account, RoleName(cachefile.required(fields, "role_name")))
    return AssumedRole(
        asked=canonical(asked),
        person=person,
        kept_at=cachefile.time_in(fields, "kept_at"),
        credentials=cachefile.credentials_in(credentials, role),
    )


def source_of(assumed: AssumedRole) -> tuple[str, str]:
    """Return the account and the role whose credentials it was assumed with, by way of others."""
    asked = json.loads(assumed.asked)
    return str(asked.get("account_id")), str(asked.get("role_name"))


def is_ours(path: Path) -> bool:
    """Whether a file has a name that only sekisho gives: a digest, or what a crash left of it."""
    name = path.name.removeprefix(".").partition(".")[0]
    return len(name) == _DIGEST_LENGTH and set(name) <= set("0123456789abcdef")
