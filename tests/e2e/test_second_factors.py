"""Tools sign in where everybody needs a second factor: real clients, a real browser, a real clock."""

import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import PASSWORD, PERSON, Home, Result, organisation, served_center

_STEP_SECONDS = 30


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One of this file's own, that asks everybody."""
    directory = organisation().replace("instance:\n", "instance:\n  mfa: required\n")
    assert "mfa: required" in directory
    with served_center(tmp_path_factory.mktemp("center"), directory) as url:
        yield url


class _App:
    """The person's authenticator app. It shows no code twice, as the center takes none twice."""

    def __init__(self, secret: str) -> None:
        self._codes = pyotp.TOTP(secret)
        self._shown = 0

    def code(self) -> str:
        self._shown = max(int(time.time()) // _STEP_SECONDS, self._shown + 1)
        return self._codes.generate_otp(self._shown)


def _password(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("User name").fill(PERSON)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _enrol(page: Page) -> tuple[_App, list[str]]:
    """Add an app where the page asks for one; return it, and the recovery codes that come then."""
    page.get_by_text("I cannot scan it").click()
    app = _App("".join(page.get_by_label("Secret key").input_value().split()))
    page.get_by_label("Then type the code").fill(app.code())
    page.get_by_role("button", name="Add the app").click()
    codes = page.get_by_label("Ten codes").input_value().split()
    page.get_by_role("link", name="I have kept them: continue").click()
    return app, codes


def _sign_in(home: Home, chromium: Browser, second: Callable[[Page], None], *more: str) -> Result:
    """Run `sekisho login`, and answer it in a browser that nobody is signed in with."""
    running = home.start("login", "--profile", "dev", "--no-browser", *more)
    context = chromium.new_context()
    page = context.new_page()
    _password(page, running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO_OIDC"]))
    second(page)
    page.get_by_role("button", name="Allow").or_(
        page.get_by_role("button", name="Continue")
    ).first.wait_for()
    if page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Allow").click()
    result = running.finish()
    context.close()
    return result


def test_a_tool_signs_in_with_every_kind_of_second_step(home: Home, chromium: Browser) -> None:
    enrolled: list[tuple[_App, list[str]]] = []
    isolated = home.sekisho("isolate", "--by", "profile", "--yes")
    assert isolated.status == 0, isolated.stderr

    by_browser = _sign_in(home, chromium, lambda page: enrolled.append(_enrol(page)))
    ((app, codes),) = enrolled

    def shows_a_code(page: Page) -> None:
        page.get_by_label("Code", exact=True).fill(app.code())
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/device?*")

    def has_lost_the_app(page: Page) -> None:
        page.get_by_role("link", name="With a recovery code").click()
        page.get_by_label("Recovery code").fill(codes[0].upper())
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/consent?*")

    by_code = _sign_in(home, chromium, shows_a_code, "--use-device-code")
    by_recovery = _sign_in(home, chromium, has_lost_the_app)

    assert by_browser.status == 0, by_browser.stderr
    assert by_code.status == 0, by_code.stderr
    assert by_recovery.status == 0, by_recovery.stderr
    assert home.sekisho("whoami", "--profile", "dev").status == 0
