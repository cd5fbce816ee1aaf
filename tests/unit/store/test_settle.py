"""Files that somebody else may be writing: waiting, by the clock, and never touching."""

from pathlib import Path

import pytest

from sekisho.store.settle import Torn, read_settled, read_settled_or_none
from sekisho.testing.clock import FakeClock


def parse(data: bytes) -> bytes:
    if not data.endswith(b"}"):
        raise ValueError("it was cut off")
    return data


def test_a_whole_file_is_read_without_waiting(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "cache.json"
    path.write_bytes(b"{}")

    assert read_settled(path, parse, clock) == b"{}"
    assert clock.slept == []


def test_an_absent_file_is_none_without_waiting(tmp_path: Path, clock: FakeClock) -> None:
    assert read_settled(tmp_path / "cache.json", parse, clock) is None
    assert clock.slept == []


@pytest.mark.parametrize("half", [b"", b'{"accessTok'])
def test_a_file_that_is_being_written_is_read_when_it_stands_still(
    tmp_path: Path, clock: FakeClock, half: bytes
) -> None:
    path = tmp_path / "cache.json"
    path.write_bytes(half)
    clock.at(0.4, lambda: path.write_bytes(b'{"whole": 1}'))

    assert read_settled(path, parse, clock) == b'{"whole": 1}'


def test_a_file_that_stays_torn_is_given_up_after_half_a_second(
    tmp_path: Path, clock: FakeClock
) -> None:
    path = tmp_path / "cache.json"
    path.write_bytes(b"{")

    with pytest.raises(Torn, match="it was cut off"):
        read_settled(path, parse, clock)

    assert clock.monotonic() == pytest.approx(0.5)


def test_a_torn_file_is_left_as_it_is(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "cache.json"
    path.write_bytes(b"{")

    assert read_settled_or_none(path, parse, clock) is None
    assert path.read_bytes() == b"{"
    assert [entry.name for entry in tmp_path.iterdir()] == ["cache.json"]


def test_a_file_that_vanishes_meanwhile_is_none(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "cache.json"
    path.write_bytes(b"{")
    clock.at(0.1, path.unlink)

    assert read_settled(path, parse, clock) is None


def test_nesting_beyond_reason_is_a_torn_file(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "cache.json"
    path.write_bytes(b"[" * 200_000)

    def recurse(data: bytes) -> bytes:
        return recurse(data)

    with pytest.raises(Torn, match="nested too deeply"):
        read_settled(path, recurse, clock)
