"""The client's side of the conversation with the agent: each ask, and what it comes to.

What stopped the agent is raised here as if it had happened here: `Failed` becomes the error that it
was. Whoever holds the other end is no judge of what the person may see or do, so the client answers
the agent's questions (`Confirm`, `Approve`, `Browse`) through an `Attendant`, and nothing else.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeGuard, TypeVar

from sekisho import errors
from sekisho.errors import AgentNotUnderstood, SekishoError
from sekisho.guard import answers
from sekisho.guard.answers import Answer, Closed, Credentials, Failed, Opened, Scoped, State
from sekisho.guard.asks import (
    Approved,
    Ask,
    Browsed,
    Close,
    Open,
    Pasted,
    Release,
    Scope,
    Status,
    Stop,
    Typed,
)
from sekisho.guard.protocol import NotUnderstood, encode, read_answer
from sekisho.login.interface import Flow, Progress
from sekisho.model import Region
from sekisho.ports import Browser, Keyboard

__all__ = ["AgentClient", "AgentLine", "Attendant", "as_error"]

_Expected = TypeVar("_Expected")

_AT_ONCE = 10.0
"""Seconds for what the agent answers by itself."""
_ASKS_AWS = 60.0
"""Seconds for what it may have to ask the service for."""
_A_PERSON = 900.0
"""Seconds between two lines of an opening; the agent gives a sign-in ten minutes."""


class AgentLine(Protocol):
    """A connection to the agent, which carries lines both ways."""

    def send(self, line: bytes) -> None:
        """Send `line`, which has its end. Any thread may.

        Raises `errors.AgentMissing` where the agent has gone, `errors.AgentSilent` where it takes
        nothing.
        """

    def receive(self, seconds: float) -> bytes:
        """Return the next line, with its end; block for at most `seconds`. One thread may.

        Raises `errors.AgentMissing` where the agent has gone, `errors.AgentSilent` when the time is
        up, `errors.AgentNotUnderstood` for a line that is too long.
        """

    def close(self) -> None:
        """End the connection, and with it what was going on over it."""


class Attendant(Protocol):
    """Who sees to the agent's questions while it opens a gate."""

    @property
    def progress(self) -> Progress:
        """How the person is told."""

    @property
    def browser(self) -> Browser:
        """The person's browser."""

    @property
    def keyboard(self) -> Keyboard:
        """Where the redirected URL may be pasted."""

    def type_name(self, question: answers.Confirm) -> str:
        """Have the profile's name typed; return what was. May raise `SekishoError`."""

    def approves(self, question: answers.Approve) -> bool:
        """Show the policy, and ask for a yes. May raise `SekishoError`."""


@dataclass(frozen=True, slots=True)
class AgentClient:
    """Asks the agent. Every method makes a connection of its own, and raises what `connect` does.

    Besides, each raises `errors.AgentNotUnderstood` for an answer that is none, what `AgentLine`
    raises, and the error that the agent says stopped it.
    """

    connect: Callable[[], AgentLine]
    """Raises `errors.AgentMissing` and `errors.AgentNotOurs`."""

    def release(self, profile: str, config: str) -> bytes:
        """Return the credentials of an open gate, as the JSON of a `credential_process`.

        `config` is the absolute path of the config file that this process reads.
        """
        answer = self._ask(Release(profile, config), Credentials, _ASKS_AWS)
        return bytes(answer.document)

    def open(self, ask: Open, attendant: Attendant) -> Opened:
        """Have a gate opened; block for the person. `KeyboardInterrupt` gives the sign-in up.

        Also raises what `attendant` does; the sign-in is given up then.
        """
        with self._connection() as line, contextlib.ExitStack() as typing:
            line.send(encode(ask))
            while True:
                answer = _read(line, _A_PERSON)
                if isinstance(answer, Opened):
                    return answer
                _attend(answer, line, attendant, typing)

    def close(self, profile: str | None, *, local: bool) -> Closed:
        """Close a gate, with all that its sign-in opened; `None`: all gates.

        The service is told, unless it is to be `local`.
        """
        return self._ask(Close(profile, local), Closed, _ASKS_AWS)

    def status(self, *, seconds: float = _AT_ONCE) -> State:
        """Return what is open; wait for the answer no longer than `seconds`."""
        return self._ask(Status(), State, seconds)

    def stop(self) -> None:
        """Have the agent end, and every gate close."""
        self._ask(Stop(), answers.Stopping, _AT_ONCE)

    @contextlib.contextmanager
    def scope(self, profiles: tuple[str, ...], config: str, seconds: int) -> Iterator[Scoped]:
        """Give a socket that knows only `profiles`, while the block runs, at most for `seconds`."""
        with self._connection() as line:
            line.send(encode(Scope(profiles, config, seconds)))
            yield _expect(_read(line, _AT_ONCE), Scoped)

    def _ask(self, ask: Ask, expected: type[_Expected], seconds: float) -> _Expected:
        with self._connection() as line:
            line.send(encode(ask))
            return _expect(_read(line, seconds), expected)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[AgentLine]:
        line = self.connect()
        try:
            yield line
        finally:
            line.close()


