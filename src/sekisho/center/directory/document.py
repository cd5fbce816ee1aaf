"""The directory file: an organisation in YAML (design §4), read strictly, with line numbers.

Ids have to stand in quotes: YAML reads 012345678901 as an octal number, and an account would be
another one. A key that nobody knows is refused, since a misspelt one would silently do nothing.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from sekisho import files
from sekisho.center.directory.instance import Mfa, is_awss, is_https, is_portals, normal_start_url
from sekisho.center.directory.nodes import Reader
from sekisho.center.directory.trusts import DeclaredRole, declared_roles
from sekisho.errors import DirectoryInvalid, FileUnreadable
from sekisho.secret import Secret

__all__ = [
    "USER_NAME",
    "AccountEntry",
    "AssignmentEntry",
    "Directory",
    "InstanceEntry",
    "PermissionSetEntry",
    "UserEntry",
    "parse",
    "read",
]

USER_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
"""What STS allows in a role session name, since it becomes one (`identity-center.md` §3.8)."""
_PERMISSION_SET = re.compile(r"[\w+=,.@-]{1,32}", re.ASCII)
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ANY_ACCOUNT_ID = re.compile(r"[0-9]{1,20}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class InstanceEntry:
    """What the file says of the instance; `None` where it says nothing."""

    start_urls: tuple[str, ...] | None
    region: str | None
    session_seconds: int | None
    any_account_ids: bool
    mfa: Mfa | None


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One account of the organisation."""

    id: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class PermissionSetEntry:
    """One permission set."""

    name: str
    session_seconds: int
    managed_policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserEntry:
    """One person. A password counts only when the person is new to the database."""

    name: str
    display_name: str
    password: Secret | None
    password_hash: str | None
    groups: tuple[str, ...]
    disabled: bool | None
    """`None` where the file does not say: then it stays as it is."""
    line: int


@dataclass(frozen=True, slots=True)
class AssignmentEntry:
    """A permission set for one user or one group, in some accounts."""

    user: str | None
    group: str | None
    accounts: tuple[str, ...]
    """Names, as in `accounts`."""
    permission_set: str


@dataclass(frozen=True, slots=True)
class Directory:
    """A whole directory file, consistent in itself."""

    path: Path
    instance: InstanceEntry
    administrators: tuple[str, ...]
    accounts: tuple[AccountEntry, ...]
    permission_sets: tuple[PermissionSetEntry, ...]
    groups: tuple[str, ...]
    users: tuple[UserEntry, ...]
    assignments: tuple[AssignmentEntry, ...]
    roles: tuple[DeclaredRole, ...]


def read(path: Path) -> Directory:
    """Read the directory file. Raises `errors.DirectoryInvalid` and `errors.FileUnreadable`."""
    data = files.read(path)
    if data is None:
        raise FileUnreadable(path, "there is no such file")
    return parse(data, path)


