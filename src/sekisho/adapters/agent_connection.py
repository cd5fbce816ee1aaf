"""One client of the agent: lines in, lines out, one at a time and in order."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from sekisho.adapters.agent_conversation import LineConversation
from sekisho.adapters.agent_scope import ScopeSocket
from sekisho.adapters.peers import Peer
from sekisho.errors import AgentBusy, AgentNotUnderstood, SekishoError
from sekisho.guard import protocol
from sekisho.guard.agent import Agent, Errand, failed
from sekisho.guard.answers import Scoped, Stopping
from sekisho.guard.asks import Ask, Close, Open, Pasted, Release, Scope, Status, Stop
from sekisho.guard.conversation import HungUp
from sekisho.guard.scopes import ScopeOfGates
from sekisho.ports import Asker
from sekisho.store.cachefile import spell_time

__all__ = ["AgentConnection", "AgentHub"]

_LINES_A_TURN = 8
_MOST_UNREAD = 64 * 1024
"""Bytes of a client that wait here; the rest waits in the kernel."""
_UNREAD_SECONDS = 10.0
"""For answers to be read."""
_MOST_ERRANDS_FOR_ONE = 3

_Result = TypeVar("_Result")


class AgentHub(Protocol):
    """What a connection needs of the server, on the event loop."""

    @property
    def agent(self) -> Agent:
        """The agent that is served."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that all of it runs on."""

    def admit(self, connection: "AgentConnection", transport: asyncio.Transport) -> Peer | None:
        """Let a connection in; `None`: it is not let in."""

    def leave(self, connection: "AgentConnection") -> None:
        """Forget a connection that has ended."""

    def watch(self) -> None:
        """See to it that still connections are looked at."""

    def asker(self, peer: Peer) -> Asker:
        """Say who `peer` is."""

    def beside(self, work: Callable[[], _Result]) -> "asyncio.Future[_Result]":
        """Do `work` on a thread of its own."""

    def errand(self, errand: Errand) -> "asyncio.Future[None]":
        """Run `errand`, or wait for the one of its key that runs already."""

    async def open(self, connection: "AgentConnection", ask: Open, asker: Asker) -> bytes:
        """Let `connection` open when it is its turn; return the last line of that."""

    async def make_scope(self, ask: Scope, asker: Asker) -> ScopeSocket:
        """Open a socket that knows what `ask` names; raises `SekishoError`."""

    def stop(self, why: str, *, forget: bool) -> None:
        """Close all gates, and end."""


