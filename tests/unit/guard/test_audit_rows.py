"""What is found in a log, and what is put together."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.adapters.audit_file import AuditFile
from sekisho.guard.audit import Event, Kind
from sekisho.guard.audit_files import LIVE, log_files
from sekisho.guard.audit_rows import Question, find, rows
from sekisho.ports import Asker
from sekisho.testing.clock import START, FakeClock

HOUR = 3600
ZSH = ("zsh (4000)", "tmux (900)")


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Story:
    """A log that is written hour by hour; it begins at nine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self._log = AuditFile(folder, self.clock, most_bytes=2000)

    def tells(
        self,
        kind: Kind,
        profile: str | None = None,
        *,
        by: str = "aws",
        pid: int = 7,
        hours: int = 1,
    ) -> None:
        asker = Asker(pid, 1000, by, f"/usr/bin/{by}", ZSH)
        self._log.write(Event(kind, profile, environment=profile, asker=asker))
        self.clock.advance(hours * HOUR)

    def shown(self, question: Question = Question()) -> list[tuple[str, str | None, int]]:  # noqa: B008
        found = find(self.folder, question)
        return [
            (row.line.kind, row.line.profile, row.count)
            for _, of_day in rows(found.lines)
            for row in of_day
        ]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path / "audit")


def test_releases_of_one_program_are_one_row(story: Story) -> None:
    story.tells(Kind.OPENING, "dev")
    for pid in (7, 8, 9):
        story.tells(Kind.RELEASE, "dev", pid=pid)

    assert story.shown() == [("opening", "dev", 1), ("release", "dev", 3)]


def test_a_row_says_from_when_until_when(story: Story) -> None:
    for _ in range(3):
        story.tells(Kind.RELEASE, "dev")
    ((_, (row,)),) = rows(find(story.folder, Question()).lines)

    assert (row.line.at, row.last) == (START, START + timedelta(hours=2))
    assert row.programs == ("aws", "zsh", "tmux")


def test_another_program_profile_or_kind_is_another_row(story: Story) -> None:
    for _ in range(2):
        story.tells(Kind.RELEASE, "dev")
        story.tells(Kind.RELEASE, "dev", by="terraform")
        story.tells(Kind.RELEASE, "prod")
        story.tells(Kind.REFUSAL, "dev")

    assert story.shown() == [
        ("release", "dev", 2),
        ("release", "dev", 2),
        ("release", "prod", 2),
        ("refusal", "dev", 2),
    ]


def test_a_gate_that_opens_or_closes_begins_a_new_row_of_its_own_profile(story: Story) -> None:
    story.tells(Kind.RELEASE, "dev")
    story.tells(Kind.RELEASE, "prod")
    story.tells(Kind.CLOSING, "dev")
    story.tells(Kind.RELEASE, "dev")
    story.tells(Kind.RELEASE, "prod")

    assert story.shown() == [
        ("release", "dev", 1),
        ("release", "prod", 2),
        ("closing", "dev", 1),
        ("release", "dev", 1),
    ]


def test_so_does_what_closes_all_of_them(story: Story) -> None:
    story.tells(Kind.RELEASE, "dev")
    story.tells(Kind.AGENT_STOP)
    story.tells(Kind.RELEASE, "dev")

    assert [count for _, _, count in story.shown()] == [1, 1, 1]


def test_a_day_ends_at_midnight(story: Story) -> None:
    story.tells(Kind.RELEASE, "dev", hours=15)
    story.tells(Kind.RELEASE, "dev")
    days = [
        (day.isoformat(), len(of_day)) for day, of_day in rows(find(story.folder, Question()).lines)
    ]

    assert days == [("2026-11-22", 1), ("2026-11-23", 1)]


@pytest.mark.parametrize(
    "question, seqs",
    [
        (Question(profile="prod"), [2, 3]),
        (Question(environment="dev"), [1, 4]),
        (Question(kinds=("opening",)), [1]),
        (Question(since=START + timedelta(hours=1)), [2, 3, 4]),
        (Question(until=START + timedelta(hours=1)), [1]),
        (Question(since=START + timedelta(hours=1), until=START + timedelta(hours=3)), [2, 3]),
        (Question(profile="prod", kinds=("refusal", "closing")), [3]),
    ],
)
def test_a_question_has_conditions(story: Story, question: Question, seqs: list[int]) -> None:
    story.tells(Kind.OPENING, "dev")
    story.tells(Kind.RELEASE, "prod")
    story.tells(Kind.REFUSAL, "prod")
    story.tells(Kind.CLOSING, "dev")

    assert [line.seq for line in find(story.folder, question).lines] == seqs


def test_an_answer_goes_back_through_the_files_in_their_order(story: Story) -> None:
    for _ in range(20):
        story.tells(Kind.RELEASE, "dev")

    assert len(log_files(story.folder)) > 3
    assert [line.at for line in find(story.folder, Question()).lines] == [
        START + timedelta(hours=hours) for hours in range(20)
    ]


def test_files_from_before_the_time_that_is_asked_about_are_not_read(story: Story) -> None:
    for _ in range(20):
        story.tells(Kind.RELEASE, "dev")
    oldest = log_files(story.folder)[0]
    oldest.unlink()
    oldest.mkdir()

    assert len(find(story.folder, Question(since=START + timedelta(hours=15))).lines) == 5


def test_what_the_log_says_of_its_own_files_is_shown_to_whoever_asks(story: Story) -> None:
    for _ in range(20):
        story.tells(Kind.RELEASE, "dev")

    assert {kind for kind, _, _ in story.shown()} == {"release"}
    assert {kind for kind, _, _ in story.shown(Question(kinds=("rotated",)))} == {"rotated"}


def test_lines_that_cannot_be_read_are_counted_and_a_half_one_is_not_there_yet(
    story: Story,
) -> None:
    story.tells(Kind.RELEASE, "dev")
    with (story.folder / LIVE).open("ab") as stream:
        stream.write(b'gone\n{"seq":3')
    found = find(story.folder, Question())

    assert (len(found.lines), found.unreadable) == (1, 1)


def test_where_there_is_no_log_nothing_is_found(tmp_path: Path) -> None:
    assert find(tmp_path / "audit", Question()).lines == ()
