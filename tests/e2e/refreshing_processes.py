"""Processes that want one expired token, forked from one that has imported everything.

Two hundred Pythons that start would keep two cores busy for a minute with nothing that matters
here; forked, they are real processes that begin at one moment. Run as a program:

- `crowd HOME URL TOKENS COMMANDS`: so many processes take the token by `login.refresh`, and so
  many are `python -m sekisho credential-process`, all at once. Prints their exit statuses as JSON.
- `victims HOME URL`: for each line of stdin, a number, one process takes the token and is killed
  as the holder of its lock after so many steps of Python. Answers each line with one of JSON.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from sekisho.store.native import NativeStore
from tests.e2e.refresh_machine import RefreshMachine

__all__ = ["ASKED"]

ASKED = ("credential-process", "--profile", "dev")
_READ = NativeStore.token.__code__
_WRITE = NativeStore.put_refreshed.__code__


def crowd(machine: RefreshMachine, tokens: int, commands: int) -> list[int]:
    """Start all of them, let them go at once, and return their exit statuses."""
    gate, opener = os.pipe()

    def at_once(act: Callable[[], object]) -> Callable[[], object]:
        def begin() -> None:
            os.close(opener)
            os.read(gate, 1)  # blocks until the last holder of the other end lets it go
            act()

        return begin

    started = [_fork(at_once(machine.take)) for _ in range(tokens)]
    started += [_fork(at_once(lambda: _become_sekisho(machine))) for _ in range(commands)]
    os.close(opener)
    return [_status(pid) for pid in started]


def victims(machine: RefreshMachine) -> None:
    """Fork and kill until stdin ends."""
    for line in sys.stdin:
        last = Steps(int(line))
        kill = os.pipe()

        def die_on_the_way(steps: Steps = last, out: int = kill[1]) -> None:
            steps.report_to = out
            sys.setprofile(steps)
            machine.take()

        pid = _fork(die_on_the_way)
        os.close(kill[1])
        with os.fdopen(kill[0]) as reported:
            said = json.loads(reported.read() or "{}")
        print(json.dumps({"status": _status(pid), **said}), flush=True)  # noqa: T201


class Steps:
    """Counts the steps of the holder of the refresh lock, and kills it at the one that is meant.

    A step is a call or a return, of Python or of C. The lock is held from the second look at the
    token on, and at least until the successor is written; whoever is left then dies there.
    """

    def __init__(self, last: int) -> None:
        self.last = last
        self.report_to = -1
        self._reads = self._steps = self._at_write = 0

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        here = frame.f_code
        self._reads += event == "call" and here is _READ
        if self._reads < 2:
            return
        self._steps += 1
        if event == "call" and here is _WRITE:
            self._at_write = self._steps
        if self._steps == self.last or (event == "return" and here is _WRITE):
            said = {"steps": self._steps, "at_write": self._at_write}
            os.write(self.report_to, json.dumps(said).encode())
            os.kill(os.getpid(), signal.SIGKILL)


def _fork(act: Callable[[], object]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        act()
    except BaseException:  # noqa: BLE001  # it must not go back into the parent's program
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _become_sekisho(machine: RefreshMachine) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.execve(sys.executable, [sys.executable, "-m", "sekisho", *ASKED], machine.environ)  # noqa: S606


def _status(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    verb, home, url, *numbers = sys.argv[1:]
    here = RefreshMachine(Path(home), url)
    if verb == "crowd":
        print(json.dumps(crowd(here, *map(int, numbers))))  # noqa: T201
    else:
        victims(here)
