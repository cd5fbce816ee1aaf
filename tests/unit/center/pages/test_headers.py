import re

import pytest

from sekisho.wire.http import Response
from tests.unit.center.pages.conftest import Ask, sent_back, sign_in

PAGES = [
    "/device",
    "/device?user_code=BBBB-BBBB",
    "/consent?handle=x",
    "/console?account_id=111122223333",
    "/sessions",
    "/signout",
]
OPEN_TO_ALL = ["/nowhere", "/start/credentials", "/static/nothing", "/authorize", "/start/"]
TAKE_DEEP_LINKS = ["/start", "/signin"]


def policy(response: Response) -> dict[str, str]:
    directives = response.headers["Content-Security-Policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


def answers(ask: Ask, path: str) -> list[Response]:
    """The page as a stranger sees it, and as somebody who is signed in."""
    return [ask("GET", path), ask("GET", path, cookie=sent_back(sign_in(ask)))]


@pytest.mark.parametrize("path", PAGES + OPEN_TO_ALL)
def test_no_page_runs_scripts_or_loads_anything_from_elsewhere(ask: Ask, path: str) -> None:
    for answer in answers(ask, path):
        assert policy(answer) == {
            "default-src": "'none'",
            "style-src": "'self'",
            "img-src": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }


def test_where_deep_links_arrive_one_script_of_ours_may_run(ask: Ask) -> None:
    pages = [ask("GET", "/signin"), ask("GET", "/start", cookie=sent_back(sign_in(ask)))]

    for page in pages:
        assert policy(page)["script-src"] == "'self'"
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", page.body.decode())
        assert scripts == [""]
        assert re.search(rb'<script src="/static/deep-link.js\?v=[0-9a-f]{12}">', page.body)


@pytest.mark.parametrize("path", [*PAGES, *OPEN_TO_ALL, *TAKE_DEEP_LINKS])
def test_nobody_keeps_a_copy_of_a_page_and_its_address_goes_nowhere(ask: Ask, path: str) -> None:
    for answer in answers(ask, path):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"] == "Accept-Language"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES + OPEN_TO_ALL)
def test_pages_hold_no_script_no_inline_style_and_no_foreign_address(ask: Ask, path: str) -> None:
    for answer in answers(ask, path):
        page = answer.body.decode()
        assert not re.search(r"<script|\sstyle=|\son[a-z]+=|javascript:", page)
        assert not re.search(r'(src|href|action)="(?![/#])', page)


def test_a_redirect_to_sign_in_is_protected_as_a_page_is(ask: Ask) -> None:
    answer = ask("GET", "/start")

    assert answer.status == 303
    assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_may_be_kept_since_their_address_changes_with_them(ask: Ask) -> None:
    page = ask("GET", "/signin").body.decode()
    addresses = set(re.findall(r'"(/static/[^"]+)"', page))
    answers = [ask("GET", address) for address in sorted(addresses)]

    assert [answer.headers["Content-Type"] for answer in answers] == [
        "text/javascript; charset=utf-8",
        "image/svg+xml",
        "text/css; charset=utf-8",
    ]
    assert all("immutable" in answer.headers["Cache-Control"] for answer in answers)
    assert all(re.search(r"\?v=[0-9a-f]{12}$", address) for address in addresses)


@pytest.mark.parametrize(
    "host, told", [("127.0.0.1:8443", False), ("localhost:8443", False), ("[::1]:8443", False)]
)
def test_this_machines_own_names_are_not_bound_to_https_for_other_programs_on_it(
    ask: Ask, host: str, told: bool
) -> None:
    answer = ask("GET", "/signin", origin=f"https://{host}")

    assert ("Strict-Transport-Security" in answer.headers) is told


def test_the_style_sheet_names_no_address(ask: Ask) -> None:
    css = ask("GET", "/static/sekisho.css").body

    assert b"url(" not in css
    assert b"@import" not in css
