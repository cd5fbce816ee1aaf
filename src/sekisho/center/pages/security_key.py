"""Adding a security key or passkey: a name for it, and its answer to the browser."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from sekisho.center.directory.people import User
from sekisho.center.factors import challenges, recovery_codes, security_keys
from sekisho.center.factors.challenges import Ceremony, Purpose
from sekisho.center.factors.enrolled import LONGEST_NAME, has_room, keep_added
from sekisho.center.factors.interface import Kind
from sekisho.center.factors.key_answers import NewKey, read_new_key
from sekisho.center.factors.key_options import creation_options
from sekisho.center.factors.relying_party import RelyingParty, relying_party
from sekisho.center.factors.security_keys import SECURITY_KEYS, Refusal
from sekisho.center.pages.recovery_codes import show_codes
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.secret import Secret

__all__ = ["Shown", "add", "ask", "form", "shown"]

_ACTION = "/profile/security-key"


@dataclass(frozen=True, slots=True)
class Shown:
    """What came back from the form: a key that has answered."""

    name: str
    key: NewKey
    party: RelyingParty


def ask(visit: Visit, session: Session) -> Response:
    """Ask for a name, and for the key."""
    return form(visit, session.user, action=_ACTION, bound_to=visit.bound_to)


def add(visit: Visit, session: Session) -> Response:
    """Add the key if its answer holds. Whoever has no recovery codes yet gets them now."""
    center, user = visit.center, session.user
    found = shown(visit, user, action=_ACTION, bound_to=visit.bound_to)
    if isinstance(found, Response):
        return found
    codes: tuple[Secret, ...] = ()
    with center.database.writing() as connection:
        if not has_room(connection, SECURITY_KEYS, user.id):
            return visit.go("/profile?done=no-room")
        refused = security_keys.add(
            connection, user.id, found.party, found.name, found.key, center.now()
        )
        if refused is None:
            keep_added(connection, center, user, Kind.SECURITY_KEY)
            if not recovery_codes.left(connection, user.id):
                codes = recovery_codes.renew(connection, user.id, center.now())
    if refused is not None:
        return form(visit, user, action=_ACTION, bound_to=visit.bound_to, problem=refused.value)
    return show_codes(visit, codes, onward="/profile") if codes else visit.go("/profile?done=added")


def shown(visit: Visit, user: User, *, action: str, bound_to: str) -> Shown | Response:
    """Read the form that `form` made; a fresh one where something is wrong in it."""
    party = relying_party(visit.origin)
    if party is None:
        return form(visit, user, action=action, bound_to=bound_to)
    name = " ".join(visit.form.get("name", "").split())
    ceremony = Ceremony(Purpose.ENROL, bound_to, user.id)
    key = read_new_key(visit.form.get("credential", ""), party)
    problem = ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problem = "name"
    elif key is None:
        problem = Refusal.NOT_GOOD
    elif not challenges.is_for(visit.center, ceremony, key.challenge):
        problem = Refusal.TOO_LATE
    if problem or key is None:
        return form(visit, user, action=action, bound_to=bound_to, name=name, problem=problem)
    return Shown(name, key, party)


def form(
    visit: Visit, user: User, *, action: str, bound_to: str, name: str = "", problem: str = ""
) -> Response:
    """Ask for a key of `user`; `bound_to` is what stands or falls with this sign-in."""
    party = relying_party(visit.origin)
    options = "" if party is None else creation_options(visit.center, user, party, bound_to)
    return visit.show(
        "add-security-key.html",
        status=HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK,
        uses_keys=bool(options),
        action=action,
        user=user,
        asked=security_keys.what_to_ask(visit.origin, options),
        name=name,
        problem=problem.replace("-", "_"),
        longest=LONGEST_NAME,
    )
