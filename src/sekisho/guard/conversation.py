"""The other end of an opening: the client that shows, asks and opens the browser for the agent.

The agent has no display, no terminal and no browser. What a sign-in needs of those goes over the
connection that asked for it, and when that ends, so does the sign-in.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sekisho.errors import AgentNotUnderstood
from sekisho.guard.answers import (
    Answer,
    Browse,
    Chose,
    MayPaste,
    ShowCode,
    ShowUrl,
    Trouble,
    Waiting,
)
from sekisho.guard.asks import Approved, Ask, Browsed, Typed
from sekisho.login.interface import Flow
from sekisho.model import Region
from sekisho.ports import Clock

__all__ = [
    "Conversation",
    "HungUp",
    "LineBrowser",
    "LineClock",
    "LineKeyboard",
    "LineProgress",
    "approved",
    "out_of_turn",
    "typed",
]

_NO_BROWSER = "no browser can be opened where `sekisho login` runs"


class HungUp(Exception):
    """The client has gone; nobody is there to be told."""


class Conversation(Protocol):
    """A client in the middle of an `Open`. Methods block, and are called on one thread."""

    def say(self, answer: Answer) -> None:
        """Tell the client. Raises `HungUp`."""

    def hear(self) -> Ask:
        """Wait for what the client says next, `Pasted` left out.

        Raises `HungUp`, and `errors.SignInTimedOut` when it says nothing for minutes.
        """

    def pause(self, seconds: float) -> None:
        """Wait for `seconds`. Raises `HungUp` at once when the client goes."""

    def pasted(self, hear: Callable[[str], None]) -> AbstractContextManager[None]:
        """Hand every `Pasted` to `hear`, on another thread, while the block runs."""

    def when_gone(self, act: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `act`, on another thread, when the client goes while the block runs.

        It is called at once where it has gone already.
        """


@dataclass(frozen=True, slots=True)
class LineBrowser:
    """Satisfies `ports.Browser`: the client opens it."""

    line: Conversation
    can_browse: bool

    def open(self, url: str) -> bool:
        """Have `url` shown; return whether a browser took it. Raises `HungUp`."""
        if not self.can_browse:
            return False
        self.line.say(Browse(url))
        heard = self.line.hear()
        if not isinstance(heard, Browsed):
            raise out_of_turn(heard)
        return heard.opened


@dataclass(frozen=True, slots=True)
class LineProgress:
    """Satisfies `login.interface.Progress`: the client shows it. All methods raise `HungUp`."""

    line: Conversation
    asked_for_code: bool
    """Whether the person wanted the device code."""
    can_browse: bool

    def choose(self, flow: Flow, why: str) -> None:
        """Say by which flow it goes; the client's machine is the one that has a browser or not."""
        lacks = flow is Flow.DEVICE_CODE and not (self.can_browse or self.asked_for_code)
        self.line.say(Chose(flow.value, _NO_BROWSER if lacks else why))

    def show_url(self, url: str, *, opened: bool) -> None:
        """Show the URL."""
        self.line.say(ShowUrl(url, opened))

    def show_code(
        self,
        user_code: str,
        url: str,
        complete_url: str,
        host: str,
        region: Region,
        *,
        opened: bool,
    ) -> None:
        """Show the code, and where it is entered."""
        self.line.say(ShowCode(user_code, url, complete_url, host, region, opened))

    def waiting(self, seconds: float) -> None:
        """Say how long it is waited."""
        self.line.say(Waiting(seconds))

    def may_paste(self) -> None:
        """Say that the redirected URL may be pasted."""
        self.line.say(MayPaste())

    def trouble(self, reason: str) -> None:
        """Say what went wrong and does not end the wait."""
        self.line.say(Trouble(reason))


@dataclass(frozen=True, slots=True)
class LineKeyboard:
    """Satisfies `ports.Keyboard`: what the client hands on."""

    line: Conversation

    @contextmanager
    def listen(self, hear: Callable[[str], None]) -> Iterator[bool]:
        """Hand each pasted text to `hear`; whether anybody types is the client's to know."""
        with self.line.pasted(hear):
            yield True


@dataclass(frozen=True, slots=True)
class LineClock:
    """Satisfies `ports.Clock`: its waits end when the client goes."""

    clock: Clock
    line: Conversation

    def now(self) -> datetime:
        """Return the time of day."""
        return self.clock.now()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for `seconds`. Raises `HungUp`."""
        self.line.pause(seconds)


def typed(line: Conversation) -> str:
    """Wait for `Typed`; return what was. Raises as `Conversation.hear`, and `AgentNotUnderstood`."""
    heard = line.hear()
    if not isinstance(heard, Typed):
        raise out_of_turn(heard)
    return heard.text


def approved(line: Conversation) -> str:
    """Wait for `Approved`; return the digest in it. Raises as `typed`."""
    heard = line.hear()
    if not isinstance(heard, Approved):
        raise out_of_turn(heard)
    return heard.digest


def out_of_turn(heard: Ask) -> AgentNotUnderstood:
    """Make the error for an ask that has no place in the middle of an opening."""
    return AgentNotUnderstood(f"{type(heard).__name__} is no answer to what was asked")