def as_error(failed: Failed) -> SekishoError:
    """Make the error that the agent was stopped by: one of its own class, which `except` finds.

    A kind that this version of sekisho does not have becomes one of the family that ends the
    process alike.
    """
    kind = getattr(errors, failed.kind, None)
    if not _is_error(kind) or kind.exit_status != failed.exit_status:
        kind = _FAMILIES.get(failed.exit_status)
    if kind is None:
        return AgentNotUnderstood(f"it says {failed.kind}: {failed.what}")
    error = kind.__new__(kind)
    SekishoError.__init__(error, failed.what, do=failed.do)
    return error


_FAMILIES: dict[int, type[SekishoError]] = {
    int(family.exit_status): family
    for family in (errors.AgentError, errors.SignInNeeded, errors.Refused, errors.ServiceError)
}


def _attend(
    answer: Answer, line: AgentLine, attendant: Attendant, typing: contextlib.ExitStack
) -> None:
    """See to one line of an opening that is not its end."""
    match answer:
        case answers.Browse(url):
            line.send(encode(Browsed(attendant.browser.open(url))))
        case answers.Confirm():
            line.send(encode(Typed(attendant.type_name(answer))))
        case answers.Approve(digest=digest):
            line.send(encode(Approved(digest if attendant.approves(answer) else "")))
        case answers.MayPaste():
            if typing.enter_context(attendant.keyboard.listen(_pasting(line))):
                attendant.progress.may_paste()
        case _:
            _tell(answer, attendant.progress)


def _tell(answer: Answer, progress: Progress) -> None:
    """Show one line of an opening that wants no answer."""
    match answer:
        case answers.Chose(flow, why):
            progress.choose(Flow(flow), why)
        case answers.ShowUrl(url, opened):
            progress.show_url(url, opened=opened)
        case answers.ShowCode(code, url, complete_url, host, region, opened):
            progress.show_code(code, url, complete_url, host, Region(region), opened=opened)
        case answers.Waiting(seconds):
            progress.waiting(seconds)
        case answers.Trouble(reason):
            progress.trouble(reason)
        case _:
            _expect(answer, Opened)


def _pasting(line: AgentLine) -> Callable[[str], None]:
    def hear(text: str) -> None:
        with contextlib.suppress(SekishoError):  # the thread that waits for the agent says so
            line.send(encode(Pasted(text)))

    return hear


def _read(line: AgentLine, seconds: float) -> Answer:
    try:
        return read_answer(line.receive(seconds))
    except NotUnderstood as error:
        raise AgentNotUnderstood(str(error)) from None


def _expect(answer: Answer, expected: type[_Expected]) -> _Expected:
    if isinstance(answer, expected):
        return answer
    if isinstance(answer, Failed):
        raise as_error(answer)
    raise AgentNotUnderstood(f"{type(answer).__name__} is no answer to what was asked")


def _is_error(kind: object) -> TypeGuard[type[SekishoError]]:
    return isinstance(kind, type) and issubclass(kind, SekishoError)
