"""What one token of a person opens: every account and role of theirs, whatever asked for it."""

from sekisho.center.center import Center
from sekisho.center.directory import assignments
from sekisho.center.directory.assignments import Account
from sekisho.center.directory.people import User

__all__ = ["what_opens"]


def what_opens(center: Center, user: User) -> tuple[tuple[Account, tuple[str, ...]], ...]:
    """Return every account of the person, each with the names of the roles in it."""
    return tuple(
        (account, assignments.roles_of(center, user.id, account.account_id))
        for account in assignments.accounts_of(center, user.id)
    )
