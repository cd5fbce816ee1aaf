from collections.abc import Mapping

import pytest

from sekisho.secret import Secret
from sekisho.testing.visitor import NotOnPage, Visitor, sign_in_through_pages
from sekisho.wire.http import Headers, Request, Response

ORIGIN = "http://127.0.0.1:8765"
PASSWORD = Secret("not a real password")
SIGN_IN = """<title>Sign in</title><form method=post action=/signin>
<input type=hidden name=next value=/consent><input name=username><input type=password name=password>
<button>Sign in</button></form>"""
CONSENT = """<title>Allow access</title><form method=post><button name=decision value=allow>Allow
</button><button name=decision value=deny>Deny</button></form>"""


class Site:
    """Answers by method and path, and notes what came."""

    def __init__(self, answers: Mapping[str, Response]) -> None:
        self._answers = answers
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        path = request.url.partition("://")[2].partition("/")[2].partition("?")[0]
        return self._answers.get(f"{request.method} /{path}", Response(404, body=b"Nothing here"))


def _html(body: str, status: int = 200, **headers: str) -> Response:
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, Headers({"Content-Type": "text/html", **pairs}), body.encode())


def _to(location: str, status: int = 303, *cookies: str) -> Response:
    pairs = (("Location", location), *(("Set-Cookie", cookie) for cookie in cookies))
    return Response(status, Headers(pairs))


def _site(**changed: Response) -> Site:
    answers = {
        "GET /authorize": _to("/consent"),
        "GET /consent": _html(SIGN_IN),
        "POST /signin": _to("/allow", 303, "session=abc; Path=/", "seen=1; Path=/"),
        "GET /allow": _html(CONSENT),
        "POST /allow": _to("http://127.0.0.1:49152/oauth/callback?code=abc&state=s"),
        "GET /oauth/callback": _html("<title>Arrived</title>"),
    }
    return Site({**answers, **changed})


def test_a_person_signs_in_allows_and_comes_back() -> None:
    site, came = _site(), list[Request]()

    def deliver(request: Request) -> Response:
        came.append(request)
        return _html("<title>Arrived</title>")

    visitor = Visitor(site, deliver=deliver)
    page = sign_in_through_pages(visitor, f"{ORIGIN}/authorize", "dev", PASSWORD)

    assert page.title == "Arrived"
    assert visitor.came_back
    assert [request.url for request in came] == [
        "http://127.0.0.1:49152/oauth/callback?code=abc&state=s"
    ]
    assert came[0].headers["Host"] == "127.0.0.1:49152"


def test_a_second_sign_in_begins_at_its_own_page() -> None:
    site = _site()
    visitor = Visitor(site)
    for _ in range(2):
        sign_in_through_pages(visitor, f"{ORIGIN}/authorize", "dev", PASSWORD)

    assert [request.url for request in site.requests].count(f"{ORIGIN}/authorize") == 2
    assert site.requests[-1].url.startswith("http://127.0.0.1:49152/oauth/callback")


def test_without_somebody_to_deliver_to_the_callback_goes_over_http() -> None:
    site = _site()
    page = sign_in_through_pages(Visitor(site), f"{ORIGIN}/authorize", "dev", PASSWORD)

    assert page.title == "Arrived"
    assert site.requests[-1].url.startswith("http://127.0.0.1:49152/oauth/callback")


def test_no_cookie_of_the_service_goes_to_the_callback() -> None:
    site = _site()
    sign_in_through_pages(Visitor(site), f"{ORIGIN}/authorize", "dev", PASSWORD)

    assert site.requests[-2].headers["Cookie"] == "session=abc; seen=1"
    assert "Cookie" not in site.requests[-1].headers


def test_the_form_carries_what_is_hidden_and_what_was_filled_in() -> None:
    site = _site()
    sign_in_through_pages(Visitor(site), f"{ORIGIN}/authorize", "dev", PASSWORD)
    posted = [request for request in site.requests if request.method == "POST"]

    assert posted[0].body == b"next=%2Fconsent&username=dev&password=not+a+real+password"
    assert posted[0].headers["Origin"] == ORIGIN
    assert posted[0].headers["Sec-Fetch-Site"] == "same-origin"
    assert posted[1].body == b"decision=allow"


