"""kill -9 at every point of a grant, and a restart: nothing is lost, nothing is issued twice."""

import contextlib
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sekisho.center.grants import device_code
from sekisho.center.settings import CenterSettings
from sekisho.center.storage import tables
from sekisho.center.storage.opening import open_database
from sekisho.testing.clock import FakeClock
from tests.e2e.dying_center import dying
from tests.postgresql import Server
from tests.unit.center.scene import CALLBACK, DEVICE, VERIFIER, World, settings_in

_MOST_POINTS = 120
_KILLS, _PARTS = 100, 5
Fields = dict[str, str]
Prepare = Callable[[Callable[[World], Fields]], tuple[CenterSettings, Fields]]


@dataclass(frozen=True)
class Answer:
    """What came back before the connection went; a status of 0: nothing whole."""

    status: int
    body: dict[str, Any]


def _device(world: World) -> Fields:
    client = world.device_client()
    started = world.start_device(client)
    assert device_code.approve(world.center, started["userCode"], world.signed_in())
    return {**client.fields, "grantType": DEVICE, "deviceCode": started["deviceCode"]}


def _authorization_code(world: World) -> Fields:
    client = world.pkce_client()
    return {
        **client.fields,
        "grantType": "authorization_code",
        "code": world.code_for(client),
        "redirectUri": CALLBACK,
        "codeVerifier": VERIFIER,
    }


def _refresh_token(world: World) -> Fields:
    client = world.device_client()
    token = world.token_by_device(client)["refreshToken"]
    return {**client.fields, "grantType": "refresh_token", "refreshToken": token}


@pytest.fixture
def prepare(tmp_path: Path) -> Prepare:
    """Make a database in which a grant waits to be redeemed, and close it."""
    count = iter(range(_MOST_POINTS + 1))

    def one(grant: Callable[[World], Fields]) -> tuple[CenterSettings, Fields]:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        settings = settings_in(folder, database=f"sqlite:///{folder / 'center.sqlite3'}")
        world = World(settings, FakeClock(datetime.now(UTC)))
        fields = grant(world)
        world.center.database.close()
        return settings, fields

    return one


def _create_token(url: str, fields: Fields) -> Answer:
    request = urllib.request.Request(
        f"{url}/token", json.dumps(fields).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        with error, contextlib.suppress(HTTPException):
            return Answer(error.code, json.loads(error.read()))
    except (OSError, HTTPException, ValueError):
        pass
    return Answer(0, {})  # the connection went in the middle


def _accounts_status(url: str, token: str) -> int:
    headers = {"x-amz-sso_bearer_token": token}
    request = urllib.request.Request(f"{url}/assignment/accounts", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _counts(settings: CenterSettings) -> tuple[int, int]:
    """How many sign-ins and access tokens there are."""
    database = open_database(settings.database)
    with database.reading() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.sign_ins, tables.access_tokens)
        ]
    database.close()
    return counts[0], counts[1]


@pytest.mark.parametrize("grant", [_device, _authorization_code, _refresh_token])
def test_a_kill_at_any_point_loses_nothing_and_issues_nothing_twice(
    prepare: Prepare, grant: Callable[[World], Fields]
) -> None:
    tokens_of_one = 2 if grant is _refresh_token else 1
    for at in range(1, _MOST_POINTS):
        settings, fields = prepare(grant)
        with dying(settings, at=at) as center:
            first = _create_token(center.url, fields)
            died = center.was_killed()
        with dying(settings) as restarted:
            if first.status == 200:  # what has arrived still works
                assert _accounts_status(restarted.url, first.body["accessToken"]) == 200
            second = _create_token(restarted.url, fields)
            if second.status == 200:  # the client goes on, with what it was given before
                assert first.status == 0 or _tokens(first) == _tokens(second)
                assert _accounts_status(restarted.url, second.body["accessToken"]) == 200
            else:  # an authorization code is good for one use: it is told plainly
                assert second.body["error"] == "invalid_grant", f"point {at}: {second}"
                assert grant is _authorization_code, f"point {at}: the sign-in is lost"

        assert first.status in (0, 200)
        assert _counts(settings) == (1, tokens_of_one)
        if not died:
            break
    assert not died
    assert at > 8  # the points were there


@pytest.mark.parametrize("part", range(_PARTS))  # so that they are shared out
@pytest.mark.parametrize("grant", [_device, _authorization_code, _refresh_token])
def test_a_replica_that_is_killed_a_hundred_times_loses_nothing_and_issues_nothing_twice(
    postgresql: Server, tmp_path: Path, grant: Callable[[World], Fields], part: int
) -> None:
    name = f"kills_{uuid.uuid4().hex}"
    postgresql.execute(f"CREATE DATABASE {name}")
    settings = settings_in(tmp_path, database=postgresql.url(name), limits=False)
    other = World(settings, FakeClock(datetime.now(UTC)))
    tokens_of_one = 1  # beside what was there before: a refresh adds one to its sign-in
    sign_ins_of_one = 0 if grant is _refresh_token else 1
    dies = replace(settings, directory=None)  # the other has applied it
    kills, at = 0, part * 8  # each part begins further on
    while kills < _KILLS // _PARTS:
        at += 1
        other.clock.advance((datetime.now(UTC) - other.clock.now()).total_seconds())
        fields = grant(other)
        before = _counts(settings)
        with dying(dies, at=at) as center:
            first = _create_token(center.url, fields)
            died = center.was_killed()
        again = other.post("/token", **fields)  # the balancer sends it to the next replica
        second = Answer(again.status, again.json())
        if second.status == 200:
            assert first.status == 0 or _tokens(first) == _tokens(second)
            assert other.portal("/assignment/accounts", second.body["accessToken"]).status == 200
        else:
            assert second.body["error"] == "invalid_grant", f"point {at}: {second}"
            assert grant is _authorization_code, f"point {at}: the sign-in is lost"
        sign_ins, tokens = (now - then for now, then in zip(_counts(settings), before, strict=True))
        assert (sign_ins, tokens) == (sign_ins_of_one, tokens_of_one), f"point {at}"
        kills += died
        at = at if died else 0  # beyond the last point: from the first again
    other.center.database.close()


def _tokens(answer: Answer) -> tuple[str, str]:
    return answer.body["accessToken"], answer.body["refreshToken"]
