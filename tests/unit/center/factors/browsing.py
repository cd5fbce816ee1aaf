"""A person at the pages of a `World`, for tests of second factors."""

from sekisho.center.factors.interface import Kind
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor
from tests.unit.center.factors.enrolling import code_of
from tests.unit.center.scene import ORIGIN, PASSWORD, PERSON, World

MINUTE = 60


def at_password(world: World, *, name: str = PERSON, path: str = "/start") -> Visitor:
    """Somebody who has typed the right password, and sees what comes then."""
    visitor = Visitor(world.http)
    visitor.open(f"{ORIGIN}{path}")
    visitor.fill(username=name, password=PASSWORD.reveal())
    visitor.press("Sign in")
    return visitor


def signed_in(world: World, *, name: str = PERSON, secret: Secret | None = None) -> Visitor:
    visitor = at_password(world, name=name)
    if secret is not None:
        show_code(visitor, code_of(secret, world.center))
    assert visitor.page.url == f"{ORIGIN}/start"
    return visitor


def show_code(visitor: Visitor, code: str) -> None:
    visitor.fill(code=code)
    visitor.press("Continue")


def secret_on(visitor: Visitor) -> Secret:
    """The secret that the page shows for an app, as a person would type it off."""
    text = visitor.page.text.partition("Secret key ")[2]
    return Secret("".join(text.split()[:8]))


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.open(f"{ORIGIN}/start").url == f"{ORIGIN}/start"


def prove(visitor: Visitor, world: World, secret: Secret | None = None) -> None:
    """Answer the question whether it is still them."""
    visitor.fill(password=PASSWORD.reveal())
    visitor.press("Continue")
    if secret is not None:
        show_code(visitor, code_of(secret, world.center))


def by(kind: Kind) -> str:
    return f"{ORIGIN}/signin/second?with={kind}"
