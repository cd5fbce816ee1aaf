"""Security keys and passkeys in real Chromium, with its own virtual key: nothing of ours makes them."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.e2e.conftest import PASSWORD, PERSON, Home
from tests.e2e.served_pages import Served, served_pages

# Of passkeys below the user name: the virtual key takes each, over and over.
NO_OFFERS = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
OLD_BROWSER = """
    delete PublicKeyCredential.parseCreationOptionsFromJSON;
    delete PublicKeyCredential.parseRequestOptionsFromJSON;
    delete PublicKeyCredential.prototype.toJSON;
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_pages(tmp_path) as served:
        yield served


@dataclass(frozen=True)
class Desk:
    """A tab at the center's name, and the virtual key of the browser that it is in."""

    page: Page
    cdp: CDPSession
    key: str

    def touched(self, touched: bool) -> None:
        """Whether somebody touches the key when it asks."""
        self.cdp.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": self.key, "enabled": touched},
        )

    def credentials(self) -> list[dict[str, Any]]:
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.key})
        return list(found["credentials"])

    def type_password(self) -> None:
        self.page.get_by_label("User name").fill(PERSON)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def enrol(self) -> None:
        self.touched(False)
        self.page.goto("/signin?next=/sessions")
        self.type_password()
        self.page.wait_for_url("**/sessions")
        self.touched(True)
        self.page.goto("/profile/security-key")
        self.page.get_by_label("What to call it").fill("the blue one")
        self.page.get_by_role("button", name="Add the key").click()
        expect(self.page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        self.touched(False)

    def leave(self) -> None:
        self.page.context.clear_cookies()


def desk_of(page: Page, **more: Any) -> Desk:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": False,
        **more,
    }
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Desk(page, cdp, made["authenticatorId"])


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    named = served.origin.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=named)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("old", [False, True], ids=["now", "before 2025"])
def test_a_key_is_enrolled_and_then_asked_for_after_the_password(page: Page, old: bool) -> None:
    if old:
        page.add_init_script(OLD_BROWSER)
    desk = desk_of(page, transport="usb", hasResidentKey=False, hasUserVerification=False)
    desk.enrol()
    desk.leave()
    page.goto("/signin?next=/device")
    desk.type_password()
    desk.touched(True)
    page.get_by_role("button", name="Use the key").click()

    page.wait_for_url("**/device")
    assert [each["isResidentCredential"] for each in desk.credentials()] == [False]


def test_a_passkey_signs_in_without_a_password(page: Page) -> None:
    desk = desk_of(page)
    desk.enrol()
    desk.leave()
    page.add_init_script(NO_OFFERS)
    page.goto("/signin?next=/device")
    desk.touched(True)
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/device")


def test_a_passkey_is_offered_where_the_user_name_is_typed(page: Page) -> None:
    desk = desk_of(page)
    desk.enrol()
    desk.leave()
    desk.touched(True)
    page.goto("/signin?next=/device")  # the virtual key takes the offer at once

    page.wait_for_url("**/device")


def test_a_key_that_cannot_ask_its_holder_is_no_passkey(page: Page) -> None:
    desk = desk_of(page)
    desk.enrol()
    desk.leave()
    named = {"authenticatorId": desk.key}
    desk.cdp.send("WebAuthn.setUserVerified", {**named, "isUserVerified": False})
    page.add_init_script(NO_OFFERS)
    page.goto("/signin")
    desk.touched(True)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("No key has answered")
    assert page.url.endswith("/signin")


def test_a_key_that_is_enrolled_is_not_enrolled_again(page: Page) -> None:
    desk = desk_of(page)
    desk.enrol()
    desk.touched(True)
    page.goto("/profile/security-key")
    page.get_by_role("button", name="Add the key").click()

    expect(page.get_by_role("alert")).to_contain_text("enrolled already")
    assert len(desk.credentials()) == 1


def test_a_copy_of_a_key_is_noticed(page: Page) -> None:
    desk = desk_of(page)
    desk.enrol()
    (copied,) = desk.credentials()
    desk.leave()
    desk.touched(True)
    page.goto("/signin?next=/device")
    page.wait_for_url("**/device")
    desk.touched(False)
    desk.leave()
    named = {"authenticatorId": desk.key}
    desk.cdp.send("WebAuthn.removeCredential", {**named, "credentialId": copied["credentialId"]})
    desk.cdp.send("WebAuthn.addCredential", {**named, "credential": {**copied, "signCount": 0}})
    page.add_init_script(NO_OFFERS)
    page.goto("/signin?next=/device")
    desk.touched(True)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("#problem")).to_contain_text("counter went back")


def test_a_removed_key_opens_nothing(page: Page) -> None:
    desk = desk_of(page)
    desk.enrol()
    page.goto("/profile")
    page.get_by_role("button", name="Remove the blue one").click()
    expect(page.get_by_role("status")).to_contain_text("removed")
    desk.leave()
    page.goto("/signin")
    desk.touched(True)
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("#problem")).to_contain_text("not accepted")


def test_without_a_script_the_page_says_why_and_what_else_there_is(
    chromium: Browser, served: Served
) -> None:
    named = served.origin.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=named, java_script_enabled=False)
    page = context.new_page()
    page.goto("/signin")
    told, button = page.locator(".without"), page.get_by_role("button", name="Use a passkey")

    expect(told).to_contain_text("Allow JavaScript")
    expect(button).to_be_disabled()
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    context.close()


def test_a_browser_that_knows_no_keys_is_told_so(page: Page) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/signin")

    expect(page.locator(".without")).to_contain_text("cannot use security keys")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_disabled()


CONFIG = """
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = hoge
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = us-east-1
"""


@pytest.mark.parametrize("flow", [[], ["--use-device-code"]], ids=["PKCE", "device code"])
def test_a_tool_signs_in_by_password_and_key(
    page: Page, served: Served, tmp_path: Path, flow: list[str]
) -> None:
    served.clock.advance(time.time() - served.clock.now().timestamp())  # the tool has the real one
    desk = desk_of(page)
    desk.enrol()
    desk.leave()
    home = home_at(served.origin.replace("127.0.0.1", "localhost"), tmp_path / "home")
    running = home.start("login", "--profile", "dev", "--no-browser", *flow)
    page.goto(running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO"]))
    desk.type_password()
    desk.touched(True)
    page.get_by_role("button", name="Use the key").click()
    page.get_by_role("button", name="Allow").click()
    result = running.finish()

    assert result.status == 0, result.stderr
    assert "Successfully logged into" in result.stdout


def home_at(url: str, path: Path) -> Home:
    """A home whose profile leads to the center at `url`."""
    path.mkdir()
    names = ("SSO_OIDC", "SSO", "STS", "SIGNIN")
    environ = {
        "HOME": str(path),
        "PATH": os.environ["PATH"],
        "XDG_STATE_HOME": str(path / "state"),
        **{f"AWS_ENDPOINT_URL_{name}": url for name in names},
        "NO_PROXY": "localhost",
        "BROWSER": "true",
    }
    home = Home(path, environ)
    home.write_config(CONFIG)
    return home
