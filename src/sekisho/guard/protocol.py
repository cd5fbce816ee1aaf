"""What is said over the agent's socket: one line of JSON a message, by version 1.

A connection carries any number of asks, one after the other. Each is answered by one line; an
`Open` by several, of which the last is `Opened` or `Failed`. In between the agent asks back
(`Browse`, `Confirm`, `Approve`), for it has no display and no person; the client says `Browsed`,
`Typed` or `Approved`, and may say `Pasted` at any time.

No message has room for a token, a code verifier or a client's secret: those never leave the agent.
Only `Credentials` and `Pasted` carry secrets; what refuses a message never quotes it.
"""

import re
from typing import TypeVar

import msgspec

from sekisho.guard.answers import Answer
from sekisho.guard.asks import Ask

__all__ = [
    "MOST_ANSWER_BYTES",
    "MOST_ASK_BYTES",
    "NotUnderstood",
    "encode",
    "read_answer",
    "read_ask",
]

MOST_ASK_BYTES = 16 * 1024
MOST_ANSWER_BYTES = 1024 * 1024
"""A line, with its end. A state names every gate."""

_Message = TypeVar("_Message")
_QUOTED = re.compile(r"'.*'|(?<=unknown field )`.*`", re.DOTALL)


class NotUnderstood(Exception):
    """A line that is no message of this version; the text says why, and quotes nothing of it."""


_encoder = msgspec.json.Encoder()
_asks: msgspec.json.Decoder[Ask] = msgspec.json.Decoder(Ask)
_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


def encode(message: Ask | Answer) -> bytes:
    """Return `message` as a line, with its end."""
    return _encoder.encode(message) + b"\n"


def read_ask(line: bytes) -> Ask:
    """Return what a client has said. Raises `NotUnderstood`."""
    return _read(line, _asks, MOST_ASK_BYTES)


def read_answer(line: bytes) -> Answer:
    """Return what the agent has said. Raises `NotUnderstood`."""
    return _read(line, _answers, MOST_ANSWER_BYTES)


def _read(line: bytes, decoder: "msgspec.json.Decoder[_Message]", most: int) -> _Message:
    if len(line) > most:
        raise NotUnderstood(f"a message has at most {most:,} bytes")
    try:
        return decoder.decode(line)
    except msgspec.ValidationError as error:
        raise NotUnderstood(_without_values(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotUnderstood("it is no JSON in UTF-8") from None


def _without_values(said: str) -> str:
    """A reason may quote a value or the name of a field; a slip may have put a secret there."""
    return _QUOTED.sub("one", said)
