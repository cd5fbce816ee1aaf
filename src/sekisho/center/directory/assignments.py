"""Who may use which permission set in which account. Read anew at every call: nothing is cached."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, or_, select

from sekisho.center.center import Center
from sekisho.center.storage.tables import accounts, assignments, memberships

__all__ = ["Account", "accounts_of", "all_of", "is_assigned", "name_of", "remove", "roles_of"]


_THEIR_GROUPS = select(memberships.c.group_id).where(memberships.c.user_id == bindparam("user_id"))
_IS_THEIRS = or_(
    assignments.c.principal_id == bindparam("user_id"),
    assignments.c.principal_id.in_(_THEIR_GROUPS),
)
# Made once: spelling a statement takes longer than running it (docs/decisions/0013).
_ACCOUNTS = (
    select(accounts.c.id, accounts.c.name, accounts.c.email)
    .distinct()
    .join(assignments, assignments.c.account_id == accounts.c.id)
    .where(_IS_THEIRS)
    .order_by(accounts.c.name, accounts.c.id)
)
_ROLES = (
    select(assignments.c.permission_set)
    .distinct()
    .where(_IS_THEIRS, assignments.c.account_id == bindparam("account_id"))
    .order_by(assignments.c.permission_set)
)

_ROLES_BY_ACCOUNT = (
    select(accounts.c.id, accounts.c.name, accounts.c.email, assignments.c.permission_set)
    .distinct()
    .join(assignments, assignments.c.account_id == accounts.c.id)
    .where(_IS_THEIRS)
    .order_by(accounts.c.name, accounts.c.id, assignments.c.permission_set)
)


@dataclass(frozen=True, slots=True)
class Account:
    """One AWS account of the organisation."""

    account_id: str
    name: str
    email: str | None


def accounts_of(center: Center, user_id: str) -> tuple[Account, ...]:
    """Return the accounts in which the user has any permission set, by name and id.

    An account that is assigned both to the user and to a group of theirs occurs once.
    """
    with center.database.reading() as connection:
        return tuple(
            Account(row.id, row.name, row.email)
            for row in connection.execute(_ACCOUNTS, {"user_id": user_id})
        )


def roles_of(center: Center, user_id: str, account_id: str) -> tuple[str, ...]:
    """Return the names of the permission sets that the user has in the account, sorted."""
    with center.database.reading() as connection:
        return tuple(
            connection.execute(_ROLES, {"user_id": user_id, "account_id": account_id}).scalars()
        )


def all_of(center: Center, user_id: str) -> tuple[tuple[Account, tuple[str, ...]], ...]:
    """Return every account of the user with the permission sets in it, in the order of both.

    That is what one token of theirs opens. One query, however many accounts there are.
    """
    found: dict[Account, list[str]] = {}
    with center.database.reading() as connection:
        for row in connection.execute(_ROLES_BY_ACCOUNT, {"user_id": user_id}):
            found.setdefault(Account(row.id, row.name, row.email), []).append(row.permission_set)
    return tuple((account, tuple(roles)) for account, roles in found.items())


def name_of(center: Center, account_id: str) -> str:
    """Return the name of an account; its id where it has none, or is unknown."""
    query = select(accounts.c.name).where(accounts.c.id == account_id)
    with center.database.reading() as connection:
        return connection.execute(query).scalar() or account_id


def is_assigned(center: Center, user_id: str, account_id: str, permission_set: str) -> bool:
    """Return whether the user has that permission set in that account."""
    return permission_set in roles_of(center, user_id, account_id)


def remove(center: Center, account_id: str, permission_set: str) -> bool:
    """Take the permission set in that account away from all users and groups; whether any had it."""
    here = (assignments.c.account_id == account_id, assignments.c.permission_set == permission_set)
    with center.database.writing() as connection:
        return connection.execute(delete(assignments).where(*here)).rowcount > 0
