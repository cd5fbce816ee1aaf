"""What a line of the audit log says, and that it says no more."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.guard.audit import (
    BEGINNING,
    MOST_LINE_BYTES,
    Event,
    Kind,
    digest,
    encode,
    line_of,
    read_line,
)
from sekisho.ports import Asker
from sekisho.secret import Secret

AT = datetime(2026, 11, 28, 9, 12, 3, 456789, tzinfo=UTC)
RELEASE = Event(
    Kind.RELEASE,
    profile="dev",
    account_id="123456789012",
    role_name="ReadOnlyAccess",
    person="hoge@hoge.com",
    environment="dev",
    start_url="https://hoge.awsapps.com/start",
    asker=Asker(4711, 1000, "aws", "/usr/bin/python3.11", ("make (42)", "bash (7)")),
)
ANY_TEXT = st.text(st.characters(), max_size=1000)  # lone surrogates, too: a file's name may be so
ASKERS = st.builds(
    Asker, st.integers(), st.integers(), ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT).map(tuple)
)
EVENTS = st.builds(
    Event,
    st.sampled_from(Kind),
    *(st.none() | ANY_TEXT for _ in range(6)),
    st.none() | ASKERS,
    ANY_TEXT,
)


def test_a_line_says_when_what_who_and_by_which_program() -> None:
    raw = encode(line_of(RELEASE, seq=7, at=AT, prev=BEGINNING))

    assert json.loads(raw) == {
        "seq": 7,
        "time": "2026-11-28T09:12:03.456Z",
        "kind": "release",
        "prev": "0" * 64,
        "profile": "dev",
        "account_id": "123456789012",
        "role_name": "ReadOnlyAccess",
        "person": "hoge@hoge.com",
        "environment": "dev",
        "start_url": "https://hoge.awsapps.com/start",
        "asker": {
            "pid": 4711,
            "uid": 1000,
            "program": "aws",
            "path": "/usr/bin/python3.11",
            "parents": ["make (42)", "bash (7)"],
        },
        "detail": "",
        "begins": None,
        "version": 1,
    }


def test_a_line_tells_its_time() -> None:
    assert line_of(RELEASE, seq=1, at=AT, prev=BEGINNING).at == AT.replace(microsecond=456000)


@given(EVENTS, st.integers(1), st.datetimes(timezones=st.just(UTC)))
def test_any_event_makes_one_line_that_is_read_as_it_was_written(
    event: Event, seq: int, at: datetime
) -> None:
    line = line_of(event, seq=seq % 2**60, at=at.replace(year=2026), prev=digest(b""))
    raw = encode(line)

    assert read_line(raw) == line
    assert b"\n" not in raw
    assert len(raw) < MOST_LINE_BYTES


@given(EVENTS)
def test_no_secret_has_room_in_a_line(event: Event) -> None:
    """Whatever field one is put into, by mistake: there is no line then."""
    secret = Secret("fake-access-token")
    for name in ("profile", "person", "start_url", "detail"):
        told = {each: getattr(event, each) for each in event.__slots__} | {name: secret}
        with pytest.raises(TypeError):
            encode(line_of(Event(**told), seq=1, at=AT, prev=BEGINNING))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 5000,
        b"{}",
        b'{"seq":1,"time":"yesterday","kind":"release","prev":""}',
        b'{"seq":"1","time":"2026-11-28T09:12:03Z","kind":"release","prev":""}',
    ],
)
def test_what_is_no_line_is_none(raw: bytes) -> None:
    assert read_line(raw) is None


def test_what_a_later_version_adds_is_passed_over() -> None:
    raw = encode(line_of(RELEASE, seq=7, at=AT, prev=BEGINNING))

    assert read_line(raw[:-1] + b',"ticket":"OPS-1"}') == read_line(raw)
