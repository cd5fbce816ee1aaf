"""The client's end of an opening, between the event loop and the thread that opens."""

import threading

import pytest

from sekisho.adapters.agent_conversation import LineConversation
from sekisho.errors import SignInTimedOut
from sekisho.guard.answers import MayPaste
from sekisho.guard.asks import Browsed, Pasted
from sekisho.guard.conversation import HungUp


def conversation(sent: list[bytes] | None = None, patience: float = 30.0) -> LineConversation:
    keep = [] if sent is None else sent
    return LineConversation(keep.append, login="sekisho login", patience=patience)


def test_what_is_said_is_sent_as_a_line() -> None:
    sent: list[bytes] = []
    conversation(sent).say(MayPaste())

    assert sent == [b'{"answer":"may-paste","version":1}\n']


def test_what_the_client_says_is_heard() -> None:
    line = conversation()
    line.take(Browsed(opened=True))

    assert line.hear() == Browsed(opened=True)


def test_a_client_that_has_gone_is_spoken_to_no_more() -> None:
    line = conversation()
    line.hang_up()

    with pytest.raises(HungUp):
        line.say(MayPaste())
    with pytest.raises(HungUp):
        line.hear()
    with pytest.raises(HungUp):
        line.pause(60)


def test_whoever_waits_hears_at_once_that_the_client_has_gone() -> None:
    line = conversation()
    raised: list[type[BaseException]] = []

    def wait() -> None:
        try:
            line.pause(60)
        except HungUp:
            raised.append(HungUp)

    waiting = threading.Thread(target=wait)
    waiting.start()
    line.hang_up()
    waiting.join(30)

    assert raised == [HungUp]


def test_a_client_that_says_nothing_is_waited_for_so_long_and_no_longer() -> None:
    with pytest.raises(SignInTimedOut):
        conversation(patience=0.0).hear()


def test_a_client_that_says_more_than_anybody_hears_is_not_listened_to() -> None:
    line = conversation()
    taken = [line.take(Browsed(opened=True)) for _ in range(20)]

    assert taken == [True] * 16 + [False] * 4


def test_what_is_pasted_is_handed_on_while_somebody_wants_it() -> None:
    line, heard, came = conversation(), list[str](), threading.Event()

    def hear(text: str) -> None:
        heard.append(text)
        came.set()

    with line.pasted(hear):
        line.take(Pasted("http://127.0.0.1/"))
        assert came.wait(30)

    assert heard == ["http://127.0.0.1/"]


def test_who_wants_to_know_when_the_client_goes_is_told() -> None:
    line, told = conversation(), list[str]()
    with line.when_gone(lambda: told.append("gone")):
        line.hang_up()
    with line.when_gone(lambda: told.append("had gone")):
        pass

    assert told == ["gone", "had gone"]
