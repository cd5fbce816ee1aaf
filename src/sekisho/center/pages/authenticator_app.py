"""Adding an authenticator app: a picture for the app to read, and a code from it in return.

The secret is in the form, sealed for this person, until the app has shown that it has it: nothing is
kept of an app that was never finished, and the form may come back to any replica.
"""

from dataclasses import dataclass
from http import HTTPStatus

from markupsafe import Markup
from starlette.responses import Response

from sekisho.center.directory.people import User
from sekisho.center.factors import recovery_codes, totp
from sekisho.center.factors.enrolled import LONGEST_NAME, has_room, keep_added
from sekisho.center.factors.interface import Kind
from sekisho.center.factors.totp import AUTHENTICATOR_APPS
from sekisho.center.pages.recovery_codes import show_codes
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.secret import Secret

__all__ = ["Shown", "add", "ask", "form", "shown"]

_GROUP, _LINE = 4, 16
"""Characters of a secret that are read in one go, and that a phone has room for side by side."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What came back from the form: an app that has its secret."""

    name: str
    secret: Secret
    step: int
    """The time step whose code it showed."""


def ask(visit: Visit, session: Session) -> Response:
    """Show the picture, and ask for a code."""
    return form(visit, session.user, action="/profile/authenticator-app")


def add(visit: Visit, session: Session) -> Response:
    """Add the app if its code is right. Whoever has no recovery codes yet gets them now."""
    center, user = visit.center, session.user
    found = shown(visit, user, action="/profile/authenticator-app")
    if isinstance(found, Response):
        return found
    codes: tuple[Secret, ...] = ()
    with center.database.writing() as connection:
        if not has_room(connection, AUTHENTICATOR_APPS, user.id):
            return visit.go("/profile?done=no-room")
        totp.add(
            connection, center.keys, user.id, found.name, found.secret, found.step, center.now()
        )
        keep_added(connection, center, user, Kind.AUTHENTICATOR_APP)
        if not recovery_codes.left(connection, user.id):
            codes = recovery_codes.renew(connection, user.id, center.now())
    return show_codes(visit, codes, onward="/profile") if codes else visit.go("/profile?done=added")


def shown(visit: Visit, user: User, *, action: str) -> Shown | Response:
    """Read the form that `form` made; the same form again where something is wrong in it."""
    secret = totp.secret_of(visit.center, user, visit.form.get("draft", ""))
    if secret is None:
        return form(visit, user, action=action)
    name = " ".join(visit.form.get("name", "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return form(visit, user, action=action, secret=secret, name=name, problem="name")
    step = totp.matching_step(secret, visit.form.get("code", ""), visit.center.now())
    if step is None:
        return form(visit, user, action=action, secret=secret, name=name, problem="code")
    return Shown(name, secret, step)


def form(
    visit: Visit,
    user: User,
    *,
    action: str,
    secret: Secret | None = None,
    name: str = "",
    problem: str = "",
) -> Response:
    """Show the picture of `secret`, or of a new one, for the app to read."""
    secret = secret or totp.new_secret()
    issuer = f"sekisho ({visit.request.url.hostname})"
    text = secret.reveal()
    return visit.show(
        "authenticator-app.html",
        status=HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK,
        action=action,
        user=user,
        issuer=issuer,
        picture=_picture(totp.uri(secret, person=user.name, issuer=issuer)),
        lines=[_in_groups(text[at : at + _LINE]) for at in range(0, len(text), _LINE)],
        draft=totp.draft(visit.center, user, secret),
        name=name,
        problem=problem,
        longest=LONGEST_NAME,
    )


def _in_groups(text: str) -> str:
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _picture(uri: Secret) -> Markup:
    """Draw the QR code: black, on the white that the style sheet gives it in every scheme."""
    import segno

    code = segno.make(uri.reveal(), micro=False, error="m")
    drawn = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704  it is drawn from numbers
