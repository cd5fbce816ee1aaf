"""The ways out of sekisho: everything that is not computation goes through one of these.

`adapters/` has the real ones, `sekisho.testing` has fakes. No flow imports I/O of its own.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire.http import Request, Response

__all__ = [
    "Asker",
    "Browser",
    "Clock",
    "Finished",
    "Http",
    "Interview",
    "Keyboard",
    "Keyring",
    "Listener",
    "Loopback",
    "Notices",
    "Processes",
    "Programs",
    "Terminal",
]


class Http(Protocol):
    """Sends one request and reads the whole answer; follows no redirect and retries nothing."""

    def send(self, request: Request) -> Response:
        """Send `request`; block until the answer is read or the time for it is up.

        Raises `errors.Unreachable` when no answer came (name, connection, timeout, proxy) and
        `errors.TlsNotVerified` when the other side's certificate does not verify.
        """


class Clock(Protocol):
    """Time, and waiting."""

    def now(self) -> datetime:
        """Return the time of day: aware, UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards; only differences mean something."""

    def sleep(self, seconds: float) -> None:
        """Block for `seconds`."""


class Browser(Protocol):
    """The person's browser."""

    def open(self, url: str) -> bool:
        """Show `url`; return whether a browser took it. Does not block until it is closed."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ran to its end."""

    status: int
    output: str
    """What it wrote to stdout and to stderr, in that order."""


class Programs(Protocol):
    """Other people's programs, run to learn something from what they print."""

    def find(self, name: str) -> tuple[Path, ...]:
        """Return every program `name` on the PATH, the one that a shell would start first."""

    def run(self, command: Sequence[str], *, seconds: float) -> Finished | None:
        """Run `command` without a shell and without input; block for at most `seconds`.

        Gives `None` when the time is up: it is ended then, with all that it started. Raises
        `errors.UsageError` when it cannot be started.
        """


@dataclass(frozen=True, slots=True)
class Asker:
    """A process that asked for something: a hint for people, and no ground to allow anything.

    A process may call itself what it likes, and may have ended since. What could not be learnt is
    `unknown`. Arguments are not among it, for they may hold secrets.
    """

    pid: int
    uid: int
    program: str
    """The name that the process goes by, such as `aws`."""
    path: str
    """Its executable file, such as `/usr/bin/python3.11`."""
    parents: tuple[str, ...]
    """The programs that started it, with their ids, the nearest first: `bash (4242)`."""

    @property
    def words(self) -> str:
        """In one line: `aws (4711) ← bash (4242)`."""
        return " ← ".join([f"{self.program} ({self.pid})", *self.parents])


class Processes(Protocol):
    """The processes of this machine."""

    def asker(self, pid: int, uid: int) -> Asker:
        """Say who the process `pid` is; `uid` is what the socket said of it. Raises nothing."""


class Notices(Protocol):
    """What is shown on the person's desktop, if there is one."""

    def tell(self, title: str, text: str) -> None:
        """Show a notice, as plain text. Does not block, and raises nothing."""


class Keyring(Protocol):
    """The system's keyring, as far as sekisho keeps a key in it. It may be slow, and never hangs.

    Every method may raise `errors.KeyringClosed`: there is none that can be used, it is locked, or
    it did not answer in time. Blocks for at most a deadline of its own.
    """

    def get(self, account: str) -> Secret | None:
        """Return what is kept for `account`; `None` where it holds no such thing."""

    def put(self, account: str, secret: Secret) -> None:
        """Keep `secret` for `account`, in the place of what was there."""

    def remove(self, account: str) -> None:
        """Forget what is kept for `account`, if anything is."""


class Listener(Protocol):
    """An open loopback port that waits for the browser to come back (RFC 8252 §7.3)."""

    @property
    def port(self) -> int:
        """The port on 127.0.0.1 that is listened on."""

    def serve(
        self,
        answer: Callable[[Request], Response],
        until: Callable[[], bool],
        *,
        seconds: float,
    ) -> None:
        """Answer every request with `answer` until `until()` is true or `seconds` have passed.

        `until` is asked after each answer; the answer has been sent by then. One slow or
        silent connection does not hold up another.
        """


class Loopback(Protocol):
    """Opens listeners on 127.0.0.1, and nowhere else."""

    def listen(self, port: int) -> AbstractContextManager[Listener]:
        """Listen on 127.0.0.1:`port`; 0 picks a free port.

        Raises `errors.PortTaken` when the port cannot be had.
        """


class Keyboard(Protocol):
    """What the person types while something else is waited for."""

    def listen(self, hear: Callable[[str], None]) -> AbstractContextManager[bool]:
        """Hand each line that is typed to `hear`, without its end, while the block runs.

        Gives whether there is anybody to type: else `hear` is never called. It is called on a
        thread of its own, and what it raises reaches nobody. Raises nothing.
        """


class Terminal(Protocol):
    """What is said to the person, apart from results: it goes to stderr."""

    def say(self, text: str = "") -> None:
        """Write one line, or several."""

    def ask(self, question: str) -> str:
        """Ask, and block for one line of answer.

        Raises `errors.InputNeeded` when nobody can answer (`--no-input`, no terminal).
        """

    def ask_secret(self, question: str, *, option: str) -> Secret:
        """Ask as `ask` does, for one line that is not shown while it is typed, nor stripped.

        `option` is what would have answered it, for the message of `errors.InputNeeded`.
        """

    def confirm(self, question: str, *, option: str) -> bool:
        """Ask a yes-or-no question; `--yes` has answered it before it is asked.

        `option` is what would have answered it, for the message of `errors.InputNeeded`.
        """


class Interview(Protocol):
    """Questions in a row, as a wizard asks them. All of it goes to stderr.

    Every question has an `option` that answers it in advance, and is never asked where that was
    given; it stands in the message of `errors.InputNeeded`, which each method raises when nobody
    can answer (`--no-input`, no terminal and no more lines).
    """

    def say(self, text: str = "") -> None:
        """Write one line, or several."""

    def warn(self, text: str) -> None:
        """Write one line, or several, that the eye should not miss."""

    def ask(
        self,
        question: str,
        *,
        option: str,
        check: Callable[[str], str | None],
        known: Sequence[str] = (),
    ) -> str:
        """Ask for a line, stripped, until `check` finds nothing wrong with it; it may be empty.

        `check` returns what is wrong, in words. `known` are answers that may be completed.
        """

    def pick(self, question: str, choices: Sequence[str], *, option: str) -> int:
        """Let the person pick one of several; return its index. Typing narrows the choice."""

    def confirm(self, question: str, *, option: str) -> bool:
        """Ask a yes-or-no question; `--yes` has answered it before it is asked."""
