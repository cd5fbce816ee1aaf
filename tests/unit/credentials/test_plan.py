"""From a route to a source: the cache first, then the portal, and nothing before it is asked."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sekisho.credentials.interface import Route
from sekisho.credentials.plan import plan
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp, success


def test_planning_touches_nothing(
    route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path
) -> None:
    plan(route, store=store, http=ScriptedHttp(), clock=clock, lock_folder=tmp_path / "locks")

    assert list(tmp_path.iterdir()) == []


def test_the_portal_is_asked_once_and_then_the_cache(
    route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path, sign_in: Any
) -> None:
    sign_in()
    until = clock.now() + timedelta(hours=1)
    http = ScriptedHttp(
        success(
            {
                "roleCredentials": {
                    "accessKeyId": "ASIAFAKE1",
                    "secretAccessKey": "fakesecret",
                    "sessionToken": "FAKESESSION",
                    "expiration": int(until.timestamp() * 1000),
                }
            }
        )
    )
    source = plan(route, store=store, http=http, clock=clock, lock_folder=tmp_path / "locks")

    assert source.fetch() == source.fetch()
    assert len(http.requests) == 1
