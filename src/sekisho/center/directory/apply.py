"""Putting a directory file into the database: add what is new, bring up to date what it names.

What the file does not name stays as it is. A user's password is set only when the user is made:
afterwards it belongs to the person.
"""

import uuid
from collections.abc import Mapping

from argon2 import PasswordHasher
from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from sekisho.center.directory.document import Directory, InstanceEntry, UserEntry
from sekisho.center.directory.instance import (
    DEFAULT_START_URL,
    could_be_anothers,
    load_instance,
)
from sekisho.center.directory.trusts import DeclaredRole
from sekisho.center.storage import tables
from sekisho.center.storage.inserting import insert_if_absent

__all__ = ["apply", "notices"]


def apply(
    directory: Directory, connection: Connection, *, hasher: PasswordHasher, now: int
) -> None:
    """Write `directory` within the transaction of `connection`. Blocks for the new passwords."""
    _instance(connection, directory.instance)
    for account in directory.accounts:
        _put(connection, tables.accounts, tables.accounts.c.id,
             {"id": account.id, "name": account.name, "email": account.email})  # fmt: skip
    for entry in directory.permission_sets:
        _put(connection, tables.permission_sets, tables.permission_sets.c.name,
             {"name": entry.name, "session_seconds": entry.session_seconds,
              "managed_policies": list(entry.managed_policies)})  # fmt: skip
    groups = {name: _group_id(connection, name) for name in directory.groups}
    users = {}
    for user in directory.users:
        users[user.name] = _user_id(connection, user, hasher=hasher, now=now)
        for group in user.groups:
            _ensure(connection, tables.memberships,
                    {"group_id": groups[group], "user_id": users[user.name]})  # fmt: skip
    account_ids = {account.name: account.id for account in directory.accounts}
    if directory.administrators:
        _administrators(connection, [groups[name] for name in directory.administrators])
    for assignment in directory.assignments:
        principal = users[assignment.user] if assignment.user else groups[assignment.group or ""]
        for account_name in assignment.accounts:
            _ensure(connection, tables.assignments,
                    {"account_id": account_ids[account_name],
                     "permission_set": assignment.permission_set,
                     "principal_id": principal})  # fmt: skip
            insert_if_absent(connection, tables.provisioned, latest=True,
                             account_id=account_ids[account_name],
                             permission_set=assignment.permission_set)  # fmt: skip
    for role in directory.roles:
        _put_role(connection, role, account_ids)


def notices(directory: Directory) -> tuple[str, ...]:
    """Return what the operator should know about a file that is otherwise right."""
    plain = [
        f"{directory.path}:{user.line}: the password of {user.name} stands there in plain text; "
        "password_hash can hold its Argon2 hash instead"
        for user in directory.users
        if user.password is not None
    ]
    lent = [
        f"{directory.path}: {url} may be a real organisation's: where a tool is not led here, it "
        f"signs in there; {DEFAULT_START_URL} can be nobody's"
        for url in directory.instance.start_urls or ()
        if could_be_anothers(url)
    ]
    return (*plain, *lent)


def _administrators(connection: Connection, group_ids: list[str]) -> None:
    """Let these groups administer, and no others: whoever is not on the list is not trusted."""
    table = tables.groups
    connection.execute(update(table).values(administers=table.c.id.in_(group_ids)))


def _instance(connection: Connection, entry: InstanceEntry) -> None:
    current = load_instance(connection)
    connection.execute(
        update(tables.instance).values(
            start_urls=list(entry.start_urls or current.start_urls),
            region=entry.region or current.region,
            session_seconds=entry.session_seconds or current.session_seconds,
            any_account_ids=entry.any_account_ids,
            mfa=entry.mfa or current.mfa,
        )
    )


def _put(
    connection: Connection, table: Table, key: Column[str], values: Mapping[str, object]
) -> None:
    """Insert a row, or bring the one with the same key up to date."""
    this = key == values[key.name]
    if connection.execute(select(key).where(this)).one_or_none() is None:
        connection.execute(insert(table).values(**values))
    else:
        connection.execute(update(table).where(this).values(**values))


def _ensure(connection: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Insert a row unless it is there; all its columns are its key."""
    query = select(table)
    for name, value in values.items():
        query = query.where(table.c[name] == value)
    if connection.execute(query).one_or_none() is None:
        connection.execute(insert(table).values(**values))


def _put_role(connection: Connection, role: DeclaredRole, account_ids: Mapping[str, str]) -> None:
    """Bring a role up to date: its trust list is the file's, so who is not on it is not trusted."""
    account_id = account_ids[role.account]
    _ensure(connection, tables.roles, {"account_id": account_id, "name": role.name})
    trusts = tables.role_trusts
    connection.execute(
        delete(trusts).where(trusts.c.account_id == account_id, trusts.c.role == role.name)
    )
    for trust in role.trusted:
        connection.execute(
            insert(trusts).values(
                account_id=account_id,
                role=role.name,
                trusted_account_id=account_ids[trust.account],
                trusted_kind=trust.kind.value,
                trusted_name=trust.name,
                external_id=trust.external_id,
            )
        )


def _group_id(connection: Connection, name: str) -> str:
    table = tables.groups
    known = connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
    if known is not None:
        return str(known)
    new = str(uuid.uuid4())
    connection.execute(insert(table).values(id=new, name=name))
    return new


def _user_id(connection: Connection, user: UserEntry, *, hasher: PasswordHasher, now: int) -> str:
    table = tables.users
    known = connection.execute(select(table.c.id).where(table.c.name == user.name)).scalar()
    if known is not None:
        values: dict[str, object] = {"display_name": user.display_name}
        if user.disabled is not None:
            values["enabled"] = not user.disabled
        connection.execute(update(table).where(table.c.id == known).values(**values))
        return str(known)
    new = str(uuid.uuid4())
    hashed = user.password_hash
    if user.password is not None:
        hashed = hasher.hash(user.password.reveal())
    connection.execute(
        insert(table).values(
            id=new,
            name=user.name,
            display_name=user.display_name,
            password_hash=hashed,
            enabled=not user.disabled,
            created_at=now,
        )
    )
    return new
