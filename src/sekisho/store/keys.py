"""Where everything that is kept lies: the only place that spells a cache key.

Two families. The AWS CLI's files are named as the AWS CLI names them (`spec/aws-cli.md` §2.2,
§2.4, §6.1, checked against botocore in the tests); their keys leave out Region, endpoint and
person, which is why `records` exist. sekisho's own files are named by everything that tells two
of them apart.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from sekisho.model import Form, Role, RoleCredentials, SignInTarget, TokenKey
from sekisho.secret import Secret

__all__ = [
    "assumed_digest",
    "assumed_file",
    "assumed_folder",
    "assumed_folder_of",
    "assumed_lock",
    "aws_cli_assumed_file",
    "issued_digest",
    "record_file",
    "record_folder",
    "record_lock",
    "refresh_digest",
    "registration_file",
    "role_file",
    "role_folder",
    "role_lock",
    "sha256_hex",
    "token_file",
    "token_folder",
]


def token_folder(home: Path) -> Path:
    """Return where the AWS CLI keeps tokens and client registrations (§2.1)."""
    return home / ".aws" / "sso" / "cache"


def role_folder(home: Path) -> Path:
    """Return where the AWS CLI keeps role credentials (§6.1)."""
    return home / ".aws" / "cli" / "cache"


def record_folder(state: Path) -> Path:
    """Return where the records lie."""
    return state / "records"


def token_file(home: Path, key: TokenKey) -> Path:
    """Return the AWS CLI's token file of `key` (§2.2): the SHA-1 of the name or start URL."""
    return token_folder(home) / f"{_sha1(key.value)}.json"


def registration_file(home: Path, target: SignInTarget) -> Path:
    """Return the AWS CLI's client registration file of `target` (§2.4).

    Both flows share it. The key is JSON with Python's default separators and sorted keys.
    """
    key = {
        "region": target.region,
        "scopes": None if target.scopes is None else list(target.scopes),
        "session_name": target.session,
        "startUrl": target.start_url,
        "tool": "botocore",
    }
    return token_folder(home) / f"{_sha1(json.dumps(key, sort_keys=True))}.json"


def role_file(home: Path, key: TokenKey, role: Role) -> Path:
    """Return the AWS CLI's file of the role credentials of `role` under `key` (§6.1).

    The key is *compact* JSON with sorted keys, unlike that of a registration.
    """
    whose = "startUrl" if key.form is Form.LEGACY else "sessionName"
    parts = {"roleName": role.role_name, "accountId": role.account_id, whose: key.value}
    name = _sha1(json.dumps(parts, sort_keys=True, separators=(",", ":")))
    return role_folder(home) / f"{name}.json"


def aws_cli_assumed_file(home: Path, asked: Mapping[str, str | int]) -> Path:
    """Return the AWS CLI's file of the role that was assumed by the arguments `asked` (§6.1).

    The key is JSON with Python's default separators and sorted keys, as a registration's.
    """
    return role_folder(home) / f"{_sha1(json.dumps(dict(asked), sort_keys=True))}.json"


def record_file(state: Path, home: Path, key: TokenKey) -> Path:
    """Return the file of the record that binds the token of `key` under `home`.

    `state` may serve several homes (`XDG_STATE_HOME`), so the token file's path is part of the
    name; the form is too, since the AWS CLI gives a session the file of a start URL of the same
    spelling.
    """
    return record_folder(state) / f"{_record_name(home, key)}.json"


def record_lock(state: Path, home: Path, key: TokenKey) -> Path:
    """Return the lock under which a token and its record are written together."""
    return state / "locks" / f"record-{_record_name(home, key)}.lock"


def role_lock(folder: Path, key: TokenKey, role: Role) -> Path:
    """Return the lock in `folder` under which the credentials of one role are fetched."""
    parts = (key.form, key.value, role.account_id, role.role_name)
    return folder / f"role-{sha256_hex(json.dumps(parts))}.lock"


def assumed_folder(state: Path) -> Path:
    """Return where assumed roles lie, in a folder for each sign-in that they came from."""
    return state / "assumed"


def assumed_folder_of(state: Path, home: Path, key: TokenKey) -> Path:
    """Return where the roles lie that were assumed under `key`; see `record_file`."""
    return assumed_folder(state) / _record_name(home, key)


def assumed_file(state: Path, home: Path, key: TokenKey, asked: str) -> Path:
    """Return the file of the role that was assumed for all that `asked` says."""
    return assumed_folder_of(state, home, key) / f"{sha256_hex(asked)}.json"


def assumed_lock(folder: Path, asked: str) -> Path:
    """Return the lock in `folder` under which one role is assumed."""
    return folder / f"assumed-{sha256_hex(asked)}.lock"


def sha256_hex(text: str) -> str:
    """Return the hex digest by which records name tokens: SHA-256, UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def issued_digest(credentials: RoleCredentials) -> str:
    """Return what a record lists `credentials` by: one access key id, for one account and role.

    A file of role credentials does not say its role, and other tools' leave out the account too:
    one that has come to lie under another role's name is listed nowhere.
    """
    role = credentials.role
    return sha256_hex(json.dumps((credentials.access_key_id, role.account_id, role.role_name)))


def assumed_digest(asked: str, credentials: RoleCredentials) -> str:
    """Return what a record lists an assumed role by: one access key id, for all that was asked."""
    return sha256_hex(json.dumps((credentials.access_key_id, asked)))


def refresh_digest(client_id: str, refresh_token: Secret) -> str:
    """Return what a record names a refresh token by: it is good for the client it was issued to."""
    return sha256_hex(json.dumps((client_id, refresh_token.reveal())))


def _record_name(home: Path, key: TokenKey) -> str:
    parts = (os.fsdecode(token_file(home, key)), key.form, key.value)
    return sha256_hex(json.dumps(parts))


def _sha1(text: str) -> str:
    # The AWS CLI's choice. It names files and protects nothing.
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
