"""The audit log: one line for each event, and each line holds the digest of the one before it.

The chain makes damage, careless edits and lost lines show. It is no seal: whoever may write the
file can write all of it anew, with every digest right.

A line says who was handed what, and never what was handed out: no event has room for a secret.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from sekisho.ports import Asker

__all__ = [
    "BEGINNING",
    "MOST_LINE_BYTES",
    "AuditLog",
    "Event",
    "Kind",
    "Line",
    "digest",
    "encode",
    "line_of",
    "read_line",
]

BEGINNING = "0" * 64
"""What the first line of all has in place of a digest."""
MOST_LINE_BYTES = 64 * 1024
"""With its end. Longer texts are cut off, so that every line of ours fits."""

_MOST_CHARACTERS = 400
_MOST_PARENTS = 8


class Kind(StrEnum):
    """What happened."""

    AGENT_START = "agent-start"
    AGENT_STOP = "agent-stop"
    SIGN_IN = "sign-in"
    OPENING = "opening"
    """A gate was opened."""
    CLOSING = "closing"
    RELEASE = "release"
    """Credentials were handed out."""
    REFUSAL = "refusal"
    SCOPE = "scope"
    """A socket was made that knows only some gates."""
    POLICY_APPROVED = "policy-approved"
    REPAIRED = "repaired"
    """The log's end was torn, by a full disk or a killed process, and it goes on after that."""
    ALTERED = "altered"
    """Somebody else has changed the log's file while a process of sekisho was writing to it."""
    ROTATED = "rotated"
    """The first line of each file but the first."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the log is to say. What does not apply, or is not known, is `None`."""

    kind: Kind
    profile: str | None = None
    account_id: str | None = None
    role_name: str | None = None
    person: str | None = None
    environment: str | None = None
    start_url: str | None = None
    asker: Asker | None = None
    detail: str = ""
    """In words: why it was refused, by what it was closed."""


class AuditLog(Protocol):
    """Where events are written."""

    def write(self, event: Event) -> None:
        """Write `event` as the next line.

        Raises `errors.AuditNotWritten`: then nothing may be handed out.
        """


class _Asker(msgspec.Struct, frozen=True):
    """`ports.Asker`, as a line has it."""

    pid: int
    uid: int
    program: str
    path: str
    parents: tuple[str, ...]


class Line(msgspec.Struct, frozen=True):
    """One line of the log. Fields that a later version adds are passed over."""

    seq: int
    """1 for the first line of all; it counts on across files."""
    time: str
    """ISO 8601, UTC, to the millisecond."""
    kind: str
    prev: str
    """SHA-256 of the line before, without its end, in hex."""
    profile: str | None = None
    account_id: str | None = None
    role_name: str | None = None
    person: str | None = None
    environment: str | None = None
    start_url: str | None = None
    asker: _Asker | None = None
    detail: str = ""
    begins: int | None = None
    """In a `rotated` line: the oldest line that was kept then."""
    version: Literal[1] = 1

    @property
    def at(self) -> datetime:
        """When it was written: aware, UTC. Raises `ValueError` for what is no time."""
        return datetime.fromisoformat(self.time).astimezone(UTC)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Line)


def line_of(event: Event, *, seq: int, at: datetime, prev: str, begins: int | None = None) -> Line:
    """Return the line that says `event`; `at` is aware."""
    asker = event.asker
    return Line(
        seq=seq,
        time=at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        kind=event.kind.value,
        prev=prev,
        profile=_text(event.profile),
        account_id=_text(event.account_id),
        role_name=_text(event.role_name),
        person=_text(event.person),
        environment=_text(event.environment),
        start_url=_text(event.start_url),
        asker=None if asker is None else _asker(asker),
        detail=_text(event.detail) or "",
        begins=begins,
    )


def encode(line: Line) -> bytes:
    """Return `line` as the file has it, without its end."""
    return _encoder.encode(line)


def read_line(raw: bytes) -> Line | None:
    """Return what `raw`, without its end, says; `None` where it is no line of a log."""
    try:
        line = _decoder.decode(raw)
        line.at  # noqa: B018  # a time that is none makes it no line
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return line


def digest(raw: bytes) -> str:
    """Return the SHA-256 of a line, without its end, in hex."""
    return hashlib.sha256(raw).hexdigest()


def _asker(asker: Asker) -> _Asker:
    return _Asker(
        asker.pid,
        asker.uid,
        _text(asker.program) or "",
        _text(asker.path) or "",
        tuple(_text(each) or "" for each in asker.parents[:_MOST_PARENTS]),
    )


def _text(text: str | None) -> str | None:
    """Cut off what is too long; what is no Unicode (a file's name may be none) is spelt out."""
    if text is None or (len(text) <= _MOST_CHARACTERS and text.isascii()):
        return text
    if len(text) > _MOST_CHARACTERS:
        text = f"{text[: _MOST_CHARACTERS - 1]}…"
    return text.encode(errors="backslashreplace").decode()
