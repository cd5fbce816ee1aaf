"""The part of the directory file that declares IAM roles, and whom each of them trusts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.center.directory.nodes import Reader
from sekisho.center.directory.principals import RoleKind

__all__ = ["DeclaredRole", "TrustEntry", "declared_roles"]

_ROLE = re.compile(r"(?!AWSReservedSSO_)[\w+=,.@-]{1,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """Who may assume a role: whoever has credentials of one other role."""

    account: str
    """A name, as in `accounts`."""
    kind: RoleKind
    name: str
    """Of the permission set, or of a role that the file declares."""
    external_id: str | None


@dataclass(frozen=True, slots=True)
class DeclaredRole:
    """A role that may be assumed."""

    account: str
    """A name, as in `accounts`."""
    name: str
    trusted: tuple[TrustEntry, ...]


def declared_roles(
    entries: Sequence[Reader], accounts: frozenset[str], permission_sets: frozenset[str]
) -> tuple[DeclaredRole, ...]:
    """Read the `entries` of `roles`; a trusted role may be declared after the one it is named in.

    Raises `errors.DirectoryInvalid`.
    """
    names: list[tuple[str, str]] = []
    for reader in entries:
        name = _named(reader, accounts)
        if name in names:
            reader.refuse(f'"{name[1]}" occurs twice in {name[0]}')
        names.append(name)
    return tuple(
        DeclaredRole(account, name, _trusted(reader, _Known(accounts, permission_sets, names)))
        for reader, (account, name) in zip(entries, names, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the file declares, and a trust list may name."""

    accounts: frozenset[str]
    permission_sets: frozenset[str]
    roles: Sequence[tuple[str, str]]

    def roles_in(self, account: str) -> frozenset[str]:
        return frozenset(role for where, role in self.roles if where == account)


def _named(reader: Reader, accounts: frozenset[str]) -> tuple[str, str]:
    entry = reader.mapping("account", "name", "trusted")
    return (
        reader.needed(entry, "account").known("account", accounts),
        reader.needed(entry, "name").matching(
            _ROLE,
            "is no name for a role: 1 to 64 of A-Z a-z 0-9 _ + = , . @ -, and not AWSReservedSSO_…",
        ),
    )


def _trusted(reader: Reader, known: _Known) -> tuple[TrustEntry, ...]:
    entry = reader.mapping("account", "name", "trusted")
    found: list[TrustEntry] = []
    for each in entry["trusted"].items() if "trusted" in entry else ():
        trust = _trust(each, known)
        if any(_whom(other) == _whom(trust) for other in found):
            each.refuse(f'"{trust.name}" occurs twice')
        found.append(trust)
    return tuple(found)


def _trust(reader: Reader, known: _Known) -> TrustEntry:
    entry = reader.mapping("account", "permission_set", "role", "external_id")
    account = reader.needed(entry, "account").known("account", known.accounts)
    if ("permission_set" in entry) == ("role" in entry):
        reader.refuse("a trusted entry has either a permission_set or a role")
    if "role" in entry:
        kind, name = RoleKind.ROLE, entry["role"].known("role", known.roles_in(account))
    else:
        kind = RoleKind.PERMISSION_SET
        name = entry["permission_set"].known("permission set", known.permission_sets)
    external_id = entry.get("external_id")
    return TrustEntry(
        account,
        kind,
        name,
        None
        if external_id is None
        else external_id.matching(
            _EXTERNAL_ID, "is no external id: 2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -"
        ),
    )


def _whom(trust: TrustEntry) -> tuple[str, str, str]:
    return trust.account, trust.kind, trust.name
