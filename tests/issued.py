"""Every secret that a test gave a center or saw it issue, and whether any of them stands in a log.

Tests hand in what they send and the answers that they get (`Noting`), and their centers' log lines (`LogLines`). At
the end of the session `leaks` says which line had which kind of secret; it never shows one.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from sekisho.center.logs import JsonLines
from sekisho.ports import Http
from sekisho.wire.http import Request, Response

__all__ = ["ISSUED", "LogLines", "Noting", "leaks", "note", "note_sent"]

ISSUED: dict[str, str] = {}
"""Secret → what it is."""

_FIELDS = frozenset(
    {
        "accessToken",
        "refreshToken",
        "clientSecret",
        "deviceCode",
        "secretAccessKey",
        "sessionToken",
        "SecretAccessKey",
        "SessionToken",
    }
)
_XML = re.compile(r"<(SecretAccessKey|SessionToken)>([^<]+)<")
_CODE = re.compile(r"[?&](code|handle)=([^&#]+)")
_BEARER = re.compile(r"sks_(?:at|rt|dc|ac|cs|st)_[A-Za-z0-9_-]{8}")
"""How the center's bearer secrets begin, whoever saw them."""
_SHORTEST = 16


class Noting:
    """An `Http` that notes every secret in what it hands on, there and back."""

    def __init__(self, inner: Http) -> None:
        self._inner = inner

    def send(self, request: Request) -> Response:
        note_sent(request)
        response = self._inner.send(request)
        note(response)
        return response


class LogLines(logging.Handler):
    """Keeps what the centers of this process log, as `center serve` would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def note_sent(request: Request) -> None:
    """Remember the passwords in the form that `request` sends, wrong ones too."""
    if request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        for name, value in parse_qsl(request.body.decode("utf-8", "replace")):
            if name == "password":
                _keep(value, name)


def note(response: Response) -> None:
    """Remember what `response` gave away: tokens, codes, keys, cookies."""
    for name, value in response.headers.pairs:
        if name.lower() == "set-cookie":
            _keep(value.partition(";")[0].partition("=")[2], "cookie")
        if name.lower() == "location":
            for kind, code in _CODE.findall(value):
                _keep(code, kind)
    text = response.body.decode(errors="replace")
    for kind, value in _XML.findall(text):
        _keep(value, kind)
    if text.startswith("{"):
        try:
            for kind, value in _members(json.loads(text)):
                _keep(value, kind)
        except ValueError:
            return


def leaks(lines: Iterable[str]) -> list[str]:
    """Return the kinds of secrets in `lines`, each with its event; none is shown."""
    found = []
    whole = sorted(ISSUED.items())
    for line in lines:
        kinds = [kind for secret, kind in whole if secret in line]
        kinds += ["a bearer secret"] if _BEARER.search(line) else []
        found += [f"{kind} in {line.partition('event')[2][:40]}" for kind in kinds]
    return found


def _members(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name in _FIELDS and isinstance(part, str):
                yield name, part
            yield from _members(part)


def _keep(secret: str, kind: str) -> None:
    if len(secret) >= _SHORTEST:
        ISSUED[secret] = kind
