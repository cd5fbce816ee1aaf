"""A person who types what a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["FakeKeyboard"]


class FakeKeyboard:
    """Satisfies `ports.Keyboard`: lines are handed on at once, on the thread that types them."""

    def __init__(self, *, somebody: bool = True) -> None:
        """`somebody` says whether anybody is there to type."""
        self._somebody = somebody
        self._hear: Callable[[str], None] | None = None

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens right now."""
        return self._hear is not None

    def type(self, line: str) -> None:
        """Type `line`. Raises `AssertionError` when nobody listens."""
        if self._hear is None:
            raise AssertionError("nobody listens to the keyboard")
        self._hear(line)

    @contextmanager
    def listen(self, hear: Callable[[str], None]) -> Iterator[bool]:
        """Listen while the block runs."""
        self._hear = hear if self._somebody else None
        try:
            yield self._somebody
        finally:
            self._hear = None
