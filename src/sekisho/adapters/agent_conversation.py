"""A client in the middle of an opening, between the event loop and the thread that opens."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator

from sekisho.errors import SignInTimedOut
from sekisho.guard import protocol
from sekisho.guard.answers import Answer
from sekisho.guard.asks import Ask, Pasted
from sekisho.guard.conversation import HungUp

__all__ = ["LineConversation"]

_PATIENCE = 300.0
"""Seconds that the person has to answer a question."""
_MOST_UNHEARD = 16


class LineConversation:
    """The real `Conversation`. `take` and `hang_up` belong to the event loop."""

    def __init__(
        self, send: Callable[[bytes], None], *, login: str, patience: float = _PATIENCE
    ) -> None:
        """Speak through `send`, which may be called on any thread; `login` is for messages."""
        self._send = send
        self._login = login
        self._patience = patience
        self._heard: queue.Queue[Ask | None] = queue.Queue()
        self._pastes: queue.Queue[str | None] = queue.Queue()
        self._gone = threading.Event()
        self._turn = threading.Lock()
        self._when_gone: list[Callable[[], None]] = []

    # --- on the event loop -----------------------------------------------------------------------

    def take(self, ask: Ask) -> bool:
        """Take what the client has said; `False`: it says more than anybody hears."""
        if isinstance(ask, Pasted):
            if self._pastes.qsize() < _MOST_UNHEARD:
                self._pastes.put(ask.text)
            return True
        if self._heard.qsize() >= _MOST_UNHEARD:
            return False
        self._heard.put(ask)
        return True

    def hang_up(self) -> None:
        """The client has gone."""
        with self._turn:
            self._gone.set()
            acts = tuple(self._when_gone)
        self._heard.put(None)
        for act in acts:
            act()

    # --- on the thread that opens ----------------------------------------------------------------

    def say(self, answer: Answer) -> None:
        """Tell the client. Raises `HungUp`."""
        self.pause(0)
        self._send(protocol.encode(answer))

    def hear(self) -> Ask:
        """Wait for what the client says next; see `Conversation.hear`."""
        try:
            heard = self._heard.get(timeout=self._patience)
        except queue.Empty:
            raise SignInTimedOut(minutes=self._patience / 60, login=self._login) from None
        if heard is None:
            self._heard.put(None)
            raise HungUp
        return heard

    def pause(self, seconds: float) -> None:
        """Wait for `seconds`. Raises `HungUp` at once when the client goes."""
        if self._gone.wait(seconds):
            raise HungUp

    @contextlib.contextmanager
    def pasted(self, hear: Callable[[str], None]) -> Iterator[None]:
        """Hand every `Pasted` to `hear`, on a thread of its own, while the block runs."""
        hearer = threading.Thread(target=self._hand_on, args=(hear,), daemon=True)
        hearer.start()
        try:
            yield
        finally:
            self._pastes.put(None)
            hearer.join(1.0)

    @contextlib.contextmanager
    def when_gone(self, act: Callable[[], None]) -> Iterator[None]:
        """Call `act` when the client goes while the block runs, or has gone already."""
        with self._turn:
            self._when_gone.append(act)
            gone = self._gone.is_set()
        if gone:
            act()
        try:
            yield
        finally:
            with self._turn:
                self._when_gone.remove(act)

    def _hand_on(self, hear: Callable[[str], None]) -> None:
        while (text := self._pastes.get()) is not None:
            with contextlib.suppress(HungUp):
                hear(text)
