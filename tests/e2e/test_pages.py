"""The center's pages in a real browser: by mouse, by keyboard, on a phone, in the dark."""

import http.server
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from sekisho.center.grants import device_code
from sekisho.center.pages.languages import Language
from tests.e2e.conftest import PASSWORD, PERSON, sign_in
from tests.e2e.served_pages import Served, every_page, served_pages

PHONE, DESKTOP = 360, 1280
FACTORS_REFUSED = ("400", "400", "403", "403", "410", "403")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_pages(tmp_path_factory.mktemp("pages")) as served:
        yield served


@pytest.fixture
def loopback() -> Iterator[tuple[str, "queue.Queue[dict[str, list[str]]]"]]:
    """An application's redirect URI, and what browsers brought there."""
    told: queue.Queue[dict[str, list[str]]] = queue.Queue()

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<link rel=icon href='data:,'>done")
            told.put(parse_qs(urlsplit(self.path).query))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/oauth/callback", told
        server.shutdown()
        thread.join(timeout=30)


@dataclass
class Watched:
    """A browser tab, what it complained of, and where it went."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.origins.add(_origin(request.url)))

    def _note(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def tab(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A fresh tab; the pages must not care whether scripts may run."""
    context = chromium.new_context(java_script_enabled=request.param)
    yield Watched(context.new_page())
    context.close()


def test_an_application_gets_its_code_after_sign_in_and_consent(
    tab: Watched, served: Served, loopback: tuple[str, "queue.Queue[dict[str, list[str]]]"]
) -> None:
    redirect_uri, told = loopback

    sign_in(tab.page, served.authorize_url(redirect_uri))

    answer = told.get(timeout=30)
    assert answer["code"]
    assert answer["state"] == ["the-state"]
    assert tab.page.url.startswith(redirect_uri)
    assert tab.complaints == []
    assert tab.origins == {served.origin, _origin(redirect_uri)}


def test_an_application_that_is_denied_is_told_so(
    tab: Watched, served: Served, loopback: tuple[str, "queue.Queue[dict[str, list[str]]]"]
) -> None:
    redirect_uri, told = loopback
    tab.page.goto(served.authorize_url(redirect_uri))
    fill_in_sign_in(tab.page)
    tab.page.get_by_role("button", name="Sign in").click()

    tab.page.get_by_role("button", name="Deny").click()

    assert told.get(timeout=30)["error"] == ["access_denied"]
    assert tab.complaints == []


def test_the_browser_may_go_on_to_an_application_that_listens_on_ipv6(
    tab: Watched, served: Served
) -> None:
    def is_the_callback(request: Request) -> bool:
        return request.url.startswith("http://[::1]:54321/oauth/callback?code=")

    with tab.page.expect_request(is_the_callback):  # whether anybody listens does not matter
        sign_in(tab.page, served.authorize_url("http://[::1]:54321/oauth/callback"))

    assert not [text for text in tab.complaints if "Content Security Policy" in text]


def test_a_device_is_let_in_after_sign_in_and_comparison(tab: Watched, served: Served) -> None:
    link = served.device_link()

    sign_in(tab.page, link)

    assert tab.page.get_by_role("heading", name="Allowed").is_visible()
    assert device_code.pending(served.center, link.rpartition("=")[2]) is None
    assert tab.complaints == []
    assert tab.origins == {served.origin}


def test_everything_can_be_done_by_keyboard_and_enter_alone_allows_nothing(
    tab: Watched, served: Served
) -> None:
    page, link = tab.page, served.device_link()
    user_code = link.rpartition("=")[2]
    page.goto(f"{served.origin}/device")
    press(page, PERSON, "Tab", PASSWORD, "Enter")
    page.wait_for_url("**/device")
    press(page, user_code.lower(), "Enter")
    page.get_by_role("button", name="Allow").wait_for()

    page.keyboard.press("Enter")
    assert device_code.pending(served.center, user_code)

    while focus(page)["text"] != "Allow":
        page.keyboard.press("Tab")
        assert focus(page)["outline"] == "solid 3px", "the focus cannot be seen"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Allowed").wait_for()

    assert device_code.pending(served.center, user_code) is None
    assert tab.complaints == []


def test_the_skip_link_comes_first_and_leads_to_the_content(tab: Watched, served: Served) -> None:
    tab.page.goto(f"{served.origin}/signout")

    tab.page.keyboard.press("Tab")
    assert focus(tab.page)["text"] == "Skip to the content"
    assert tab.page.get_by_text("Skip to the content").bounding_box()["y"] >= 0  # type: ignore[index]
    tab.page.keyboard.press("Enter")

    assert tab.page.url.endswith("#main")


