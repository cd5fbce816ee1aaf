"""Sentences on a terminal: broken between words, by the columns that they take."""

import io

import pytest

from sekisho.cli.show.prose import columns, padded, wrapped


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def at(width: int, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    return wrapped(text, Terminal()).split("\n")


def test_a_line_goes_on_below_its_indent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at(16, "  one two three  four", monkeypatch) == ["  one two three", "  four"]


def test_an_address_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://hoge.awsapps.com/start"

    assert at(12, f"go to {url} now", monkeypatch) == ["go to", url, "now"]


def test_paint_takes_no_column_and_a_wide_character_takes_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert columns("\x1b[1;31m関所\x1b[0m e\u0301") == 6
    assert at(9, "\x1b[31m関所 関所\x1b[0m", monkeypatch) == ["\x1b[31m関所 関所\x1b[0m"]
    assert at(8, "関所 関所", monkeypatch) == ["関所", "関所"]
    assert padded("関", 4) == "関  "


def test_what_a_program_reads_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)

    assert wrapped("word " * 60, io.StringIO()) == "word " * 60
