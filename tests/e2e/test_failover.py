"""The database's primary dies in the middle of a load, and its synchronous standby takes over.

What had been answered by then holds, whatever was under way may be asked again, and nothing is issued
twice.
"""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.testing.clock import FakeClock
from tests.postgresql import Server, initialised
from tests.unit.center.scene import World, settings_in

_CLIENTS = 4
_REFRESHES_BEFORE = 5


@pytest.fixture
def primary() -> Iterator[Server]:
    server = initialised()
    server.start("wal_level=replica", "max_connections=100")
    yield server
    for data in (server.data, server.folder / "standby"):
        if (data / "postmaster.pid").exists():
            Server(server.folder, data).stop()
    shutil.rmtree(server.folder)


@pytest.fixture
def pair(primary: Server) -> tuple[Server, Server]:
    """A primary, and a standby that has everything before it is answered."""
    primary.execute("CREATE DATABASE center")
    standby = primary.standby()
    standby.start()
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.execute("SELECT pg_reload_conf()")
    return primary, standby


class Program:
    """Refreshes its token over and over, and remembers what it was answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._client = world.device_client()
        self.given = [world.token_by_device(self._client)]
        self.turned_away = 0

    def refresh(self) -> None:
        answer = self._world.refresh(self._client, self.given[-1]["refreshToken"])
        if answer.status == 503:
            self.turned_away += 1
        else:
            assert answer.status == 200, answer.body
            self.given.append(answer.json())

    def is_alive(self) -> bool:
        status = self._world.portal("/assignment/accounts", self.given[-1]["accessToken"]).status
        return status == 200


def test_a_failover_loses_nothing_that_was_answered(
    pair: tuple[Server, Server], tmp_path: Path
) -> None:
    primary, standby = pair
    url = (
        f"postgresql+psycopg://sekisho@/center?host={primary.folder},{primary.folder}"
        f"&port={primary.port},{standby.port}&target_session_attrs=read-write"
    )
    world = World(settings_in(tmp_path, database=url, limits=False), FakeClock())
    programs = [Program(world) for _ in range(_CLIENTS)]
    over, warm = threading.Event(), threading.Semaphore(0)
    broken: list[BaseException] = []

    def go_on(program: Program) -> None:
        try:
            while not over.is_set():
                program.refresh()
                warm.release()
        except BaseException as error:
            broken.append(error)
            raise

    threads = [threading.Thread(target=go_on, args=(each,)) for each in programs]
    for thread in threads:
        thread.start()
    for _ in range(_CLIENTS * _REFRESHES_BEFORE):
        assert warm.acquire(timeout=60)
    primary.stop("immediate")
    answered = [len(program.given) for program in programs]
    standby.promote()
    for _ in range(_CLIENTS * _REFRESHES_BEFORE * 4):
        assert warm.acquire(timeout=60)
    over.set()
    for thread in threads:
        thread.join()
    alive = [program.is_alive() for program in programs]
    world.center.database.close()

    assert broken == []
    assert all(alive)
    for program, before in zip(programs, answered, strict=True):
        assert len(program.given) > before  # it went on from what it had been answered
        tokens = [each["refreshToken"] for each in program.given]
        assert len(set(tokens)) == len(tokens)
