"""Times as people type them, on a machine in Tokyo."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sekisho.cli.when import moment
from sekisho.errors import UsageError

NOW = datetime(2026, 11, 29, 2, 30, tzinfo=UTC)
"""11:30 on a Sunday, on the wall."""


@pytest.fixture(autouse=True)
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "text, meant",
    [
        ("today", "2026-11-29T00:00:00+09:00"),
        ("yesterday", "2026-11-28T00:00:00+09:00"),
        ("30m", "2026-11-29T11:00:00+09:00"),
        ("2h", "2026-11-29T09:30:00+09:00"),
        ("3d", "2026-11-26T11:30:00+09:00"),
        ("1w", "2026-11-22T11:30:00+09:00"),
        ("09:15", "2026-11-29T09:15:00+09:00"),
        ("2026-11-28", "2026-11-28T00:00:00+09:00"),
        ("2026-11-28T09:15", "2026-11-28T09:15:00+09:00"),
        ("2026-11-28 09:15:30", "2026-11-28T09:15:30+09:00"),
        ("2026-11-28T09:15:00Z", "2026-11-28T18:15:00+09:00"),
        ("2026-11-28T09:15:00-05:00", "2026-11-28T23:15:00+09:00"),
    ],
)
def test_a_time_is_one_on_the_wall(text: str, meant: str) -> None:
    assert moment(text, NOW).isoformat() == meant


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2", "2x", "-2h", "999999w", "25:00", "2026-13-01", "28.11.2026", "１h"],
)
def test_what_is_no_time_is_refused_with_what_would_be_one(text: str) -> None:
    with pytest.raises(UsageError, match="cannot tell when") as refused:
        moment(text, NOW)

    assert "yesterday" in refused.value.do
