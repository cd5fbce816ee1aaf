"""What the journal is sent: a datagram that a socket in its place takes."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.adapters.journal import Journal
from sekisho.guard.audit import BEGINNING, Event, Kind, digest, encode, line_of
from sekisho.ports import Asker

AT = datetime(2026, 11, 28, 9, 12, tzinfo=UTC)
RELEASE = Event(
    Kind.RELEASE,
    "dev",
    "123456789012",
    "ReadOnlyAccess",
    "hoge@hoge.com",
    "dev",
    "https://hoge.awsapps.com/start",
    Asker(4711, 1000, "aws", "/usr/bin/python3.11", ("make (42)",)),
)


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[socket.socket]:
    """A socket where the journal's would be."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(str(tmp_path / "socket"))
        bound.settimeout(10)
        yield bound


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    sent = Journal(str(tmp_path / "socket"))
    yield sent
    sent.close()


def read(datagram: bytes) -> dict[str, str]:
    """Read the native protocol, both ways in which it has a field."""
    fields = {}
    while datagram:
        head, _, rest = datagram.partition(b"\n")
        name, is_short, value = head.partition(b"=")
        if is_short:
            datagram = rest
        else:
            length = int.from_bytes(rest[:8], "little")
            value, datagram = rest[8 : 8 + length], rest[8 + length + 1 :]
        fields[name.decode()] = value.decode()
    return fields


def _send(journal: Journal, event: Event) -> bytes:
    line = line_of(event, seq=7, at=AT, prev=BEGINNING)
    raw = encode(line)
    journal.send(line, raw)
    return raw


def test_the_journal_has_fields_to_search_by_and_the_line_itself(
    journal: Journal, taken: socket.socket
) -> None:
    raw = _send(journal, RELEASE)

    assert read(taken.recv(65536)) == {
        "MESSAGE": "release of dev by aws ← make (42)",
        "PRIORITY": "6",
        "SYSLOG_IDENTIFIER": "sekisho",
        "SEKISHO_SEQ": "7",
        "SEKISHO_KIND": "release",
        "SEKISHO_PROFILE": "dev",
        "SEKISHO_ACCOUNT_ID": "123456789012",
        "SEKISHO_ROLE": "ReadOnlyAccess",
        "SEKISHO_PERSON": "hoge@hoge.com",
        "SEKISHO_ENVIRONMENT": "dev",
        "SEKISHO_START_URL": "https://hoge.awsapps.com/start",
        "SEKISHO_DIGEST": digest(raw),
        "SEKISHO_LINE": raw.decode(),
        "SEKISHO_PROGRAM": "aws",
        "SEKISHO_PID": "4711",
    }


def test_a_name_cannot_add_a_field_of_its_own(journal: Journal, taken: socket.socket) -> None:
    name = "dev\nSEKISHO_PERSON=somebody\n\nelse"
    _send(journal, Event(Kind.REFUSAL, profile=name, detail="the gate is closed"))
    fields = read(taken.recv(65536))

    assert fields["SEKISHO_PROFILE"] == name
    assert "SEKISHO_PERSON" not in fields
    assert fields["PRIORITY"] == "4"


def test_nothing_is_waited_for_where_the_journal_takes_nothing(
    journal: Journal, taken: socket.socket
) -> None:
    """Nobody reads, so its queue is full soon."""
    for _ in range(5000):
        _send(journal, RELEASE)

    assert read(taken.recv(65536))["SEKISHO_SEQ"] == "7"


def test_a_machine_without_a_journal_is_fine(journal: Journal) -> None:
    assert _send(journal, RELEASE)
