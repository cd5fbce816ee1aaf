"""Where a passphrase comes from: a file that the environment names, else the person."""

from pathlib import Path

import pytest

from sekisho import ports
from sekisho.cli.sealing import PASSPHRASE_FILE, PersonsPassphrases
from sekisho.errors import FileUnreadable, InputNeeded, PassphraseNeeded, UsageError
from sekisho.secret import Secret
from sekisho.store.custody import Passphrases
from sekisho.testing.terminal import ScriptedTerminal


def in_file(path: Path, text: str) -> Passphrases:
    path.write_text(text)
    return PersonsPassphrases({PASSPHRASE_FILE: str(path)}, None)


def test_a_passphrase_that_was_chosen_before_is_asked_for_once() -> None:
    terminal = ScriptedTerminal(" with its spaces ")
    there: ports.Terminal = terminal

    assert PersonsPassphrases({}, there).known() == Secret(" with its spaces ")
    assert terminal.asked == ["Passphrase of the sealed store:"]


def test_a_new_passphrase_is_asked_for_twice() -> None:
    terminal = ScriptedTerminal("fake one", "fake one")

    assert PersonsPassphrases({}, terminal).chosen() == Secret("fake one")
    assert terminal.asked == ["Choose a passphrase for the sealed store:", "The same again:"]
    assert ["AWS tools cannot ask for it" in said for said in terminal.said] == [True]


def test_two_that_differ_and_one_of_nothing_are_asked_for_again() -> None:
    terminal = ScriptedTerminal("fake one", "fake two", "  ", "fake three", "fake three")

    assert PersonsPassphrases({}, terminal).chosen() == Secret("fake three")
    assert terminal.said[1:] == ["Those are two different ones.", "That is empty."]


def test_whoever_cannot_choose_is_not_asked_for_ever() -> None:
    with pytest.raises(UsageError, match="no passphrase was chosen"):
        PersonsPassphrases({}, ScriptedTerminal("", "", "", "fake", "fake")).chosen()


def test_where_nobody_answers_the_variable_is_named() -> None:
    with pytest.raises(InputNeeded) as needed:
        PersonsPassphrases({}, ScriptedTerminal()).known()

    assert PASSPHRASE_FILE in needed.value.do


@pytest.mark.parametrize("environ", [{}, {PASSPHRASE_FILE: ""}])
def test_a_command_that_never_asks_names_the_variable(environ: dict[str, str]) -> None:
    passphrases = PersonsPassphrases(environ, None)

    assert not passphrases.preferred
    for wanted in (passphrases.known, passphrases.chosen):
        with pytest.raises(PassphraseNeeded) as needed:
            wanted()
        assert PASSPHRASE_FILE in needed.value.do


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_holds_the_passphrase_and_perhaps_the_end_of_a_line(
    tmp_path: Path, end: str
) -> None:
    passphrases = in_file(tmp_path / "passphrase", f" fake 鍵 {end}")

    assert passphrases.preferred
    assert passphrases.known() == passphrases.chosen() == Secret(" fake 鍵 ")


@pytest.mark.parametrize("text", ["", "\n", "  \n"])
def test_a_file_of_nothing_is_no_passphrase(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="the passphrase is empty"):
        in_file(tmp_path / "passphrase", text).known()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="there is no such file"):
        PersonsPassphrases({PASSPHRASE_FILE: str(tmp_path / "none")}, None).known()