class AgentConnection(asyncio.Protocol):
    """One client. It is served one line at a time, and answered in order."""

    def __init__(self, server: AgentHub, scope: ScopeOfGates | None) -> None:
        """Belong to `server`; `scope` is what its socket knows, and `None`: everything."""
        self.scope = scope
        """What its socket knows."""
        self.peer: Peer | None = None
        self.since = 0.0
        """Since when nothing has happened, by the loop's clock."""
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._busy = False
        self._leaving = False
        self._asker: Asker | None = None
        self._conversation: LineConversation | None = None
        self._scopes: list[ScopeSocket] = []
        self._clogged: asyncio.TimerHandle | None = None
        self._last_words: asyncio.TimerHandle | None = None
        self._comes_again = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_still(self) -> bool:
        """Whether it does nothing that would keep it here."""
        held = any(scope.is_open for scope in self._scopes)
        return not (self._busy or held or self._leaving)

    @property
    def is_in_a_line(self) -> bool:
        """Whether it has begun a line and not ended it."""
        return bool(self._unread)

    # --- the transport's side --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look who it is."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # of a stream socket
        self._transport = transport
        self.since = self._server.loop.time()
        self.peer = self._server.admit(self, transport)
        if self.peer is None:
            self._leaving = True
            transport.abort()
            return
        transport.set_write_buffer_limits(high=_MOST_UNREAD)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's
        """End all that it had asked for."""
        self._leaving = True
        self._server.leave(self)
        if self._conversation is not None:
            self._conversation.hang_up()
        else:
            for task in self._tasks:  # those that wait for their turn
                task.cancel()
        for scope in self._scopes:
            scope.close()
        self._scopes.clear()
        for timer in (self._clogged, self._last_words):
            if timer is not None:
                timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Read lines."""
        self._unread += data
        if len(self._unread) > _MOST_UNREAD and self._transport is not None:
            self._transport.pause_reading()
        if not self._comes_again:  # who sends more has no more turns for it
            self._work()

    def pause_writing(self) -> None:
        """The client does not read its answers."""
        self._clogged = self._server.loop.call_later(_UNREAD_SECONDS, self._abort)

    def resume_writing(self) -> None:
        """It has read them."""
        if self._clogged is not None:
            self._clogged.cancel()
            self._clogged = None
        self._work()

    def leave(self) -> None:
        """Close the connection, once what was said has been sent, or nobody has read it for long."""
        self._leaving = True
        if self._transport is not None:
            self._transport.close()
            if self._last_words is None and self._transport.get_write_buffer_size():
                self._last_words = self._server.loop.call_later(_UNREAD_SECONDS, self._abort)

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # --- lines -----------------------------------------------------------------------------------

    def send(self, line: bytes) -> None:
        """Send a line."""
        if self._transport is not None and not self._leaving:
            self._transport.write(line)

    def converse(self, conversation: LineConversation | None) -> None:
        """Hand what the client says to `conversation`, until there is none."""
        self._conversation = conversation
        if conversation is not None and self._leaving:
            conversation.hang_up()
        self._work()

    def _work(self) -> None:
        for _ in range(_LINES_A_TURN):
            if self._leaving or self._clogged or (self._busy and self._conversation is None):
                return
            end = self._unread.find(b"\n")
            if end < 0 and len(self._unread) <= protocol.MOST_ASK_BYTES:
                break
            line = bytes(self._unread[: end + 1] if end >= 0 else self._unread)
            del self._unread[: len(line)]
            self.since = self._server.loop.time()
            self._take(line)
        else:
            if not self._comes_again:
                self._comes_again = True
                self._server.loop.call_soon(self._come_again)
        if self._transport is not None and len(self._unread) <= _MOST_UNREAD:
            self._transport.resume_reading()

    def _come_again(self) -> None:
        self._comes_again = False
        self._work()

    def _take(self, line: bytes) -> None:
        try:
            ask = protocol.read_ask(line)
        except protocol.NotUnderstood as reason:
            self._not_understood(str(reason))
            return
        if self._conversation is not None:
            if not self._conversation.take(ask):
                self._not_understood("it says more than it was asked")
            return
        try:
            if self.scope is not None:
                self.scope.check(ask)
            self._answer(ask)
        except SekishoError as error:
            self._refuse(ask, error)

    def _answer(self, ask: Ask) -> None:
        match ask:
            case Release():
                self._release(ask)
            case Status():
                self.send(protocol.encode(self._server.agent.state(self.scope)))
            case Open():
                self._later(self._server.open(self, ask, self._who()))
            case Close():
                who = self._who()
                self._later(self._close(ask, who))
            case Scope():
                self._later(self._make_scope(ask, self._who()))
            case Stop():
                self.send(protocol.encode(Stopping()))
                self._server.stop(f"asked to by {self._who().words}", forget=True)
            case Pasted():  # the sign-in ended while it was on its way
                pass
            case _:
                self._not_understood("there is nothing to be answered")

    def _release(self, ask: Release, tries: int = 0) -> None:
        answer = self._server.agent.release(ask, self._who(), self.scope)
        if isinstance(answer, bytes):
            self.send(answer)
        elif tries == _MOST_ERRANDS_FOR_ONE:
            self._refuse(ask, AgentBusy(f"{ask.profile}: what it depends on changes all the time"))
        else:
            self._busy = True
            running = self._server.errand(answer)
            running.add_done_callback(lambda done: self._errand_done(ask, tries, done))

    def _errand_done(self, ask: Release, tries: int, done: "asyncio.Future[None]") -> None:
        self._busy = False
        trouble = done.exception()
        if self._leaving:
            return
        if trouble is None:
            self._release(ask, tries + 1)
        else:
            self._refuse(ask, trouble if isinstance(trouble, SekishoError) else _fault(trouble))
        self._still()

    async def _close(self, ask: Close, who: Asker) -> bytes:
        return protocol.encode(
            await self._server.beside(lambda: self._server.agent.close(ask, who))
        )

    async def _make_scope(self, ask: Scope, who: Asker) -> bytes:
        try:
            made = await self._server.make_scope(ask, who)
        except SekishoError as error:
            return self._server.agent.refuse(ask.profiles[0], who, error)
        if self._leaving:
            made.close()
        else:
            self._scopes.append(made)
        return protocol.encode(Scoped(str(made.path), spell_time(made.scope.closes_at)))

    def _later(self, work: Coroutine[Any, Any, bytes]) -> None:
        """Send what `work` comes to; no other line is taken meanwhile."""
        self._busy = True
        task = self._server.loop.create_task(self._finish(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, work: Coroutine[Any, Any, bytes]) -> None:
        try:
            self.send(await work)
        except HungUp:
            pass
        except Exception as error:  # noqa: BLE001  # a fault of ours is no reason to end the agent
            self.send(protocol.encode(failed(_fault(error))))
        self._busy = False
        self._still()

    def _still(self) -> None:
        self.since = self._server.loop.time()
        self._server.watch()
        self._work()

    def _refuse(self, ask: Ask, error: SekishoError) -> None:
        profile = getattr(ask, "profile", None)
        self.send(self._server.agent.refuse(profile, self._who(), error))

    def _not_understood(self, reason: str) -> None:
        self.send(self._server.agent.refuse(None, self._who(), AgentNotUnderstood(reason)))
        self.leave()

    def _who(self) -> Asker:
        if self._asker is None:
            self._asker = self._server.asker(self.peer or Peer(0, -1))
        return self._asker


def _fault(error: BaseException) -> SekishoError:
    """What the agent could not explain, without its text: that may hold anything."""
    return SekishoError(f"a fault of the agent: {type(error).__name__}", do="sekisho agent stop")
