"""Processes that edit one config, forked from one that has imported everything.

Forked, they are real processes, and cost what they do and not what starting Python does. Run as a
program, with the environment of the person whose config it is:

- `crowd`: reads a JSON list of command lines from stdin, and runs all of them at once. Prints their
  exit statuses as JSON.
- `victims`: for each line of stdin, `[LAST, ARGUMENT…]` as JSON, one process runs that command line
  and is killed after LAST steps (0: never). Answers each line with one of JSON: the status and,
  from those that lived, how many steps there were and which of them change a file.
"""

import contextlib
import gc
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from sekisho.cli.main import main

__all__ = ["Steps"]

_CHANGES = {
    "open",
    "mkdir",
    "write",
    "flush",
    "truncate",
    "fchmod",
    "fsync",
    "rename",
    "replace",
    "unlink",
    "flock",
}
"""The functions of C that change a file, or lock one."""


def crowd(commands: Sequence[Sequence[str]]) -> list[int]:
    """Start all of them, let them go at once, and return their exit statuses."""
    gate, opener = os.pipe()

    def at_once(command: Sequence[str]) -> Callable[[], int]:
        def begin() -> int:
            os.close(opener)
            os.read(gate, 1)  # blocks until the last holder of the other end lets it go
            return main(command)

        return begin

    started = [_fork(at_once(command)) for command in commands]
    os.close(opener)
    return [_status(pid) for pid in started]


def victims() -> None:
    """Fork and kill until stdin ends."""
    for line in sys.stdin:
        last, *command = json.loads(line)
        out, into = os.pipe()

        def die_on_the_way(
            last: int = last, command: Sequence[str] = command, into: int = into
        ) -> int:
            steps = Steps(last)
            sys.setprofile(steps)
            status = main(command)
            sys.setprofile(None)
            with os.fdopen(into, "w") as report:
                json.dump({"steps": steps.count, "changes": steps.changes}, report)
            return status

        pid = _fork(die_on_the_way)
        os.close(into)
        with os.fdopen(out) as reported:
            said = json.loads(reported.read() or "{}")
        print(json.dumps({"status": _status(pid), **said}), flush=True)  # noqa: T201


class Steps:
    """Counts calls and returns, of Python and of C, and kills this process after the last one."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self.changes: list[int] = []
        """The steps right before and right after each change of a file."""
        self._last = last

    def __call__(self, _frame: FrameType, event: str, function: Any) -> None:
        self.count += 1
        if event.startswith("c_") and function.__name__ in _CHANGES:
            self.changes.append(self.count)
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def _fork(act: Callable[[], int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        status = act()
    except BaseException:  # noqa: BLE001  # it must not go back into the parent's program
        traceback.print_exc()
    os._exit(status)


def _status(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        main(["isolate", "--dry-run"])  # so that every module is loaded
        main(["isolate", "--guard", "--dry-run"])
        main(["isolate", "--undo", "--dry-run"])
        main(["configure", "sso-session", "--no-input"])
        main(["lint", "--fix"])
    gc.freeze()  # or each collection in a child would copy all of the memory that it shares
    if sys.argv[1] == "crowd":
        print(json.dumps(crowd(json.load(sys.stdin))))  # noqa: T201
    else:
        victims()
