"""Talk goes to stderr; questions are asked only where somebody can answer."""

import io
from typing import NoReturn

import pytest

from sekisho.adapters.terminal import StderrTerminal
from sekisho.errors import InputNeeded


class Keyboard(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


class BrokenPipe(io.StringIO):
    """A screen that nobody reads any more."""

    def write(self, text: str) -> NoReturn:
        raise BrokenPipeError


def terminal(typed: str = "", **options: bool) -> tuple[StderrTerminal, io.StringIO]:
    screen = io.StringIO()
    return StderrTerminal(keyboard=Keyboard(typed), screen=screen, **options), screen


def test_what_is_said_is_a_line() -> None:
    person, screen = terminal()
    person.say("one\ntwo")
    person.say()

    assert screen.getvalue() == "one\ntwo\n\n"


def test_what_is_said_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    StderrTerminal().say("talk")

    assert capsys.readouterr() == ("", "talk\n")


def test_nobody_listening_is_no_reason_to_stop() -> None:
    StderrTerminal(screen=BrokenPipe()).say("talk")


def test_an_answer_is_one_line_without_its_end() -> None:
    person, screen = terminal("  dev \nmore\n")

    assert person.ask("Which profile?") == "dev"
    assert screen.getvalue() == "Which profile? "


def test_a_question_is_bold_where_there_is_colour() -> None:
    person, screen = terminal("x\n", color=True)
    person.ask("Which?")

    assert screen.getvalue() == "\x1b[1mWhich?\x1b[0m "


@pytest.mark.parametrize("person", [terminal("x\n", no_input=True), terminal("")])
def test_nobody_there_to_answer_is_an_error_with_the_question(
    person: tuple[StderrTerminal, io.StringIO],
) -> None:
    with pytest.raises(InputNeeded) as needed:
        person[0].ask("Which profile?")

    assert "Which profile?" in str(needed.value)


def test_an_input_that_is_no_terminal_answers_nothing() -> None:
    with pytest.raises(InputNeeded):
        StderrTerminal(keyboard=io.StringIO("y\n"), screen=io.StringIO()).ask("Which?")


@pytest.mark.parametrize(
    ("typed", "confirmed"),
    [
        ("y\n", True),
        ("YES\n", True),
        ("n\n", False),
        ("no\n", False),
        ("\n", False),
        ("maybe\nyes\n", True),
    ],
)
def test_a_yes_or_no_question_is_asked_until_it_is_answered(typed: str, *, confirmed: bool) -> None:
    person, _ = terminal(typed)

    assert person.confirm("Write it?", option="--yes") is confirmed


@pytest.mark.parametrize("no_input", [True, False])
def test_yes_has_answered_before_anything_is_asked(*, no_input: bool) -> None:
    person, screen = terminal("", yes=True, no_input=no_input)

    assert person.confirm("Write it?", option="--yes")
    assert screen.getvalue() == ""


def test_a_yes_or_no_question_that_nobody_answers_names_the_option() -> None:
    person, screen = terminal("y\n", no_input=True)

    with pytest.raises(InputNeeded) as needed:
        person.confirm("Write it?", option="--yes")

    assert "--yes" in needed.value.do
    assert screen.getvalue() == ""
