"""Questions in a row: drawn on a terminal that can draw, and line by line everywhere else."""

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable

import pytest

from sekisho.adapters.interview import TerminalInterview
from sekisho.errors import InputNeeded

ACCOUNTS = ("hoge-dev (1234567891011)", "hoge-prod (1234567891013)", "hoge-stg (1234567891012)")
DRAWN = """
import os, sys
from sekisho.adapters.interview import TerminalInterview
person = TerminalInterview(os.environ)
name = person.ask("Name [None]:", option="--name", check=lambda text: None if text else "A value")
picked = person.pick("There are 3.", ["dev", "prod", "stg"], option="--account")
print("RESULT", name, picked)
"""
UNTIL_THE_END = """
import os
from sekisho.adapters.interview import TerminalInterview
from sekisho.errors import InputNeeded
person = TerminalInterview(os.environ)
person.ask("Name [None]:", option="--name", check=lambda text: None)
try:
    person.ask("dev, prod or stg:", option="--account", check=lambda text: None)
except InputNeeded as error:
    print("RESULT", error.do)
"""


class Keyboard(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


def interview(
    typed: str, *, no_input: bool = False, yes: bool = False
) -> tuple[TerminalInterview, io.StringIO]:
    screen = io.StringIO()
    person = TerminalInterview(
        {}, no_input=no_input, yes=yes, keyboard=Keyboard(typed), screen=screen
    )
    return person, screen


def anything(_text: str) -> None:
    return None


def required(text: str) -> str | None:
    return None if text else "A value is required"


def test_an_answer_is_stripped_and_may_be_empty() -> None:
    person, screen = interview("  hoge \n\n")

    assert person.ask("Name:", option="--name", check=anything) == "hoge"
    assert person.ask("Name:", option="--name", check=anything) == ""
    assert screen.getvalue() == "Name: Name: "


def test_what_is_wrong_is_said_and_asked_again() -> None:
    person, screen = interview("\nhoge\n")

    assert person.ask("Name:", option="--name", check=required) == "hoge"
    assert screen.getvalue() == "Name: A value is required\nName: "


def test_lines_of_a_pipe_are_answers_and_their_end_is_none() -> None:
    screen = io.StringIO()
    person = TerminalInterview({}, keyboard=io.StringIO("hoge\n"), screen=screen)

    assert person.ask("Name:", option="--name", check=anything) == "hoge"
    with pytest.raises(InputNeeded) as refused:
        person.ask("Region:", option="--region", check=anything)
    assert (refused.value.what, refused.value.do) == (
        "an answer is needed: Region:",
        "answer in advance: --region",
    )
    assert screen.getvalue() == "Name: \nRegion: \n"


@pytest.mark.parametrize(
    "put",
    [
        lambda person: person.ask("Which?", option="--name", check=anything),
        lambda person: person.pick("Which?", ACCOUNTS, option="--name"),
        lambda person: person.confirm("Which?", option="--name"),
    ],
)
def test_with_no_input_nothing_is_asked(put: Callable[[TerminalInterview], object]) -> None:
    person, _ = interview("hoge\n", no_input=True)

    with pytest.raises(InputNeeded, match=r"an answer is needed: Which\?") as refused:
        put(person)
    assert refused.value.do == "answer in advance: --name"


@pytest.mark.parametrize(
    ("typed", "picked"),
    [("2\n", 1), ("stg\n", 2), ("1234567891011\n", 0), ("HOGE\nprod\n", 1), ("9\n\n3\n", 2)],
)
def test_a_list_is_picked_from_by_number_or_by_a_part_of_the_name(typed: str, picked: int) -> None:
    person, _ = interview(typed)

    assert person.pick("There are 3.", ACCOUNTS, option="--sso-account-id") == picked


def test_a_whole_name_wins_over_those_that_it_is_a_part_of() -> None:
    person, _ = interview("readonly\n")

    assert person.pick("Roles:", ("ReadOnlyAccess", "ReadOnly"), option="--sso-role-name") == 1


def test_what_is_like_nothing_is_said_and_the_whole_list_is_shown_again() -> None:
    person, screen = interview("fuga\n1\n")
    person.pick("There are 3.", ACCOUNTS, option="--sso-account-id")

    assert "Nothing in the list is like fuga." in screen.getvalue()
    assert screen.getvalue().count("  3) hoge-stg (1234567891012)") == 2


def test_of_a_long_list_the_first_ten_are_shown() -> None:
    person, screen = interview("11\n")

    assert person.pick("Roles:", [f"role-{n}" for n in range(1, 13)], option="--role") == 10
    assert "  10) role-10\n  … and 2 more: type a part of the name\n" in screen.getvalue()


def test_yes_answers_unasked_and_enter_is_a_no() -> None:
    assert interview("", yes=True)[0].confirm("Change it?", option="--yes")
    assert not interview("\n")[0].confirm("Change it?", option="--yes")
    assert interview("maybe\nY\n")[0].confirm("Change it?", option="--yes")


def test_a_terminal_that_can_draw_gets_a_menu_that_filters() -> None:
    result, shown = _on_a_terminal("xterm", b"hoge\r", b"st\r")

    assert result == "RESULT hoge 2\n"
    assert "There are 3." in shown


def test_the_end_of_the_input_is_no_answer_on_a_terminal_that_draws() -> None:
    result, _ = _on_a_terminal("xterm", b"hoge\r", b"\x04", program=UNTIL_THE_END)

    assert result == "RESULT answer in advance: --account\n"


def test_a_terminal_that_cannot_draw_gets_numbers() -> None:
    result, shown = _on_a_terminal("dumb", b"hoge\r", b"3\r")

    assert result == "RESULT hoge 2\n"
    assert "3) stg" in shown


def _on_a_terminal(term: str, *typed: bytes, program: str = DRAWN) -> tuple[str, str]:
    """Run `program` on a terminal of its own; type each answer when its question has come."""
    ours, its = pty.openpty()
    environ = {"TERM": term, "PYTHONPATH": ":".join(sys.path), "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=its, stdout=subprocess.PIPE, stderr=its, env=environ
    ) as process:
        os.close(its)
        shown = b""
        for question, answer in zip((b"Name [None]:", b"stg"), typed, strict=True):
            while question not in shown:
                shown += os.read(ours, 4096)
            os.write(ours, answer)
        assert process.stdout is not None
        result = process.stdout.read().decode()
    os.close(ours)
    return result, shown.decode()
