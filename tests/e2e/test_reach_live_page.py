"""The page of `reach --live --format html`, in a real browser: what was asked, and what was not."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.test_pages import DESKTOP, FAULTS, LOOK, PHONE
from tests.e2e.test_reach_page import LEGACY, PROFILE, SESSION, texts, watched
from tests.unit.cli.conftest import CommandLine, Service, sekisho, service

__all__ = ["sekisho", "service"]

CONFIG = "".join([
    SESSION.format("shop", "hoge"),
    PROFILE.format("shop-dev", "shop", 21),
    PROFILE.format("shop-gone", "shop", 22).replace("ReadOnlyAccess", "GoneAccess"),
    SESSION.format("audit", "hoge"),
    PROFILE.format("audit-prod", "audit", 22),
    LEGACY.format("hoge-dev", 11),
    LEGACY.format("hoge-stg", 12),
])  # fmt: skip
ASSIGNED = {
    "accountList": [
        {"accountId": f"{number:012}", "accountName": f"team {number}"} for number in range(12, 32)
    ],
    "roleList": [{"roleName": "ReadOnlyAccess"}, {"roleName": "BreakGlassAdministratorAccess"}],
}


@pytest.fixture
def drawn(sekisho: CommandLine, service: Service, tmp_path: Path) -> Path:
    """The page of one portal that was asked by one session, and not by the other sign-ins."""
    sekisho.write_config(CONFIG)
    sekisho.sign_in("shop", service.url)
    service.status, service.body = 200, json.dumps(ASSIGNED).encode()
    page = tmp_path / "reach.html"
    run = sekisho("reach", "--live", "--format", "html", "--output", str(page))
    assert run.status == 0, run.err
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_page_fits_can_be_read_and_is_clean_to_axe(
    chromium: Browser, drawn: Path, node_modules: Path, width: int, scheme: Any
) -> None:
    axe = (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    context = chromium.new_context(viewport={"width": width, "height": 760}, color_scheme=scheme)
    page = context.new_page()
    complaints = watched(page)

    page.goto(drawn.as_uri())
    for details in page.locator("#view-0 summary").all():
        details.click()
    found = page.evaluate(LOOK)

    assert found == {"width": width, "faint": [], "small": [], "unlabelled": []}
    assert page.evaluate(f"async () => {{ {axe}; return ({FAULTS})(); }}") == []
    assert complaints == []
    context.close()


def test_the_page_marks_roles_without_a_profile_and_profiles_without_a_role(
    chromium: Browser, drawn: Path
) -> None:
    page = chromium.new_page()

    page.goto(drawn.as_uri())
    asked, *others = (" ".join(text.split()) for text in texts(page, "#view-0 .gate"))

    assert "Asked: hoge@hoge.com has 40 roles. Gets no role: shop-gone" in asked
    assert "38 roles that no profile names" in asked
    assert "BreakGlassAdministratorAccess team 12 000000000012" in asked
    assert all("Could not be asked: dashed lines are assumed." in gate for gate in others)
    page.close()
