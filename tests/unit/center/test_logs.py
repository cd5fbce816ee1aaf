"""The log: one JSON object a line, and no secret in it."""

import json
import logging
from urllib.parse import urlencode

from sekisho.center.audit import LOGGER
from sekisho.wire.http import Headers, Request
from tests.issued import ISSUED, LogLines, leaks
from tests.unit.center.scene import PASSWORD, PERSON, World


def _logged(world: World) -> list[str]:
    """What the center logs of sign-ins by both flows, and of a few calls."""
    handler, level = LogLines(), LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        client = world.pkce_client()
        tokens = world.redeem(client, world.code_for(client)).json()
        world.refresh(client, tokens["refreshToken"])
        world.token_by_device(world.device_client())
        world.portal("/assignment/accounts", tokens["accessToken"])
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)
    return handler.lines


def test_every_line_is_an_object_with_time_level_and_event(world: World) -> None:
    lines = [json.loads(line) for line in _logged(world)]

    assert all(line.keys() >= {"time", "level", "event"} for line in lines)
    assert {line["event"] for line in lines} >= {
        "client.registered",
        "device.started",
        "device.approved",
        "consent.allowed",
        "token.issued",
        "token.refreshed",
        "request",
    }


def test_what_was_issued_is_known_and_in_no_line(world: World) -> None:
    lines = _logged(world)

    kinds = set(ISSUED.values())
    assert kinds >= {"accessToken", "refreshToken", "clientSecret", "deviceCode", "handle"}
    assert leaks(lines) == []


def test_a_password_is_known_once_it_was_sent(world: World) -> None:
    form = urlencode({"user_name": PERSON, "password": PASSWORD.reveal()}).encode()
    headers = Headers({"Content-Type": "application/x-www-form-urlencoded", "Host": "localhost"})

    world.http.send(Request("POST", "http://localhost/signin", headers, form))

    assert ISSUED[PASSWORD.reveal()] == "password"
    assert leaks([f'{{"event": "oops", "said": "{PASSWORD.reveal()}"}}'])


def test_a_line_that_gives_one_away_is_found(world: World) -> None:
    tokens = world.token_by_device(world.device_client())

    assert leaks([f'{{"event": "oops", "t": "{tokens["accessToken"]}"}}'])
    assert not leaks([f'{{"event": "fine", "user": "{PERSON}"}}'])
