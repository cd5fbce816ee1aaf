"""One client of the agent, between a loop whose clock stands still and a transport that is none."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sekisho.adapters.agent_connection import AgentConnection
from sekisho.adapters.agent_scope import ScopeSocket
from sekisho.adapters.peers import Peer
from sekisho.guard.agent import Agent, Errand
from sekisho.guard.asks import Open, Pasted, Scope
from sekisho.guard.protocol import encode
from sekisho.ports import Asker

LINE = encode(Pasted("nothing"))


class HeldLoop(asyncio.SelectorEventLoop):
    """A loop that has the time that it is told."""

    now = 0.0

    def time(self) -> float:
        return self.now

    def turn(self) -> None:
        self.call_soon(self.stop)
        self.run_forever()


class Held(asyncio.Transport):
    """A transport to somebody who reads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def get_write_buffer_size(self) -> int:
        return 1000

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")


class Hub:
    """A server of one connection, that has no agent."""

    def __init__(self, loop: HeldLoop) -> None:
        self.loop: asyncio.AbstractEventLoop = loop

    @property
    def agent(self) -> Agent:
        raise NotImplementedError

    def admit(self, connection: AgentConnection, transport: asyncio.Transport) -> Peer | None:
        return Peer(1, 1)

    def leave(self, connection: AgentConnection) -> None:
        pass

    def watch(self) -> None:
        pass

    def asker(self, peer: Peer) -> Asker:
        raise NotImplementedError

    def beside(self, work: Callable[[], Any]) -> "asyncio.Future[Any]":
        raise NotImplementedError

    def errand(self, errand: Errand) -> "asyncio.Future[None]":
        raise NotImplementedError

    async def open(self, connection: AgentConnection, ask: Open, asker: Asker) -> bytes:
        raise NotImplementedError

    async def make_scope(self, ask: Scope, asker: Asker) -> ScopeSocket:
        raise NotImplementedError

    def stop(self, why: str, *, forget: bool) -> None:
        raise NotImplementedError


@pytest.fixture
def loop() -> Iterator[HeldLoop]:
    made = HeldLoop()
    yield made
    made.close()


def connected(loop: HeldLoop) -> tuple[AgentConnection, Held]:
    connection, transport = AgentConnection(Hub(loop), None), Held()
    connection.connection_made(transport)
    return connection, transport


def test_who_is_sent_away_and_does_not_read_the_last_words_is_not_waited_for(
    loop: HeldLoop,
) -> None:
    connection, transport = connected(loop)
    connection.leave()
    loop.now = 60.0
    loop.turn()
    loop.turn()

    assert transport.done == ["close", "abort"]


def test_who_reads_them_is_left_in_peace(loop: HeldLoop) -> None:
    connection, transport = connected(loop)
    connection.leave()
    connection.connection_lost(None)
    loop.now = 60.0
    loop.turn()
    loop.turn()

    assert transport.done == ["close"]


def test_who_sends_more_at_once_has_no_more_turns_for_it(loop: HeldLoop) -> None:
    connection, _ = connected(loop)
    for _ in range(10):
        connection.data_received(8 * LINE)
    loop.turn()

    assert connection.is_in_a_line


def test_all_that_was_sent_has_its_turn(loop: HeldLoop) -> None:
    connection, _ = connected(loop)
    for _ in range(10):
        connection.data_received(8 * LINE)
    for _ in range(10):
        loop.turn()

    assert not connection.is_in_a_line
