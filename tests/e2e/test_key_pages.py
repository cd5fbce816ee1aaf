"""The pages that ask for a security key, looked at as `test_pages.py` looks at all others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from sekisho.center.pages.languages import Language
from tests.e2e.conftest import PASSWORD, PERSON
from tests.e2e.served_pages import Served, served_pages
from tests.e2e.test_pages import DESKTOP, PHONE, look_at
from tests.e2e.test_security_keys import Desk, desk_of


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_pages(tmp_path) as served:
        yield served


def type_password(desk: Desk) -> None:
    desk.page.locator("#username").fill(PERSON)
    desk.page.locator("#password").fill(PASSWORD)
    desk.page.locator("button.primary").click()


def key_pages(desk: Desk, served: Served) -> Iterator[str]:
    page = desk.page
    page.goto("/signin")
    yield "sign in, with a passkey"
    type_password(desk)
    page.goto("/profile/security-key")
    yield "add a key"
    desk.touched(True)
    page.locator("main button.primary").click()
    page.locator("#codes").wait_for()
    page.goto("/profile/security-key")
    page.locator("main button.primary").click()
    page.locator("[role=alert]").wait_for()
    yield "add a key, known"
    desk.touched(False)
    page.goto("/profile")
    yield "profile, with a key"
    for key in desk.credentials():
        name = {"authenticatorId": desk.key, "credentialId": key["credentialId"]}
        desk.cdp.send("WebAuthn.removeCredential", name)
    desk.leave()
    desk.touched(True)
    page.goto("/signin")
    page.locator("section button").click()
    page.locator("[role=alert]").wait_for()
    yield "sign in, no key has answered"
    type_password(desk)
    page.wait_for_url("**/signin/second")
    yield "second step, with a key"
    page.locator("main form").evaluate("form => form.submit()")
    page.locator("#problem").wait_for()
    yield "second step, refused"
    page.goto(f"{served.origin}/signin")
    type_password(desk)
    page.wait_for_url("**/signin/second")
    yield "second step, at an address"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("language", Language)
def test_every_page_of_keys_fits_can_be_read_can_be_hit_and_is_clean_to_axe(
    chromium: Browser,
    served: Served,
    node_modules: Path,
    language: Language,
    width: int,
    scheme: Any,
) -> None:
    axe = (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    context = chromium.new_context(
        viewport={"width": width, "height": 760},
        color_scheme=scheme,
        base_url=served.origin.replace("127.0.0.1", "localhost"),
        locale=language,
    )
    desk = desk_of(context.new_page())

    for name in key_pages(desk, served):
        look_at(desk.page, name, width=width, axe=axe)
    context.close()
