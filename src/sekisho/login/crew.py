"""Many calls of one kind, several at a time.

The threads are daemons, so that Ctrl-C ends the program at once and not when the last answer is
in: nothing is written by them, and so nothing is lost with them.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sekisho.errors import ServiceFailed, Throttled, Unreachable
from sekisho.values import dataclass

__all__ = ["Progress", "in_parallel", "one_by_one", "unwatched"]

Item = TypeVar("Item")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Is told, in the thread that waits, how many of how many are done."""

_PASSES = (Throttled, ServiceFailed, Unreachable)
_MOST_TRIES = 3
_MOST_IN_A_ROW = 20
"""So many failures and no success between: it is the service, and not this one call."""


def unwatched(_done: int, _whole: int) -> None:
    """Tell nobody."""


def one_by_one(work: Callable[[Item], Result], items: Sequence[Item]) -> Sequence[Result]:
    """Do `work` on each of `items`, in order; what it raises ends it."""
    return [work(item) for item in items]


def in_parallel(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int,
    progress: Progress = unwatched,
) -> Sequence[Result]:
    """Do `work` on each of `items` in `workers` threads; return the results in the items' order.

    What fails at the service (`Throttled`, `ServiceFailed`, `Unreachable`) is done again when the
    others have had their turn, three times in all, unless nothing succeeds any more. Blocks until
    all is done. Raises the first error that stands; no more is begun then, nor after Ctrl-C.
    """
    crew = _Crew(work, items)
    threads = min(workers, len(items))
    for _ in range(threads):
        threading.Thread(target=crew.labour, daemon=True).start()
    try:
        return crew.results(progress)
    finally:
        crew.stop(threads)


class _Crew(Generic[Item, Result]):
    """The work, and who is at it."""

    def __init__(self, work: Callable[[Item], Result], items: Sequence[Item]) -> None:
        self._work = work
        self._items = items
        self._waiting: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[_Task, Result | BaseException]] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._in_a_row = 0
        for index in range(len(items)):
            self._waiting.put(_Task(index, 1))

    def labour(self) -> None:
        """Take tasks, until there are none or it is stopped."""
        while (task := self._waiting.get()) is not None and not self._stopped.is_set():
            try:
                outcome: Result | BaseException = self._work(self._items[task.index])
            except BaseException as error:  # noqa: BLE001  # raised where it is waited for
                outcome = error
            self._count(outcome)
            self._done.put((task, outcome))

    def results(self, progress: Progress) -> Sequence[Result]:
        """Wait for all of them."""
        found: dict[int, Result] = {}
        progress(0, len(self._items))
        while len(found) < len(self._items):
            task, outcome = self._done.get()
            if not isinstance(outcome, BaseException):
                found[task.index] = outcome
                progress(len(found), len(self._items))
                continue
            may_pass = isinstance(outcome, _PASSES) and not self._stopped.is_set()
            if not may_pass or task.tries == _MOST_TRIES:
                raise outcome
            self._waiting.put(_Task(task.index, task.tries + 1))
        return [found[index] for index in range(len(self._items))]

    def _count(self, outcome: Result | BaseException) -> None:
        with self._lock:
            self._in_a_row = self._in_a_row + 1 if isinstance(outcome, BaseException) else 0
            if self._in_a_row >= _MOST_IN_A_ROW:
                self._stopped.set()

    def stop(self, threads: int) -> None:
        """Begin nothing more, and let those of the `threads` go that wait for a task."""
        self._stopped.set()
        for _ in range(threads):
            self._waiting.put(None)


@dataclass(frozen=True, slots=True)
class _Task:
    """One item, and how often it has been begun."""

    index: int
    tries: int
