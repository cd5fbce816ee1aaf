"""The center's pages in a real browser: by mouse, by keyboard, on a phone, in the dark."""

import base64
import hashlib
import http.server
import queue
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from sekisho.center import clients
from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.grants import device_code
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.testing.clock import FakeClock
from tests.e2e.conftest import PASSWORD, PERSON, sign_in

PHONE, DESKTOP = 360, 1280
LONG = "a-client-with-a-very-long-name-that-nobody-has-checked-" * 3
DIRECTORY = f"""
instance: {{start_urls: ["https://hoge.awsapps.com/start"], region: us-east-1}}
accounts:
  - {{id: "111122223333", name: hoge-dev, email: dev@example.com}}
  - {{id: "444455556666", name: an-account-with-a-name-of-the-length-that-is-allowed}}
permission_sets: [{{name: AdministratorAccess}}, {{name: A-permission-set-of-32-letters.x}}]
users: [{{name: {PERSON}, password: "{PASSWORD}"}}]
assignments:
  - {{user: {PERSON}, accounts: [hoge-dev], permission_set: AdministratorAccess}}
  - user: {PERSON}
    accounts: [an-account-with-a-name-of-the-length-that-is-allowed]
    permission_set: A-permission-set-of-32-letters.x
"""


class _Server(uvicorn.Server):
    """Says when it accepts."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass(frozen=True)
class Served:
    """The center behind a real port, in this process."""

    origin: str
    center: Center

    def device_link(self, name: str = "a-client") -> str:
        """What a device that waits shows."""
        pair = device_code.start(self.center, self._client(name), address="203.0.113.7")
        return f"{self.origin}/device?{urlencode({'user_code': pair.user_code})}"

    def authorize_url(self, redirect_uri: str, name: str = "a-client") -> str:
        """Where an application sends the browser."""
        digest = hashlib.sha256(b"v" * 43).digest()
        query = {
            "response_type": "code",
            "client_id": self._client(name).client_id,
            "redirect_uri": redirect_uri,
            "state": "the-state",
            "code_challenge_method": "S256",
            "scopes": "sso:account:access",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        }
        return f"{self.origin}/authorize?{urlencode(query)}"

    def _client(self, name: str) -> clients.Client:
        return clients.register(
            self.center,
            name=name,
            scopes=("sso:account:access",),
            grants=("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"),
            redirect_uris=("http://127.0.0.1/oauth/callback", "http://[::1]/oauth/callback"),
        ).client


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("pages")
    (folder / "directory.yaml").write_text(DIRECTORY, encoding="utf-8")
    settings = CenterSettings(
        "sqlite://",
        folder / "keys.json",
        directory=folder / "directory.yaml",
        password_cost=PasswordCost(rounds=1, memory_kib=8, lanes=1),
    )
    app = build_app(settings, clock=FakeClock())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert server.ready.wait(timeout=30)
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", app.state.center)
        server.should_exit = True
        thread.join(timeout=30)


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_fits_can_be_read_and_can_be_hit(
    chromium: Browser, served: Served, width: int, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 760}, color_scheme=scheme, base_url=served.origin
    )
    tab = Watched(context.new_page())

    for name in every_page(tab.page, served):
        tab.page.wait_for_load_state()
        found = tab.page.evaluate(LOOK)
        assert found["width"] <= width, f"{name} scrolls sideways"
        assert found["faint"] == [], f"{name} has text below a contrast of 4.5"
        assert found["small"] == [], f"{name} has a button or field lower than 44 pixels"
        assert found["unlabelled"] == [], f"{name} has a field without a label"

    refused = ["(Forbidden)", "(Not Found)", "(Not Found)"]  # as the pages' statuses say
    assert [text.rpartition(" of ")[2][4:] for text in tab.complaints] == refused
    context.close()


def every_page(page: Page, served: Served) -> Iterator[str]:
    """Go to every page, one after the other; what each is called."""
    page.goto("/start")
    yield "sign in"
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    yield "sign in, refused"
    fill_in_sign_in(page)
    page.get_by_role("button", name="Sign in").click()
    yield "the portal"
    page.get_by_role("button", name="Credentials of AdministratorAccess").click()
    for summary in page.locator("summary").all():
        summary.click()
    yield "credentials"
    page.goto("/device")
    yield "device"
    page.goto("/device?user_code=BBBB-BBBB")
    yield "device, unknown code"
    page.goto(served.device_link(LONG))
    page.locator("summary").click()
    yield "device, comparison"
    page.get_by_role("button", name="Deny").click()
    yield "device, denied"
    page.goto(served.device_link())
    page.get_by_role("button", name="Allow").click()
    yield "device, allowed"
    page.goto(served.authorize_url("http://127.0.0.1:9/oauth/callback", LONG))
    page.locator("summary").click()
    yield "consent"
    page.goto("/nowhere-" + "x" * 200)
    yield "no such page"
    page.goto("/signout")
    yield "sign out"
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    yield "signed out"


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
