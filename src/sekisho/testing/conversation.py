"""A client in the middle of an opening, as a test makes it up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sekisho.guard.answers import Answer, Approve, Browse, Confirm
from sekisho.guard.asks import Approved, Ask, Browsed, Typed
from sekisho.guard.conversation import HungUp
from sekisho.ports import Clock

__all__ = ["FakeConversation"]


class FakeConversation:
    """Satisfies `guard.conversation.Conversation`: keeps what is said, and answers what is asked."""

    def __init__(
        self,
        clock: Clock,
        *,
        types: str = "",
        approves: bool = True,
        browse: Callable[[str], object] = lambda _url: None,
    ) -> None:
        """It `types` a name, `approves` policies or not, and may `browse`."""
        self._clock = clock
        self._types = types
        self._approves = approves
        self._browse = browse
        self._next: Ask | None = None
        self.said: list[Answer] = []
        """Everything that the agent said, in order."""
        self.gone = False
        """Whether it has hung up."""

    def heard(self, kind: type[Answer]) -> list[Answer]:
        """Return what was said of one kind."""
        return [each for each in self.said if isinstance(each, kind)]

    def say(self, answer: Answer) -> None:
        """Keep what is said, and know the answer. Raises `HungUp`."""
        self.pause(0)
        self.said.append(answer)
        match answer:
            case Browse(url):
                self._browse(url)
                self._next = Browsed(opened=True)
            case Confirm():
                self._next = Typed(self._types)
            case Approve(digest=digest):
                self._next = Approved(digest if self._approves else "")

    def hear(self) -> Ask:
        """Answer. Raises `HungUp`, also where nothing was asked."""
        self.pause(0)
        if self._next is None:
            raise HungUp
        answer, self._next = self._next, None
        return answer

    def pause(self, seconds: float) -> None:
        """Let time pass. Raises `HungUp`."""
        if seconds:
            self._clock.sleep(seconds)
        if self.gone:
            raise HungUp

    @contextmanager
    def pasted(self, hear: Callable[[str], None]) -> Iterator[None]:  # noqa: ARG002 (the port's)
        """Paste nothing."""
        yield

    @contextmanager
    def when_gone(self, act: Callable[[], None]) -> Iterator[None]:  # noqa: ARG002 (the port's)
        """Go when a test says so, and never by itself."""
        yield
