"""The page of `reach --format html`, in a real browser: small and large, light and dark."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_pages import DESKTOP, FAULTS, LOOK, PHONE

SESSION = """\
[sso-session {0}]
sso_start_url = https://{1}.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
PROFILE = """\
[profile {0}]
sso_session = {1}
sso_account_id = {2:012}
sso_role_name = ReadOnlyAccess
"""
LEGACY = """\
[profile {0}]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = {1:012}
sso_role_name = AdministratorAccess
"""
ODD = "<img/src=x/onerror=alert(1)>"
SMALL = "".join([
    LEGACY.format("hoge-dev", 11),
    LEGACY.format("hoge-stg", 12),
    SESSION.format("shop", "shop"),
    SESSION.format("shop-sandbox", "shop"),
    PROFILE.format("shop-dev", "shop", 21),
    PROFILE.format("shop-production", "shop", 22),
    PROFILE.format("sandbox", "shop-sandbox", 23),
    PROFILE.format(ODD, "shop", 24),
    "[profile deploy]\nrole_arn = arn:aws:iam::21:role/deployer\nsource_profile = shop-dev\n",
    "[profile typo]\nsso_sesion = shop\nsso_account_id = 1\nsso_role_name = x\n",
    "[profile ci]\ncredential_process = /usr/bin/true\n",
])  # fmt: skip
NAMES = [f"team-{number:03}-{('dev', 'stg', 'prod')[number % 3]}" for number in range(1_000)]
ONE_GATE = SESSION.format("acme", "acme") + "".join(
    PROFILE.format(name, "acme", number) for number, name in enumerate(NAMES)
)
MANY_GATES = "".join(
    SESSION.format(f"acme-{name}", "acme") + PROFILE.format(name, f"acme-{name}", number)
    for number, name in enumerate(NAMES)
)
CONFIGS = {"ten profiles": SMALL, "1,000 and one gate": ONE_GATE, "1,000 gates": MANY_GATES}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: draw(tmp_path_factory.mktemp("home"), config) for name, config in CONFIGS.items()}


def draw(home: Path, config: str) -> Path:
    """Run the command as a person does, in a home with `config`; return the page."""
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(config)
    made = home / "reach.html"
    subprocess.run(
        [sys.executable, "-m", "sekisho", "reach", "--format", "html", "--output", str(made)],
        env={"HOME": str(home), "PYTHONPATH": ":".join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return made


@pytest.mark.parametrize(
    "name, width, scheme",
    [
        ("ten profiles", PHONE, "light"),
        ("ten profiles", PHONE, "dark"),
        ("ten profiles", DESKTOP, "light"),
        ("ten profiles", DESKTOP, "dark"),
        ("1,000 and one gate", PHONE, "light"),  # the larger a page, the longer axe takes
        ("1,000 gates", DESKTOP, "dark"),
    ],
)
def test_the_page_fits_can_be_read_and_is_clean_to_axe(
    chromium: Browser,
    drawn: dict[str, Path],
    node_modules: Path,
    name: str,
    width: int,
    scheme: Any,
) -> None:
    axe = (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    context = chromium.new_context(viewport={"width": width, "height": 760}, color_scheme=scheme)
    page = context.new_page()
    complaints = watched(page)

    page.goto(drawn[name].as_uri())
    for view in ("#view-0", "#view-1", "#view-2", "#view-3"):
        if page.query_selector(view) is None:
            continue
        if choice := page.query_selector(view.replace("view", "show")):
            choice.check()
        found = page.evaluate(LOOK)
        assert found == {"width": width, "faint": [], "small": [], "unlabelled": []}, view
        assert page.evaluate(f"async () => {{ {axe}; return ({FAULTS})(); }}") == [], view

    assert complaints == []
    context.close()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", CONFIGS)
def test_no_page_scrolls_sideways(
    page: Page, drawn: dict[str, Path], name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 760})

    page.goto(drawn[name].as_uri())
    for details in page.locator("#view-0 summary").all():
        details.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_is_there_without_javascript_and_nothing_is_loaded(
    chromium: Browser, drawn: dict[str, Path]
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(drawn["ten profiles"].as_uri())

    assert asked == [drawn["ten profiles"].as_uri()]
    assert {"hoge-dev", "shop-production", "deploy", ODD} <= set(texts(page, "#view-0 .opens b"))
    assert texts(page, "#view-0 .could b") != []
    assert page.locator("#view-1").is_hidden()
    page.get_by_label("isolate --by profile").check()
    assert "opens 1 profile" in page.locator("#view-1 .gate").first.inner_text()
    assert page.locator("#view-0").is_hidden()
    context.close()


def test_a_name_from_the_config_stays_text(page: Page, drawn: dict[str, Path]) -> None:
    complaints = watched(page)

    page.goto(drawn["ten profiles"].as_uri())

    assert page.locator("img").count() == 0
    assert page.get_by_text(ODD).first.is_visible()
    assert complaints == []


def test_a_finding_is_at_its_gate_and_each_room_points_to_it(
    page: Page, drawn: dict[str, Path]
) -> None:
    page.goto(drawn["ten profiles"].as_uri())
    gate = page.locator("#view-0 .gate").filter(has_text="legacy form")

    links = gate.locator(".room .marks a").all()

    assert [link.inner_text() for link in links] == ["SK101", "SK101"]
    assert gate.locator(links[0].get_attribute("href") or "").inner_text().startswith("SK101 error")


@pytest.mark.parametrize("name", ["1,000 and one gate", "1,000 gates"])
def test_a_search_leaves_what_it_finds_and_opens_what_is_folded(
    page: Page, drawn: dict[str, Path], name: str
) -> None:
    page.goto(drawn[name].as_uri())
    assert seen(page) == []

    page.get_by_label("Find a profile").fill("TEAM-50 prod")
    expect(page.locator("output")).to_have_text("4 profiles")
    assert seen(page) == ["team-500-prod", "team-503-prod", "team-506-prod", "team-509-prod"]
    page.get_by_label("Find a profile").fill("")
    expect(page.locator("output")).to_have_text("")

    assert seen(page) == []


def test_a_search_that_finds_too_much_to_look_at_says_how_much_and_opens_nothing(
    page: Page, drawn: dict[str, Path]
) -> None:
    page.goto(drawn["1,000 gates"].as_uri())

    page.get_by_label("Find a profile").fill("team")

    expect(page.locator("output")).to_have_text("1000 profiles; groups stay folded")
    assert seen(page) == []


def test_a_search_goes_on_in_another_view(page: Page, drawn: dict[str, Path]) -> None:
    page.goto(drawn["1,000 and one gate"].as_uri())
    page.get_by_label("Find a profile").fill("team-500")

    page.get_by_label("isolate --by account").check()

    assert seen(page, "#view-2") == ["team-500-prod"]
    assert page.locator("output").inner_text() == "1 profile"


def watched(page: Page) -> Sequence[str]:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def texts(page: Page, selector: str) -> list[str]:
    return [node.inner_text() for node in page.locator(selector).all()]


def seen(page: Page, view: str = "#view-0") -> list[str]:
    """The profiles that a person sees in `view`."""
    found: list[str] = page.evaluate(
        """view => [...document.querySelectorAll(`${view} .room`)]
            .filter(node => node.checkVisibility() && node.getClientRects().length)
            .map(node => node.querySelector("b").textContent)""",
        view,
    )
    return found
