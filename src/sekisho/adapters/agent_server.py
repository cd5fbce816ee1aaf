"""The agent's sockets: one event loop, on one thread; what blocks has threads beside it.

Whoever is silent, slow or many takes no turn away from others: a line has to come whole within
seconds, an answer has to be read, a connection does one thing at a time and a few lines a turn, and
of too many connections the stillest one of the busiest program goes. Nothing wakes up while nothing is
open and nobody asks.
"""

import asyncio
import contextlib
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sekisho.adapters.agent_connection import AgentConnection
from sekisho.adapters.agent_conversation import LineConversation
from sekisho.adapters.agent_place import BACKLOG, scope_socket
from sekisho.adapters.agent_scope import ScopeSocket
from sekisho.adapters.peers import Peer, peer_of
from sekisho.errors import AgentBusy, AgentNotUnderstood, SekishoError, login_command
from sekisho.guard import protocol
from sekisho.guard.agent import Agent, Errand, failed, in_words
from sekisho.guard.answers import Trouble
from sekisho.guard.asks import Open, Scope
from sekisho.guard.scopes import ScopeOfGates
from sekisho.ports import Asker, Processes

__all__ = ["MOST_CONNECTIONS", "AgentServer"]

MOST_CONNECTIONS = 128
_MOST_SCOPES = 32
_MOST_QUEUED = 4
"""Openings that wait for their turn."""
_LINE_SECONDS = 10.0
"""For a line to come whole."""
_SILENCE = 60.0
"""Seconds after which a connection on which nothing happens is closed."""
_SWEEP = 10.0
_BETWEEN_LOOKS = 60.0
"""Seconds between two looks at what is due, while something is open."""

_Result = TypeVar("_Result")


