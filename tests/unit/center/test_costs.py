"""The statements that docs/center/scale.md reckons with, counted as the center runs them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from sekisho.testing.clock import FakeClock
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.administration.conftest import botocore_client
from tests.unit.center.applications.scene import ISSUER, Gatehouse, Provider
from tests.unit.center.scene import DEV, ORIGIN, PASSWORD, PERSON, VIEW, Build, World, query_of

PAGE = Path(__file__).parents[3] / "docs" / "center" / "scale.md"
ROW = re.compile(
    r"^\| (?P<act>[^|]+?) \| (?P<requests>\d+) \| (?P<statements>\d+) \| (?P<writes>\d+) \|"
)
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def clock() -> FakeClock:
    """Stands still at the present, which AWS's clients sign by."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def provider(tmp_path: Path, clock: FakeClock) -> Provider:
    made = Provider(tmp_path / "idp-keys.json", clock)
    made.publish()
    return made


@pytest.fixture
def world(build: Build, provider: Provider) -> World:
    return build(token_issuer_keys={ISSUER: provider.file})


@pytest.fixture
def gatehouse(world: World) -> Gatehouse:
    admin, oidc = (botocore_client(world, service) for service in ("sso-admin", "sso-oidc"))
    return Gatehouse(world, admin, oidc).trust()


class Costs:
    """Counts requests, statements and statements that write while something is done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._inner, world.http = world.http, self
        self.requests = 0
        self.statements: list[str] = []
        event.listen(world.center.database.engine, "before_cursor_execute", self._note)

    def send(self, request: Request) -> Response:
        self.requests += 1
        return self._inner.send(request)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.statements.append(statement)

    def of(self, act: Callable[[], Any]) -> tuple[int, int, int]:
        """Requests, statements, and how many of these write."""
        self.requests = 0
        self.statements.clear()
        act()
        writes = sum(statement.lstrip().startswith(WRITES) for statement in self.statements)
        return self.requests, len(self.statements), writes


@pytest.fixture
def costs(world: World) -> Costs:
    world.send("GET", "/healthz")  # the first request of a minute sweeps
    return Costs(world)


def documented() -> dict[str, tuple[int, int, int]]:
    rows = filter(None, map(ROW.match, PAGE.read_text(encoding="utf-8").splitlines()))
    return {
        row["act"]: (int(row["requests"]), int(row["statements"]), int(row["writes"]))
        for row in rows
    }


def by_code(world: World) -> dict[str, Any]:
    client = world.device_client()
    started = world.start_device(client)
    visitor = Visitor(world.http)
    sign_in_through_pages(visitor, started["verificationUriComplete"], PERSON, PASSWORD)
    found: dict[str, Any] = world.poll(client, started["deviceCode"]).json()
    assert "accessToken" in found
    return found


def by_browser(world: World) -> dict[str, Any]:
    client = world.pkce_client()
    came_back: list[str] = []

    def deliver(request: Request) -> Response:
        came_back.append(request.url)
        return Response(200, Headers({"Content-Type": "text/html"}), b"<title>done</title>")

    asked = world.authorize(client).headers["Location"]
    visitor = Visitor(world.http, deliver=deliver)
    sign_in_through_pages(visitor, f"{ORIGIN}{asked}", PERSON, PASSWORD)
    found: dict[str, Any] = world.redeem(client, query_of(came_back[0])["code"]).json()
    assert "accessToken" in found
    return found


def test_the_page_says_what_each_act_costs(
    costs: Costs, gatehouse: Gatehouse, provider: Provider
) -> None:
    world = costs.world
    client = world.device_client()
    token = world.token_by_device(client)
    access = token["accessToken"]
    role = f"/federation/credentials?account_id={DEV}&role_name={VIEW}"
    counted = {
        "a sign-in with the browser": costs.of(lambda: by_browser(world)),
        "a sign-in with a code": costs.of(lambda: by_code(world)),
        "a token refreshed": costs.of(lambda: world.refresh(client, token["refreshToken"])),
        "the list of accounts": costs.of(lambda: world.portal("/assignment/accounts", access)),
        "credentials of a role": costs.of(lambda: world.portal(role, access)),
        "a token for an application": costs.of(
            lambda: gatehouse.ask(assertion=provider.assertion())
        ),
    }

    assert documented() == counted