def test_deny_presses_the_other_button() -> None:
    site = _site()
    sign_in_through_pages(Visitor(site), f"{ORIGIN}/authorize", "dev", PASSWORD, press="Deny")

    assert b"decision=deny" in [request.body for request in site.requests]


def test_under_no_referrer_a_form_does_not_say_where_it_is_from() -> None:
    page = _html(CONSENT, Referrer_Policy="no-referrer")
    site = _site(**{"GET /allow": page})
    visitor = Visitor(site)
    visitor.open(f"{ORIGIN}/allow")
    visitor.press("Deny")

    assert site.requests[1].headers["Origin"] == "null"


def test_a_password_that_is_not_accepted_ends_it() -> None:
    site = _site(**{"POST /signin": _html(SIGN_IN, 403)})

    with pytest.raises(NotOnPage, match=r"no way to 'Allow' on the page 'Sign in' \(status 403\)"):
        sign_in_through_pages(Visitor(site), f"{ORIGIN}/authorize", "dev", PASSWORD)
    assert sum(request.method == "POST" for request in site.requests) == 1


def test_user_name_and_password_may_be_asked_for_one_after_the_other() -> None:
    name = "<form method=post action=/name><input name=username><button>Next</button></form>"
    password = (
        "<form method=post action=/signin><input type=password name=password>"
        "<button>Sign in</button></form>"
    )
    site = _site(**{"GET /consent": _html(name), "POST /name": _html(password)})
    page = sign_in_through_pages(Visitor(site), f"{ORIGIN}/authorize", "dev", PASSWORD)

    assert page.title == "Arrived"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example.com/",
        "http://127.0.0.1:9999/",
        "http://evil.example.com/oauth/callback",
        "//evil.example.com/",
    ],
)
def test_it_does_not_leave_for_another_origin(location: str) -> None:
    site = _site(**{"GET /authorize": _to(location)})

    with pytest.raises(NotOnPage, match="leads away"):
        Visitor(site).open(f"{ORIGIN}/authorize")
    assert len(site.requests) == 1


def test_origins_that_are_allowed_may_be_visited() -> None:
    site = _site(**{"GET /authorize": _to("http://other.example/allow")})
    visitor = Visitor(site, origins={ORIGIN, "http://other.example"})

    assert visitor.open(f"{ORIGIN}/authorize").title == "Allow access"


def test_it_does_not_go_in_circles() -> None:
    with pytest.raises(NotOnPage, match="redirects more than"):
        Visitor(_site(**{"GET /a": _to("/a")})).open(f"{ORIGIN}/a")


@pytest.mark.parametrize(("status", "method"), [(302, "GET"), (303, "GET"), (307, "POST")])
def test_a_redirect_after_a_form_keeps_the_method_only_when_it_says_so(
    status: int, method: str
) -> None:
    site = _site(**{"POST /allow": _to("/next", status)})
    visitor = Visitor(site)
    visitor.open(f"{ORIGIN}/allow")
    visitor.press("Allow")

    assert site.requests[-1].method == method


def test_links_are_followed_by_their_text() -> None:
    visitor = Visitor(_site(**{"GET /": _html("<a href=allow>Go on</a>")}))
    visitor.open(f"{ORIGIN}/")

    assert visitor.follow("Go on").title == "Allow access"


def test_what_is_not_there_is_said_with_the_page_that_lacks_it() -> None:
    visitor = Visitor(_site())
    with pytest.raises(NotOnPage, match="no page"):
        visitor.press("Allow")
    visitor.open(f"{ORIGIN}/allow?user_code=BCDF-GHJK")

    with pytest.raises(NotOnPage, match="no button 'Sign in' on the page 'Allow access'") as button:
        visitor.press("Sign in")
    with pytest.raises(NotOnPage, match="no field 'username'"):
        visitor.fill(username="dev")
    with pytest.raises(NotOnPage, match="no link 'Help'"):
        visitor.follow("Help")
    assert "BCDF" not in str(button.value)
