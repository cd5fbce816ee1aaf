"""Who signed in: learnt from the role credentials of the named profile, in memory.

Access tokens are opaque. The role session name of an Identity Center role is the person's user
name (`spec/identity-center.md` §3), so GetRoleCredentials and GetCallerIdentity tell it.
"""

from dataclasses import dataclass

from sekisho.aws.portal import Portal
from sekisho.aws.sts import Sts, blames_the_clock
from sekisho.errors import ServiceError
from sekisho.login.rejected import quoted
from sekisho.model import Role, RoleCredentials
from sekisho.secret import Secret
from sekisho.wire.rejection import Rejection

__all__ = ["Identified", "look_up"]


@dataclass(frozen=True, slots=True)
class Identified:
    """What could be learnt with a token."""

    person: str | None
    credentials: RoleCredentials | None
    """The role credentials by which it was learnt, also where STS then failed."""
    note: str
    """Why the person is unknown; empty when they are known."""
    refused: Rejection | None = None
    """What the portal said when it refused the role credentials."""
    trouble: ServiceError | None = None
    """Why the portal gave no answer at all."""


def look_up(token: Secret, role: Role | None, portal: Portal, sts: Sts | None) -> Identified:
    """Learn the person behind `token`; block for at most two calls. Nothing is stored.

    A role that is not assigned, and a portal or an STS that fails, leave the person unknown and
    are told in the note: a sign-in is good without them. Raises `PlainHttpRefused`.
    """
    if role is None:
        return Identified(None, None, "no profile with an account and a role was named")
    try:
        answer = portal.get_role_credentials(token, role)
    except ServiceError as error:
        return Identified(None, None, error.what, trouble=error)
    if isinstance(answer, Rejection):
        return Identified(None, None, _refusal(answer, role), refused=answer)
    person, note = _named_by(answer, sts)
    return Identified(person, answer, note)


def _named_by(credentials: RoleCredentials, sts: Sts | None) -> tuple[str | None, str]:
    if sts is None:
        return None, "there is no Region for STS"
    try:
        identity = sts.get_caller_identity(credentials)
    except ServiceError as error:
        return None, error.what
    if isinstance(identity, Rejection):
        if blames_the_clock(identity):
            return None, f"this machine's clock is off: {quoted(identity.message)}"
        return None, f"STS does not take the role credentials: {quoted(identity.error)}"
    if identity.account != credentials.role.account_id:
        # Another service answers for STS: what it says of a person is not this portal's.
        asked = credentials.role.account_id
        return None, f"STS knows the role credentials of {asked} as {quoted(identity.account)}'s"
    return (identity.person, "") if identity.person else (None, "STS names no role session")


def _refusal(rejection: Rejection, role: Role) -> str:
    if rejection.status == 403:
        return f"who signed in is not assigned {role.role_name} in account {role.account_id}"
    return f"the portal gives no role credentials: {quoted(rejection.error)}"
