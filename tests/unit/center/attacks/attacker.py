"""What an attacker does with the wire and the pages, as they would: nothing goes around them."""

from urllib.parse import urlencode

from sekisho.testing.visitor import Visitor
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.pages.conftest import hidden, sent_back
from tests.unit.center.scene import (
    ORIGIN,
    PASSWORD,
    PERSON,
    World,
    refusal,
)

FORM = "application/x-www-form-urlencoded"
WRONG = "not-what-anybody-has"


def browser_of(world: World, name: str = PERSON) -> Visitor:
    """A browser at which `name` is signed in."""
    visitor = Visitor(world.http)
    visitor.open(f"{ORIGIN}/signin")
    visitor.fill(username=name, password=PASSWORD.reveal())
    visitor.press("Sign in")
    return visitor


def get(world: World, target: str, cookie: str = "") -> Response:
    return world.send("GET", target, b"", Accept="text/html", Cookie=cookie)


def post(world: World, target: str, cookie: str, headers: Headers, **form: str) -> Response:
    sent = Headers({"Accept": "text/html", "Content-Type": FORM, "Cookie": cookie})
    request = Request("POST", f"{ORIGIN}{target}", sent, urlencode(form).encode())
    for name, value in headers.pairs:
        request = request.with_header(name, value)
    return world.http.send(request)


def sign_in(world: World, name: str, password: str, cookie: str = "") -> Response:
    """Use the sign-in form with a browser that has `cookie` already."""
    asked = get(world, "/signin", cookie)
    held = "; ".join(part for part in (cookie, sent_back(asked)) if part)
    token = hidden(asked.body, "csrf")
    return post(world, "/signin", held, Headers(), csrf=token, username=name, password=password)


def is_refused_as_wrong(answer: Response) -> bool:
    return refusal(answer).error == "InvalidGrantException"


def without_token(answer: Response) -> bytes:
    return (
        answer.body.replace(hidden(answer.body, "csrf").encode(), b"")
        .replace(PERSON.encode(), b"NAME")
        .replace(b"nobody@hoge.com", b"NAME")
    )