def parse(data: bytes, path: Path) -> Directory:
    """Read the contents of a directory file; `path` is for the messages."""
    try:
        node = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DirectoryInvalid(path, line, "it is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DirectoryInvalid(path, line, f"it is not YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DirectoryInvalid(path, 1, "it is not YAML") from error
    return _directory(Reader(path, node))


def _directory(reader: Reader) -> Directory:
    top = reader.mapping(
        "instance", "administrators", "accounts", "permission_sets", "groups", "users",
        "assignments", "roles",
    )  # fmt: skip

    def listed(key: str) -> list[Reader]:
        return list(top[key].items()) if key in top else []

    instance = _instance(top.get("instance"))
    ids = _ANY_ACCOUNT_ID if instance.any_account_ids else _ACCOUNT_ID
    accounts = tuple(_account(entry, ids) for entry in listed("accounts"))
    sets = tuple(_permission_set(entry) for entry in listed("permission_sets"))
    groups = tuple(_group(entry) for entry in listed("groups"))
    users = tuple(_user(entry, frozenset(groups)) for entry in listed("users"))
    names = _Names(
        accounts=frozenset(account.name for account in accounts),
        permission_sets=frozenset(entry.name for entry in sets),
        groups=frozenset(groups),
        users=frozenset(user.name for user in users),
    )
    for what, values in (
        ("accounts", [account.id for account in accounts]),
        ("accounts", [account.name for account in accounts]),
        ("permission_sets", [entry.name for entry in sets]),
        ("groups", list(groups)),
        ("users", [user.name for user in users]),
    ):
        _refuse_twins(top.get(what), values)
    return Directory(
        path=reader.path,
        instance=instance,
        administrators=tuple(
            entry.known("group", names.groups) for entry in listed("administrators")
        ),
        accounts=accounts,
        permission_sets=sets,
        groups=groups,
        users=users,
        assignments=tuple(_assignment(entry, names) for entry in listed("assignments")),
        roles=declared_roles(listed("roles"), names.accounts, names.permission_sets),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """What the file declares, and the rest of it may name."""

    accounts: frozenset[str]
    permission_sets: frozenset[str]
    groups: frozenset[str]
    users: frozenset[str]


def _refuse_twins(reader: Reader | None, values: list[str]) -> None:
    for index, value in enumerate(values):
        if reader is not None and value in values[:index]:
            list(reader.items())[index].refuse(f'"{value}" occurs twice')


def _instance(reader: Reader | None) -> InstanceEntry:
    if reader is None:
        return InstanceEntry(None, None, None, any_account_ids=False, mfa=None)
    entry = reader.mapping("start_urls", "region", "session_duration", "account_ids", "mfa")
    urls, region, session = (entry.get(key) for key in ("start_urls", "region", "session_duration"))
    start_urls = None if urls is None else tuple(_start_url(item) for item in urls.items())
    if urls is not None and not start_urls:
        urls.refuse("it needs at least one URL")
    ids = entry.get("account_ids")
    if ids is not None and ids.text() != "any":
        ids.refuse("the only value is any (leave it out for AWS's 12 digits)")
    return InstanceEntry(
        start_urls,
        None if region is None else region.matching(_REGION, "is no Region"),
        None if session is None else session.seconds(least=15 * _MINUTE, most=90 * _DAY),
        any_account_ids=ids is not None,
        mfa=Mfa(entry["mfa"].word(*Mfa)) if "mfa" in entry else None,
    )


def _start_url(reader: Reader) -> str:
    value = reader.text()
    if normal_start_url(value) is None:
        reader.refuse(f'"{value}" is no URL')
    if not is_https(value):
        reader.refuse(f'"{value}" does not begin with https://, and the AWS CLI takes no other')
    if not is_awss(value) and not is_portals(value):
        reader.refuse(f'the path of "{value}" has to be /start: that is where the portal is')
    return value


def _account(reader: Reader, ids: re.Pattern[str]) -> AccountEntry:
    entry = reader.mapping("id", "name", "email")
    account_id = reader.needed(entry, "id").matching(
        ids, "is no account id: 12 digits, unless the instance has account_ids: any"
    )
    name = entry["name"].text() if "name" in entry else account_id
    return AccountEntry(account_id, name, entry["email"].text() if "email" in entry else None)


def _permission_set(reader: Reader) -> PermissionSetEntry:
    entry = reader.mapping("name", "session_duration", "managed_policies")
    name = reader.needed(entry, "name").matching(
        _PERMISSION_SET, "is no permission set's name: 1 to 32 of A-Z a-z 0-9 _ + = , . @ -"
    )
    duration = entry.get("session_duration")
    policies = entry.get("managed_policies")
    return PermissionSetEntry(
        name,
        _HOUR if duration is None else duration.seconds(least=15 * _MINUTE, most=12 * _HOUR),
        () if policies is None else policies.texts(),
    )


def _group(reader: Reader) -> str:
    return reader.needed(reader.mapping("name"), "name").text()


def _user(reader: Reader, groups: frozenset[str]) -> UserEntry:
    entry = reader.mapping(
        "name", "display_name", "password", "password_hash", "groups", "disabled"
    )
    name = reader.needed(entry, "name").matching(
        USER_NAME, "is no user name: 2 to 64 of A-Z a-z 0-9 _ + = , . @ -"
    )
    if "password" in entry and "password_hash" in entry:
        reader.refuse(f"{name} has both password and password_hash")
    hashed = entry.get("password_hash")
    if hashed is not None and not hashed.text().startswith("$argon2id$"):
        hashed.refuse("it has to begin with $argon2id$")
    theirs = entry["groups"].items() if "groups" in entry else ()
    return UserEntry(
        name,
        entry["display_name"].text() if "display_name" in entry else name,
        entry["password"].secret() if "password" in entry else None,
        None if hashed is None else hashed.text(),
        tuple(group.known("group", groups) for group in theirs),
        entry["disabled"].flag() if "disabled" in entry else None,
        reader.line,
    )


def _assignment(reader: Reader, names: _Names) -> AssignmentEntry:
    entry = reader.mapping("user", "group", "accounts", "permission_set")
    if ("user" in entry) == ("group" in entry):
        reader.refuse("an assignment has either a user or a group")
    return AssignmentEntry(
        entry["user"].known("user", names.users) if "user" in entry else None,
        entry["group"].known("group", names.groups) if "group" in entry else None,
        tuple(
            account.known("account", names.accounts)
            for account in reader.needed(entry, "accounts").items()
        ),
        reader.needed(entry, "permission_set").known("permission set", names.permission_sets),
    )
