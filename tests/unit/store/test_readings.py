"""What lies in a cache folder, whoever put it there."""

from pathlib import Path

import pytest

from sekisho.store.readings import is_token, readings
from sekisho.testing.clock import FakeClock


def test_every_file_is_read_in_the_order_of_the_names(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"accessToken": "fake"}')
    (tmp_path / "a.json").write_text("[]")

    found = readings(tmp_path, FakeClock())

    assert list(found.items()) == [
        (tmp_path / "a.json", "it holds no JSON object"),
        (tmp_path / "b.json", {"accessToken": "fake"}),
    ]


def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    clock, path = FakeClock(), tmp_path / "a.json"
    path.write_text('{"acc')
    clock.at(0.2, lambda: path.write_text("{}"))

    assert readings(tmp_path, clock) == {path: {}}


def test_a_torn_file_is_waited_for_no_longer_than_half_a_second(tmp_path: Path) -> None:
    clock, path = FakeClock(), tmp_path / "a.json"
    path.write_text('{"acc')

    assert readings(tmp_path, clock) == {path: "it is not JSON; it may have been cut off"}
    assert sum(clock.slept) == pytest.approx(0.5)


def test_a_folder_that_is_absent_is_empty(tmp_path: Path) -> None:
    assert readings(tmp_path / "none", FakeClock()) == {}


def test_only_an_access_token_of_text_makes_a_token() -> None:
    assert is_token({"accessToken": "fake"})
    assert not is_token({"accessToken": None})
    assert not is_token({"clientId": "fake"})
