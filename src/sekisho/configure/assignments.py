"""Which account and which role: what the portal lists, and the one that is taken.

Source: `spec/aws-cli.md` §5.1, rows 6 and 7.
"""

from collections.abc import Sequence

from sekisho.configure.entrance import Entrance
from sekisho.configure.questions import OPTIONS, Asker
from sekisho.errors import NothingAssigned
from sekisho.model import AccountId, Role, RoleName, SignInTarget
from sekisho.wire.portal import Account

__all__ = ["ask_role"]

_MOST_NAMED = 12
"""Of more than these only the number is said."""


def ask_role(target: SignInTarget, asker: Asker, entrance: Entrance) -> Role:
    """Find out which role the profile is for; one that is alone is taken unasked.

    Blocks for the calls, and for a sign-in where there is none. Raises `NothingAssigned` when the
    person has no account or role, or not the one that an option names; `InputNeeded`; and what a
    sign-in and the calls raise.
    """
    account = _account(entrance.accounts(target), asker)
    asker.interview.say(f"Using the account ID {account}")
    role = _role(account, entrance.roles(target, account), asker)
    asker.interview.say(f'Using the role name "{role}"')
    return Role(account, role)


def _account(accounts: Sequence[Account], asker: Asker) -> AccountId:
    if not accounts:
        raise NothingAssigned("No AWS accounts are available to you.")
    listed = sorted(accounts, key=_place)
    labels = [_label(account) for account in listed]
    given = asker.given.sso_account_id
    if given is not None:
        if all(account.account_id != given for account in listed):
            raise NothingAssigned(f"The account {given} is not available to you.", _some(labels))
        return AccountId(given)
    if len(listed) == 1:
        asker.interview.say(f"The only AWS account available to you is: {listed[0].account_id}")
        return listed[0].account_id
    question = f"There are {len(listed)} AWS accounts available to you."
    return listed[
        asker.interview.pick(question, labels, option=OPTIONS["sso_account_id"])
    ].account_id


def _role(account: AccountId, roles: Sequence[RoleName], asker: Asker) -> RoleName:
    if not roles:
        raise NothingAssigned(f"No roles are available for the account {account}")
    listed = sorted(roles, key=str.casefold)
    given = asker.given.sso_role_name
    if given is not None:
        if given not in listed:
            what = f"The role {given} in the account {account} is not available to you."
            raise NothingAssigned(what, _some(listed))
        return RoleName(given)
    if len(listed) == 1:
        asker.interview.say(f"The only role available to you is: {listed[0]}")
        return listed[0]
    question = f"There are {len(listed)} roles available to you."
    return listed[asker.interview.pick(question, listed, option=OPTIONS["sso_role_name"])]


def _label(account: Account) -> str:
    named = ", ".join(text for text in (account.name, account.email) if text)
    return f"{named} ({account.account_id})" if named else account.account_id


def _place(account: Account) -> tuple[bool, str]:
    """By name, else e-mail address, else id; those that are nothing but an id come last."""
    named = account.name or account.email
    return not named, (named or account.account_id).casefold()


def _some(labels: Sequence[str]) -> str:
    more = len(labels) - _MOST_NAMED
    return f"{', '.join(labels[:_MOST_NAMED])}{f' and {more} more' if more > 0 else ''}"
