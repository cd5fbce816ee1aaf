"""What `check` says of a log that somebody has been at."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.guard.audit import BEGINNING, Event, Kind, digest, encode, line_of
from sekisho.guard.audit_check import check
from sekisho.guard.audit_files import Left, Tail

AT = datetime(2026, 11, 28, 9, 12, tzinfo=UTC)
LIVE = Path("audit.jsonl")
FIRST, SECOND = Path("audit-000001.jsonl"), Path("audit-000002.jsonl")


def chain(count: int, *, rotated_at: int = 0, begins: int = 1) -> list[bytes]:
    """Make lines that are whole, each with its end."""
    lines: list[bytes] = []
    prev = BEGINNING
    for seq in range(1, count + 1):
        kind = Kind.ROTATED if seq == rotated_at else Kind.RELEASE
        told = begins if seq == rotated_at else None
        raw = encode(line_of(Event(kind, "dev"), seq=seq, at=AT, prev=prev, begins=told))
        lines.append(raw + b"\n")
        prev = digest(raw)
    return lines


def left(lines: Sequence[bytes]) -> Left:
    return Left(Tail(len(lines), digest(lines[-1][:-1])), 1, 2, 3, 4)


def faults(lines: Sequence[bytes], note: Left | None = None) -> list[tuple[int, str]]:
    found = check([(LIVE, b"".join(lines))], note, LIVE)
    return [(fault.line, fault.what) for fault in found.faults]


def test_a_whole_log_has_no_fault() -> None:
    lines = chain(5)

    assert check([(LIVE, b"".join(lines))], left(lines), LIVE).lines == 5
    assert faults(lines, left(lines)) == []


def test_no_log_at_all_is_whole() -> None:
    assert check([], None, LIVE).faults == ()


def test_a_changed_line_is_named() -> None:
    lines = chain(5)
    lines[2] = lines[2].replace(b'"dev"', b'"prd"')

    assert faults(lines) == [(3, "was changed: the next line holds another digest of it")]


def test_a_changed_last_line_shows_by_what_was_written_down_of_it() -> None:
    lines = chain(5)
    note = left(lines)
    lines[4] = lines[4].replace(b'"dev"', b'"prd"')

    assert faults(lines, note) == [(5, "was changed: it is not as sekisho wrote it")]


def test_a_line_that_became_no_line_is_named_alone() -> None:
    lines = chain(5)
    lines[2] = b"gone\n"

    assert faults(lines) == [(3, "is no line of the log any more")]


def test_missing_lines_are_counted() -> None:
    lines = chain(6)

    assert faults([*lines[:2], *lines[4:]]) == [
        (3, "2 lines are missing before this one: of 3 to 4")
    ]


def test_lines_that_were_cut_off_show_by_what_was_written_down_of_the_end() -> None:
    lines = chain(6)

    assert faults(lines[:4], left(lines)) == [(4, "lines 5 to 6 are missing after this one")]


def test_a_log_that_was_removed_shows_too() -> None:
    assert faults([], left(chain(3))) == [(1, "lines 1 to 3 are missing after this one")]


def test_lines_in_another_order_are_named() -> None:
    first, second, third, fourth = chain(4)

    assert faults([first, third, second, fourth]) == [
        (2, "1 line is missing before this one: of 2 to 2"),
        (3, "is out of order: line 2 of the log after 3"),
    ]


def test_a_line_that_stands_there_twice_is_out_of_order() -> None:
    lines = chain(3)

    assert faults([*lines, lines[2]]) == [(4, "is out of order: line 3 of the log after 3")]


def test_a_first_line_that_names_one_before_it_was_changed() -> None:
    lines = chain(3)
    lines[0] = lines[0].replace(BEGINNING.encode(), b"1" * 64)

    assert faults(lines)[0] == (1, "was changed: it is the first, and names one before it")


def test_a_torn_end_is_named() -> None:
    assert faults([*chain(3), b'{"seq":4,"ti']) == [(4, "is torn, or is no line of the log")]


def test_a_torn_end_that_the_log_went_on_after_is_a_remark() -> None:
    lines = chain(3)
    raw = encode(line_of(Event(Kind.REPAIRED), seq=4, at=AT, prev=digest(lines[2][:-1])))
    found = check([(LIVE, b"".join([*lines, b'{"seq"\n', raw, b"\n"]))], None, LIVE)

    assert found.faults == ()
    assert [(remark.line, remark.what) for remark in found.remarks] == [
        (4, "was torn, and the log went on after it")
    ]


def test_what_sekisho_found_altered_is_a_fault_for_good() -> None:
    lines = chain(3)
    event = Event(Kind.ALTERED, detail="line 3 is not there as it was written")
    raw = encode(line_of(event, seq=4, at=AT, prev=digest(lines[2][:-1])))

    assert faults([*lines, raw + b"\n"]) == [
        (4, "sekisho found, when it wrote this line: line 3 is not there as it was written")
    ]


def test_the_chain_goes_on_across_files() -> None:
    lines = chain(6, rotated_at=4)
    log = [(FIRST, b"".join(lines[:3])), (LIVE, b"".join(lines[3:]))]

    assert check(log, left(lines), LIVE).faults == ()
    assert check(log, left(lines), LIVE).remarks == ()


def test_a_change_in_the_last_line_of_a_full_file_shows_by_the_next_file() -> None:
    lines = chain(6, rotated_at=4)
    lines[2] = lines[2].replace(b'"dev"', b'"prd"')
    log = [(FIRST, b"".join(lines[:3])), (LIVE, b"".join(lines[3:]))]

    assert [(fault.path, fault.line) for fault in check(log, None, LIVE).faults] == [(FIRST, 3)]


def test_a_file_that_the_log_let_go_of_is_a_remark() -> None:
    lines = chain(6, rotated_at=4, begins=3)
    found = check([(SECOND, lines[2]), (LIVE, b"".join(lines[3:]))], None, LIVE)

    assert found.faults == ()
    assert [remark.what for remark in found.remarks] == [
        "is the oldest that is kept; it was line 3 of the whole log"
    ]


def test_a_file_that_somebody_else_removed_is_missing() -> None:
    lines = chain(6, rotated_at=4, begins=1)
    found = check([(LIVE, b"".join(lines[3:]))], None, LIVE)

    assert [fault.what for fault in found.faults] == ["lines 1 to 3 are missing before this one"]


def test_a_file_that_is_missing_between_others_is_named() -> None:
    lines = chain(3)
    log = [(FIRST, lines[0]), (Path("audit-000003.jsonl"), lines[2])]

    assert check(log, None, LIVE).faults[0].what == "files between 1 and 3 are missing"


@pytest.mark.parametrize("noise", [b"\n", b"\n\n\n", b"\xff\n"])
def test_noise_between_lines_is_named(noise: bytes) -> None:
    first, second = chain(2)

    assert faults([first, noise, second])[0] == (2, "is no line of the log any more")
