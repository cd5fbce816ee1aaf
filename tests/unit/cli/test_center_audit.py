"""`sekisho center audit`, as an operator types it."""

import json

import pytest

from tests.unit.cli.conftest import CommandLine


@pytest.fixture
def audited(sekisho: CommandLine) -> CommandLine:
    """A center in which somebody was added, disabled and enabled."""
    sekisho("center", "user", "add", "nene", "--generate-password")
    sekisho("center", "user", "disable", "nene")
    sekisho("center", "user", "enable", "nene")
    return sekisho


def test_it_tells_what_happened_in_sentences_oldest_first(audited: CommandLine) -> None:
    run = audited("center", "audit")

    lines = [line.partition("Z ")[2] for line in run.out.splitlines()]
    assert lines == [
        "nene was added. Done on the center’s own machine.",
        "nene was disabled. Sessions that ended: 0. Done on the center’s own machine.",
        "nene was enabled. Done on the center’s own machine.",
    ]


def test_the_newest_come_first_when_asked_and_no_more_than_asked(audited: CommandLine) -> None:
    run = audited("center", "audit", "--reverse", "--lines", "1")

    assert "was enabled" in run.out
    assert run.out.count("\n") == 1


def test_programs_get_a_line_of_json_for_each(audited: CommandLine) -> None:
    run = audited("center", "audit", "--json", "--event", "user.disabled", "--person", "nene")

    (line,) = map(json.loads, run.out.splitlines())
    assert (line["version"], line["event"], line["by"]["name"]) == (1, "user.disabled", "operator")


def test_what_is_not_found_is_no_error(audited: CommandLine) -> None:
    run = audited("center", "audit", "--since", "always", "--until", "2020-01-01")

    assert (run.status, run.out) == (0, "")


def test_an_event_that_there_is_not_is_refused_with_those_that_there_are(
    audited: CommandLine,
) -> None:
    run = audited("center", "audit", "--event", "user.vanished")

    assert run.status == 2
    assert "user.disabled" in run.err


@pytest.mark.parametrize("more", [["--reverse"], ["--lines", "3"], ["--until", "today"]])
def test_following_has_no_end_and_no_other_order(audited: CommandLine, more: list[str]) -> None:
    assert audited("center", "audit", "--follow", *more).status == 2


def test_signing_somebody_out_ends_everything_of_theirs(audited: CommandLine) -> None:
    run = audited("center", "user", "sign-out", "nene")

    assert run.status == 0
    assert "nene was not signed in anywhere" in run.err
    assert "Everything of nene was ended" not in audited("center", "audit").out
