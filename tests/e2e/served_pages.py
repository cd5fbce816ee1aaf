"""The center in this process behind a real port, and a tour of all its pages."""

import base64
import contextlib
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import uvicorn
from playwright.sync_api import Page
from sqlalchemy import select

from sekisho.center import clients, tokens
from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.directory import invitations
from sekisho.center.directory.kept import Kept
from sekisho.center.grants import device_code
from sekisho.center.pages.languages import Language
from sekisho.center.pages.texts import Texts
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.center.storage.inserting import insert_if_absent
from sekisho.center.storage.tables import kept, sessions
from sekisho.testing.clock import FakeClock
from tests.e2e.conftest import PASSWORD, PERSON
from tests.e2e.factor_tour import KEEPER, keeps_second_factors

__all__ = ["Served", "every_page", "served_pages"]

_ONE_HOUR = 3601
SITE = "https://an-application-with-a-long-name.internal.example.com/signed-in"
LONG = "a-client-with-a-very-long-name-that-nobody-has-checked-" * 3
DIRECTORY = f"""
instance: {{start_urls: ["https://hoge.awsapps.com/start"], region: us-east-1}}
accounts:
  - {{id: "111122223333", name: hoge-dev, email: dev@example.com}}
  - {{id: "444455556666", name: an-account-with-a-name-of-the-length-that-is-allowed}}
{"".join(f'  - {{id: "{n:012}", name: hoge-{n}}}' + chr(10) for n in range(1, 31))}
permission_sets:
  - {{name: AdministratorAccess}}
  - {{name: ReadOnlyAccess}}
  - {{name: A-permission-set-of-32-letters.x}}
groups: [{{name: engineers}}]
administrators: [engineers]
users:
  - {{name: {PERSON}, password: "{PASSWORD}", groups: [engineers]}}
  - {{name: {KEEPER}, password: "{PASSWORD}"}}
assignments:
  - {{user: {PERSON}, accounts: [hoge-dev], permission_set: AdministratorAccess}}
  - user: {PERSON}
    accounts: [hoge-dev, {", ".join(f"hoge-{n}" for n in range(1, 31))}]
    permission_set: ReadOnlyAccess
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
    clock: FakeClock

    def device_link(self, name: str = "a-client") -> str:
        """What a device that waits shows."""
        pair = device_code.start(self.center, self._client(name), address="203.0.113.7")
        return f"{self.origin}/device?{urlencode({'user_code': pair.user_code})}"

    def invitation(self) -> str:
        """The link by which the person would choose another password."""
        center = self.center
        code = invitations.invite(center.database, PERSON, seconds=60, now=center.now())
        return f"{self.origin}/invitation?{urlencode({'code': code.reveal()})}"

    def application(self, name: str, *, for_everybody: bool) -> str:
        """Create one as an administrator does, with a site; its ARN."""
        arn = f"arn:aws:sso::000000000000:application/{self.center.instance.id}/apl-{name[-16:]}"
        grant = {
            "GrantType": "authorization_code",
            "Grant": {"AuthorizationCode": {"RedirectUris": [SITE]}},
        }
        about = {"Name": name, "Status": "ENABLED", "AssignmentRequired": not for_everybody}
        rows = ((Kept.APPLICATION, arn, about), (Kept.GRANT, f"{arn} authorization_code", grant))
        with self.center.database.writing() as connection:
            for kind, key, data in rows:
                insert_if_absent(
                    connection, kept, kind=kind, key=key, of=arn, data=data, created_at=0
                )
        return arn

    def authorize_url(
        self, redirect_uri: str, name: str = "a-client", *, client_id: str = ""
    ) -> str:
        """Where an application sends the browser."""
        digest = hashlib.sha256(b"v" * 43).digest()
        query = {
            "response_type": "code",
            "client_id": client_id or self._client(name).client_id,
            "redirect_uri": redirect_uri,
            "state": "the-state",
            "code_challenge_method": "S256",
            "scopes": "openid" if client_id else "sso:account:access",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        }
        return f"{self.origin}/authorize?{urlencode(query)}"

    def let_in(self, name: str) -> None:
        """Sign an application in, as the person who signed in last."""
        client = self._client(name)
        with self.center.database.writing() as connection:
            newest = select(sessions).order_by(sessions.c.started_at.desc(), sessions.c.id).limit(1)
            row = connection.execute(newest.where(sessions.c.ended_at.is_(None))).one()
            signed_in = tokens.start_sign_in(
                connection, self.center, client, user_id=row.user_id, session_id=row.id
            )
            assert signed_in
            tokens.issue(connection, self.center, client, signed_in)

    def _client(self, name: str) -> clients.Client:
        return clients.register(
            self.center,
            name=name,
            scopes=("sso:account:access",),
            grants=("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"),
            redirect_uris=("http://127.0.0.1/oauth/callback", "http://[::1]/oauth/callback"),
        ).client


@contextlib.contextmanager
def served_pages(folder: Path) -> Iterator[Served]:
    """Serve a center whose clock stands still, from this process."""
    (folder / "directory.yaml").write_text(DIRECTORY, encoding="utf-8")
    settings = CenterSettings(
        "sqlite://",
        folder / "keys.json",
        directory=folder / "directory.yaml",
        password_cost=PasswordCost(rounds=1, memory_kib=8, lanes=1),
    )
    clock = FakeClock()
    app = build_app(settings, clock=clock)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert server.ready.wait(timeout=30)
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", app.state.center, clock)
        server.should_exit = True
        thread.join(timeout=30)


def every_page(page: Page, served: Served, language: Language) -> Iterator[str]:
    """Go to every page, one after the other; what each is called."""
    tourist = _Tourist(page, served, language)
    yield from tourist.is_invited()
    yield from tourist.signs_in()
    yield from tourist.looks_at_the_portal()
    yield from tourist.lets_a_device_in()
    yield from tourist.goes_wrong()
    yield from tourist.administers()
    yield from tourist.looks_at_everybodys_sessions_and_at_the_trail()
    yield from tourist.looks_at_sessions_and_leaves()
    yield from keeps_second_factors(
        page, served, tourist.press, lambda: tourist.sign_in(KEEPER, PASSWORD)
    )


@dataclass(frozen=True)
class _Tourist:
    page: Page
    served: Served
    language: Language

    def press(self, key: str, **values: str) -> None:
        """Press the button that says the text of `key`."""
        letters = Texts(self.language)(key, **values).striptags().replace(" ", "")
        name = re.compile(r"\s*".join(map(re.escape, letters)))  # browsers put blanks in between
        self.page.get_by_role("main").get_by_role("button", name=name).click()

    def sign_in(self, name: str, password: str) -> None:
        self.page.locator("#username").fill(name)
        self.page.locator("#password").fill(password)
        self.page.locator("button.primary").click()

    def is_invited(self) -> Iterator[str]:
        link = self.served.invitation()
        self.page.goto(link)
        yield "invitation"
        self.page.locator("#password").fill("x" * 12)
        self.page.locator("#again").fill("y" * 12)
        self.press("invitation.button")
        yield "invitation, refused"
        self.page.goto("/invitation?code=nobody-made-this")
        yield "invitation, gone"

    def signs_in(self) -> Iterator[str]:
        self.served.clock.advance(_ONE_HOUR)  # forgets the wrong passwords and codes of others
        self.page.goto("/start")
        yield "sign in"
        self.sign_in("nobody", "wrong")
        yield "sign in, refused"
        self.sign_in(PERSON, PASSWORD)
        yield "the portal"

    def looks_at_the_portal(self) -> Iterator[str]:
        self.page.locator("summary").click()
        yield "the portal, all of it"
        self.page.goto("/start?q=nothing-of-the-kind")
        yield "the portal, nothing found"
        self.page.goto("/start?q=hoge-dev")
        self.press("portal.credentials", role="AdministratorAccess", account="hoge-dev")
        yield "credentials"
        link = "/console?account_id=111122223333"
        self.page.goto(f"{link}&destination=https://console.aws.amazon.com/s3")
        yield "console, as which role"
        self.page.goto(f"{link}&role_name=AdministratorAccess")
        yield "console"
        self.press("console.open")
        yield "console, opened"

    def lets_a_device_in(self) -> Iterator[str]:
        self.page.goto("/device")
        yield "device"
        self.page.goto("/device?user_code=BBBB-BBBB")
        yield "device, unknown code"
        self.page.goto(self.served.device_link(LONG))
        self.page.locator("summary").click()
        yield "device, comparison"
        self.press("decision.deny")
        yield "device, denied"
        self.page.goto(self.served.device_link())
        self.press("decision.allow")
        yield "device, allowed"
        self.page.goto(self.served.authorize_url("http://127.0.0.1:9/oauth/callback", LONG))
        self.page.locator("summary").click()
        yield "consent"
        arn = self.served.application(f"{LONG}by-administrator", for_everybody=True)
        self.page.goto(self.served.authorize_url(SITE, client_id=arn))
        yield "consent, a site"
        arn = self.served.application("not-for-everybody", for_everybody=False)
        self.page.goto(self.served.authorize_url(SITE, client_id=arn))
        yield "application not assigned"

    def goes_wrong(self) -> Iterator[str]:
        self.page.goto("/nowhere-" + "x" * 200)
        yield "no such page"
        self.page.goto("/authorize?client_id=nobody")
        yield "application refused"
        self.page.goto("/consent?handle=nothing")
        yield "request gone"

    def looks_at_everybodys_sessions_and_at_the_trail(self) -> Iterator[str]:
        for name in ("a-client", LONG):
            self.served.let_in(name)
        self.page.goto("/administration/sessions")
        yield "everybody's sessions"
        self.page.goto("/administration/sessions?q=nobody-of-that-name")
        yield "everybody's sessions, nobody found"
        self.page.goto("/administration/sessions?ended=one")
        yield "everybody's sessions, ended"
        self.page.goto("/administration/audit-trail")
        yield "audit trail"
        for summary in self.page.locator(".list summary").all()[:3]:
            summary.click()
        yield "audit trail, with facts"
        self.page.goto("/administration/audit-trail?event=session.started&since=nonsense")
        yield "audit trail, wrong date"
        self.page.goto("/administration/audit-trail?person=nobody-of-that-name")
        yield "audit trail, nothing found"

    def administers(self) -> Iterator[str]:
        home, account = "/administration", "/administration/accounts/111122223333"
        for path in ("people", "people/new", "groups", "groups/new", "permission-sets"):
            self.page.goto(f"{home}/{path}")
            yield f"administration, {path}"
        for path, opened in (("people", KEEPER), ("groups", "engineers")):
            self.page.goto(f"{home}/{path}?q={opened}")
            self.page.locator("td.first a").click()
            yield f"administration, one of the {path}"
            here = self.page.url
            for part in ("change", "delete"):
                self.page.goto(f"{here}/{part}")
                yield f"administration, {path}, {part}"
        self.page.goto(f"{home}/permission-sets?q=ReadOnlyAccess")
        self.page.locator("td.first a").click()
        yield "administration, a permission set"
        self.page.goto(f"{home}/accounts?q=hoge-1")
        yield "administration, accounts"
        for part in ("", "/people", f"/assign?q={KEEPER}"):
            self.page.goto(f"{account}{part}")
            yield f"administration, an account{part}"
        self.page.locator(".roles a").first.click()
        yield "administration, what to assign"

    def looks_at_sessions_and_leaves(self) -> Iterator[str]:
        for name in ("a-client", LONG):
            self.served.let_in(name)
        self.page.goto("/sessions")
        yield "sessions"
        self.press("sessions.end_others")
        yield "sessions, ended"
        self.page.goto("/signout")
        yield "sign out"
        self.press("signout.button")
        yield "signed out"