@pytest.mark.parametrize("start", ["/start#", "/start/#"])
@pytest.mark.parametrize(
    "link, heading",
    [
        ("/device?user_code=CODE", "Is this the code on your device?"),
        ("/console?account_id=111122223333&role_name=ReadOnlyAccess", "Open the console?"),
    ],
)
def test_a_deep_link_of_awss_arrives_through_the_sign_in(
    page: Page, served: Served, start: str, link: str, heading: str
) -> None:
    user_code = served.device_link().rpartition("=")[2]

    page.goto(f"{served.origin}{start}{link.replace('CODE', user_code)}")
    fill_in_sign_in(page)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("heading", name=heading).wait_for()


def look_at(page: Page, name: str, *, width: int, axe: str) -> None:
    """Hold the page that is shown to what every page keeps; `axe` is the source of axe-core."""
    page.wait_for_load_state()
    found = page.evaluate(LOOK)
    assert found["width"] <= width, f"{name} scrolls sideways"
    assert found["faint"] == [], f"{name} has text below a contrast of 4.5"
    assert found["small"] == [], f"{name} has a button or field lower than 44 pixels"
    assert found["unlabelled"] == [], f"{name} has a field without a label"
    assert page.evaluate(f"async () => {{ {axe}; return ({FAULTS})(); }}") == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("language", Language)
def test_every_page_fits_can_be_read_can_be_hit_and_is_clean_to_axe(
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
        base_url=served.origin,
        locale=language,
    )
    tab = Watched(context.new_page())

    for name in every_page(tab.page, served, language):
        look_at(tab.page, name, width=width, axe=axe)

    # as the pages' statuses say
    refused = ["400", "410", "403", "404", "403", "404", "400", "410", "400"]
    refused += FACTORS_REFUSED
    assert [text.rpartition(" of ")[2][:3] for text in tab.complaints] == refused
    context.close()


def fill_in_sign_in(page: Page) -> None:
    page.get_by_label("User name").fill(PERSON)
    page.get_by_label("Password").fill(PASSWORD)


def press(page: Page, *keys: str) -> None:
    """Type each text into the field that has the focus, or press the key of that name."""
    for key in keys:
        if key in {"Tab", "Enter"}:
            page.keyboard.press(key)
        else:
            page.locator("input:focus").wait_for()  # `autofocus` comes a moment after the page
            page.keyboard.type(key)


def focus(page: Page) -> dict[str, str]:
    """What has the keyboard's focus, and the outline that shows it."""
    found: dict[str, str] = page.evaluate("""() => {
        const style = getComputedStyle(document.activeElement);
        return {text: document.activeElement.textContent.trim(),
                outline: `${style.outlineStyle} ${style.outlineWidth}`};
    }""")
    return found


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


FAULTS = """async () => (await axe.run()).violations.map(
    ({id, nodes}) => `${id}: ${nodes.map(node => node.html).join(" ")}`)"""
"""What axe-core finds, by every rule that it has on: WCAG 2.2 and its best practices."""

LOOK = """() => {
    const rgba = text => {
        const [r, g, b, a = 1] = text.match(/[0-9.]+/g).map(Number);
        return {r, g, b, a};
    };
    const light = ({r, g, b}) => {
        const [R, G, B] = [r, g, b].map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * R + 0.7152 * G + 0.0722 * B;
    };
    const ground = node => {
        for (; node; node = node.parentElement) {
            const colour = rgba(getComputedStyle(node).backgroundColor);
            if (colour.a === 1) return colour;
        }
        return {r: 255, g: 255, b: 255};
    };
    const contrast = node => {
        const [one, other] = [light(rgba(getComputedStyle(node).color)), light(ground(node))];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    };
    const seen = node => node.checkVisibility() && node.getClientRects().length > 0;
    const says = node => (node.textContent || node.name || "").trim().slice(0, 40);
    const all = selector => [...document.querySelectorAll(selector)].filter(seen);
    const words = all("body *").filter(node => [...node.childNodes].some(
        child => child.nodeType === Node.TEXT_NODE && child.textContent.trim()));
    return {
        width: document.documentElement.scrollWidth,
        faint: words.filter(node => contrast(node) < 4.5).map(says),
        small: all("button, a.button, a.brand, summary, input:not([type=hidden])")
            .filter(node => node.getBoundingClientRect().height < 44).map(says),
        unlabelled: all("input:not([type=hidden]), textarea")
            .filter(node => node.labels.length === 0).map(says),
    };
}"""
"""WCAG 2.2: 1.4.3 (contrast), 1.4.10 (reflow), 2.5.8 (target size; ours is stricter)."""