class AgentServer:
    """Serves an agent until it is stopped."""

    def __init__(self, agent: Agent, processes: Processes, folder: Path, uid: int) -> None:
        """Serve `agent` to the user `uid`; sockets of scopes lie in `folder`."""
        self.agent = agent
        self._folder = folder
        self._processes = processes
        self._uid = uid
        self._connections: set[AgentConnection] = set()
        self._errands: dict[str, asyncio.Future[None]] = {}
        self._scopes = 0
        self._queued = 0
        self._sweeping = False
        self._tending = False

    def run(self, listener: socket.socket, ready: Callable[[], None]) -> None:
        """Serve at `listener`, which listens, until SIGTERM, SIGINT or `Stop`; call `ready` once."""
        asyncio.run(self._serve(listener, ready))

    async def _serve(self, listener: socket.socket, ready: Callable[[], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._turn = asyncio.Lock()
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self._stop_by_signal, number)
        server = await self.loop.create_unix_server(
            lambda: AgentConnection(self, None), sock=listener, backlog=BACKLOG
        )
        try:
            self.look_after()
            ready()
            await self._over.wait()
        finally:
            server.close()
            for connection in tuple(self._connections):
                connection.leave()
            await asyncio.sleep(0)

    # --- who is there ----------------------------------------------------------------------------

    def admit(self, connection: AgentConnection, transport: asyncio.Transport) -> Peer | None:
        """Let a connection in; `None`: it is not let in."""
        try:
            peer = peer_of(transport.get_extra_info("socket"))
        except OSError:
            return None
        if peer.uid != self._uid:
            self.agent.refuse(None, self.asker(peer), AgentNotUnderstood("it is another user's"))
            return None
        if len(self._connections) >= MOST_CONNECTIONS and not self._make_room():
            return None
        self._connections.add(connection)
        if not self._sweeping:
            self._sweeping = True
            self.loop.call_later(_SWEEP, self._sweep)
        return peer

    def leave(self, connection: AgentConnection) -> None:
        """Forget a connection that has ended."""
        self._connections.discard(connection)

    def asker(self, peer: Peer) -> Asker:
        """Say who `peer` is."""
        return self._processes.asker(peer.pid, peer.uid)

    def _make_room(self) -> bool:
        still = [each for each in self._connections if each.is_still]
        if not still:
            return False
        many = Counter(each.peer.pid for each in self._connections if each.peer is not None)
        busiest = max(
            still, key=lambda each: (many[each.peer.pid if each.peer else 0], -each.since)
        )
        busiest.leave()
        self.leave(busiest)
        return True

    def _sweep(self) -> None:
        """Close what has been still, or in the middle of a line, for too long."""
        now = self.loop.time()
        watched = [each for each in self._connections if each.is_still]
        for each in watched:
            if now - each.since > (_LINE_SECONDS if each.is_in_a_line else _SILENCE):
                each.leave()
        self._sweeping = bool(watched)
        if watched:
            self.loop.call_later(_SWEEP, self._sweep)

    def watch(self) -> None:
        """See to it that still connections are looked at."""
        if not self._sweeping:
            self._sweeping = True
            self.loop.call_later(_SWEEP, self._sweep)

    # --- work that blocks ------------------------------------------------------------------------

    def beside(self, work: Callable[[], _Result]) -> "asyncio.Future[_Result]":
        """Do `work` on a thread of its own. At the end of the process nobody waits for it."""
        future: asyncio.Future[_Result] = self.loop.create_future()

        def settle(done: Callable[[], None]) -> None:
            if not future.done():
                done()

        def run() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001  # raised where it is waited for
                outcome: Callable[[], None] = _bound(future.set_exception, error)
            else:
                outcome = _bound(future.set_result, result)
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self.loop.call_soon_threadsafe(settle, outcome)

        threading.Thread(target=run, daemon=True).start()
        return future

    def errand(self, errand: Errand) -> "asyncio.Future[None]":
        """Run `errand`, or wait for the one of its key that runs already."""
        running = self._errands.get(errand.key)
        if running is None:
            running = self.beside(errand.run)
            self._errands[errand.key] = running
            running.add_done_callback(lambda _: self._errands.pop(errand.key, None))
        return running

    async def open(self, connection: AgentConnection, ask: Open, asker: Asker) -> bytes:
        """Let `connection` open when it is its turn; return the last line of that."""
        if self._turn.locked():
            waited_for = self.agent.pending
            if self._queued >= _MOST_QUEUED:
                words = "another one" if waited_for is None else in_words(waited_for)
                return self.agent.refuse(ask.profile, asker, AgentBusy(words))
            if waited_for is not None:
                said = f"another sign-in waits for its person: {in_words(waited_for)}"
                connection.send(protocol.encode(Trouble(said)))
        self._queued += 1
        try:
            await self._turn.acquire()
        finally:
            self._queued -= 1
        try:
            return await self._open(connection, ask, asker)
        finally:
            self._turn.release()

    async def _open(self, connection: AgentConnection, ask: Open, asker: Asker) -> bytes:
        conversation = LineConversation(
            lambda line: self._from_thread(connection.send, line),
            login=login_command(profile=ask.profile),
        )
        connection.converse(conversation)
        try:
            opened = await self.beside(lambda: self.agent.open(ask, asker, conversation))
        except SekishoError as error:
            return protocol.encode(failed(error))
        finally:
            connection.converse(None)
            self.look_after()
        return protocol.encode(opened)

    def _from_thread(self, act: Callable[[bytes], None], line: bytes) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(act, line)

    # --- scopes ----------------------------------------------------------------------------------

    async def make_scope(self, ask: Scope, asker: Asker) -> ScopeSocket:
        """Open a socket that knows what `ask` names. Raises what `Agent.scope` raises."""
        if self._scopes >= _MOST_SCOPES:
            raise AgentBusy(f"{_MOST_SCOPES} commands with sockets of their own run")
        scope = self.agent.scope(ask, asker)
        made = ScopeSocket(scope, scope_socket(self._folder), lambda: self._scope_over(scope))
        self._scopes += 1
        await made.open(lambda: AgentConnection(self, scope), ask.seconds)
        return made

    def _scope_over(self, scope: ScopeOfGates) -> None:
        self._scopes -= 1
        for connection in tuple(self._connections):
            if connection.scope is scope:
                connection.leave()

    # --- what is due, and the end ----------------------------------------------------------------

    def look_after(self) -> None:
        """Do what is due, now and then, for as long as something is open."""
        if self._tending:
            return
        self._tending = True
        if self.agent.is_due():
            self.beside(self.agent.tend).add_done_callback(lambda _: self._look_again())
        else:
            self._look_again()

    def _look_again(self) -> None:
        if self.agent.is_idle:
            self._tending = False
        else:
            self.loop.call_later(_BETWEEN_LOOKS, self._look)

    def _look(self) -> None:
        self._tending = False
        self.look_after()

    def stop(self, why: str, *, forget: bool) -> None:
        """Close all gates, and end."""
        self.agent.stop(why, forget=forget)
        self._over.set()

    def _stop_by_signal(self, number: int) -> None:
        self.stop(signal.Signals(number).name, forget=False)


def _bound(act: Callable[[_Result], object], value: _Result) -> Callable[[], None]:
    def run() -> None:
        act(value)

    return run
