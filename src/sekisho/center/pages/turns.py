"""Where passwords are checked: in a few threads of their own, so that they hold up nobody else.

At nine o'clock a hundred people may wait for the work of an Argon2 hash. In the threads that serve
everything they would leave none for the tools, which need no password.
"""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

__all__ = ["in_turn"]

_THREADS = 8
"""Four hash (`directory.people`), and the others ask the database meanwhile."""
_TURNS: RunVar[CapacityLimiter] = RunVar("the threads in which passwords are checked")

Result = TypeVar("Result")
_Arguments = TypeVarTuple("_Arguments")


async def in_turn(work: Callable[[Unpack[_Arguments]], Result], *arguments: *_Arguments) -> Result:
    """Run `work`, which takes a password's hash, in a thread as soon as it is its turn."""
    try:
        turns = _TURNS.get()
    except LookupError:
        turns = CapacityLimiter(_THREADS)
        _TURNS.set(turns)
    return await to_thread.run_sync(work, *arguments, limiter=turns)
