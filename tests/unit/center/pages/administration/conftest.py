"""A center with an administrator and one who is none, and a browser for each."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from sekisho.testing.visitor import Visitor
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import ORIGIN, OTHER, PASSWORD, PERSON, World

HOME = f"{ORIGIN}/administration"


def send(world: World, visitor: Visitor, **fields: str) -> Response:
    """Send the page's form with fields that a `Visitor` cannot fill in: ticks and long texts."""
    url = visitor.page.url.partition("?")[0]
    token = next(dict(form.fields)["csrf"] for form in visitor.page.forms if form.method == "post")
    sent = {"Cookie": visitor.cookies.header(url), "Accept": "text/html"}
    headers = Headers({**sent, "Content-Type": "application/x-www-form-urlencoded"})
    body = urlencode({"csrf": token, **fields}).encode()
    return world.http.send(Request("POST", url, headers, body))


SignedIn = Callable[[str], Visitor]


@pytest.fixture
def signed_in(world: World) -> SignedIn:
    """Sign somebody in with a browser of their own."""

    def sign_in(name: str) -> Visitor:
        visitor = Visitor(world.http)
        visitor.open(f"{ORIGIN}/signin")
        visitor.fill(username=name, password=PASSWORD.reveal())
        visitor.press("Sign in")
        return visitor

    return sign_in


@pytest.fixture
def admin(signed_in: SignedIn) -> Visitor:
    """An administrator's browser."""
    return signed_in(PERSON)


@pytest.fixture
def other(signed_in: SignedIn) -> Visitor:
    """The browser of somebody who does not administer."""
    return signed_in(OTHER)
