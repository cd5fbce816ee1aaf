"""The explanation of a profile for people: values and where they come from, in columns."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from sekisho.awsconfig.differences import Difference, own_method
from sekisho.awsconfig.explain import Explanation, ProfileForm
from sekisho.awsconfig.origins import BuiltIn, Explained, InFile, Option, Origin, Valued, Variable
from sekisho.awsconfig.others import Choice, Method, Tool, ways_of
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import columns, padded, wrapped
from sekisho.cli.whereabouts import Cached, ServicePlace, Whereabouts
from sekisho.errors import SekishoError, login_command

__all__ = ["Page", "problems_of"]

_TOOLS = {Tool.AWS_CLI_V2: "AWS CLI v2", Tool.BOTOCORE: "boto3, AWS CLI v1"}
_METHODS = {
    Method.ENVIRONMENT: "static keys of the environment",
    Method.ASSUME_ROLE: "role_arn",
    Method.WEB_IDENTITY: "a web identity",
    Method.SSO: "SSO",
    Method.CREDENTIALS_FILE: "static keys of the credentials file",
    Method.LOGIN: "login_session",
    Method.PROCESS: "credential_process",
    Method.CONFIG_FILE: "static keys of the config file",
    Method.CONTAINER: "the container's role",
}
_ORDER = "  the first wins: option, environment, sso-session, credentials, config"
_WIDEST_VALUE = 46
"""Columns after which the place of a value no longer stands in line with the others."""


def problems_of(explained: Explanation, places: Whereabouts) -> tuple[SekishoError, ...]:
    """Return all that is wrong: with the profile, then with the endpoints, each once."""
    found = [*explained.problems, *(one.problem for one in places.services if one.problem)]
    return tuple({problem.what: problem for problem in found}.values())


_Mood = Literal["plain", "weak", "good", "warn"]
"""How a row looks; `weak`: it is only there to say what does not count."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A name, a value, and where it comes from."""

    name: str
    value: str
    place: str = ""
    mood: _Mood = "plain"


class Page:
    """Writes one explanation."""

    def __init__(self, home: Path, ink: Ink) -> None:
        """Paths below `home` are written with `~`; `ink` is that of the stream it goes to."""
        self._home = home
        self._ink = ink

    def text(
        self,
        config: AwsConfig,
        explained: Explanation,
        others: Sequence[Difference],
        places: Whereabouts,
        *,
        chosen_by: str,
    ) -> str:
        """Return the whole page; `chosen_by` says what named the profile."""
        parts = [
            self._head(explained, chosen_by),
            self._table(
                self._ink.strong("Settings") + self._ink.dim(_ORDER), self._settings(explained)
            ),
            self._table(
                self._ink.strong("Credentials"), self._credentials(config, explained, places)
            ),
            self._table(self._ink.strong("Endpoints"), self._endpoints(places.services)),
            self._others(others),
            self.problems(problems_of(explained, places)),
        ]
        return "\n".join(part for part in parts if part)

    def problems(self, problems: Sequence[SekishoError]) -> str:
        """Return what is wrong, each with what to do about it; nothing where nothing is."""
        if not problems:
            return ""
        lines = [self._ink.bad("Problems")]
        for problem in problems:
            first, *more = problem.what.splitlines()
            lines.append(self._ink.strong(self._prose(f"  {first}")))
            lines += [self._prose(f"    {line}") for line in more]
            lines.append(self._prose(f"    do: {problem.do}"))
        return "\n".join(lines) + "\n"

    # --- pieces ------------------------------------------------------------------------------------

    def _head(self, explained: Explanation, chosen_by: str) -> str:
        profile = explained.profile
        name = self._ink.strong(f"profile {_printable(profile.name)}")
        place = self._ink.dim(f"{self._short(profile.place)}, chosen by {chosen_by}")
        return f"{name}  {place}\n{self._prose(_what_it_is(explained))}\n"

    def _settings(self, explained: Explanation) -> Iterator[_Row]:
        for key, setting in explained.settings.items():
            yield from self._explained(_printable(key), setting)

    def _explained(self, key: str, setting: Explained) -> Iterator[_Row]:
        yield from self._valued(key, setting.winner)
        for loser in setting.overruled:
            if not isinstance(loser.origin, BuiltIn):
                yield from self._valued("", loser, "weak")

    def _valued(self, name: str, valued: Valued, mood: _Mood = "plain") -> Iterator[_Row]:
        place = f"{'overruled: ' if mood == 'weak' else ''}{self._place(valued.origin)}"
        if not isinstance(valued.value, Mapping):
            yield _Row(name, _printable(str(valued.value)) or "(empty)", place, mood)
            return
        yield _Row(name, "", place, mood)
        for key, value in valued.value.items():
            yield _Row("", f"{_printable(key)} = {_printable(str(value))}", "", mood)

    def _credentials(
        self, config: AwsConfig, explained: Explanation, places: Whereabouts
    ) -> Iterator[_Row]:
        if explained.account_id:
            yield _Row("account", _printable(explained.account_id))
        if explained.role_name:
            yield _Row("role", _printable(explained.role_name))
        if explained.token_key:
            yield _Row("token of", _printable(explained.token_key.value))
        if (gate := places.gate) is not None:
            mood: _Mood = "good" if gate.open else "warn"
            state = "open" if gate.open else "closed"
            yield _Row("gate", state, _printable(gate.detail), mood)
            if not gate.open:
                yield _Row("to open it", _printable(gate.login))
        yield from self._cached("token in", places.token, "warn")
        source = explained.chain[-1] if explained.chain else explained.profile.name
        whose = f"keys of {_printable(source)}" if explained.chain else "keys in"
        yield from self._cached(whose, places.role_credentials, "plain")
        if places.token and not places.token.good:
            yield _Row("to sign in", _printable(login_command(profile=source)))
        own = own_method(explained)
        for way in ways_of(config, explained.profile, {}):
            if own is not None and way.method is not own:
                yield _Row("passed over", self._short(_printable(way.cause)), mood="weak")

    def _cached(self, name: str, cached: Cached | None, otherwise: _Mood) -> Iterator[_Row]:
        if cached is not None:
            mood: _Mood = "good" if cached.good else otherwise
            yield _Row(name, self._short(str(cached.file)), cached.state, mood)

    def _endpoints(self, services: Sequence[ServicePlace]) -> Iterator[_Row]:
        for one in services:
            losers = one.configured
            if one.endpoint is None:
                yield _Row(one.service.value, "none", "see below", "warn")
            elif one.endpoint.overridden and losers:
                yield from self._valued(one.service.value, losers[0])
                losers = losers[1:]
            else:
                region = f"AWS's own for {one.endpoint.region}"
                yield _Row(one.service.value, one.endpoint.url, region)
            for loser in losers:
                yield from self._valued("", loser, "weak")

    def _others(self, others: Sequence[Difference]) -> str:
        lines = [f"{self._ink.strong('Other tools')}, run from here without options"]
        different = {one.tool: one for one in others}
        width = max(map(len, _TOOLS.values())) + 2
        for tool, name in _TOOLS.items():
            found = different.get(tool)
            said = self._prose(f"  {' ' * width}{_use(found.choice) if found else 'use the same'}")
            paint = self._ink.warn if found else str
            lines.append(f"  {name.ljust(width)}{paint(said[2 + width :])}")
            reasons = found.because if found else ()
            lines += [self._ink.dim(self._prose(f"  {' ' * width}{one}")) for one in reasons]
        return "\n".join(lines) + "\n"

    def _table(self, title: str, rows: Iterator[_Row]) -> str:
        """Columns below a painted title; a place stands on the next line where it has no room."""
        found = list(rows)
        if not found:
            return ""
        first = max(columns(row.name) for row in found) + 2
        values = [columns(row.value) for row in found]
        second = max((width for width in values if width <= _WIDEST_VALUE), default=0) + 2
        lines = [wrapped(title, sys.stdout)]
        for row in found:
            lines += self._columns(row, first, second)
        return "\n".join(lines) + "\n"

    def _columns(self, row: _Row, first: int, second: int) -> Iterator[str]:
        value = self._ink.dim(row.value) if row.mood == "weak" else row.value
        match row.mood:
            case "good":
                place = self._ink.good(row.place)
            case "warn":
                place = self._ink.warn(row.place)
            case _:
                place = self._ink.dim(row.place)
        line = f"  {padded(row.name, first)}{value}"
        gap = max(second - columns(row.value), 2)
        room = _width() - 2 - first - columns(row.value) - columns(row.place)
        if not row.place:
            yield line
        elif room >= 2:
            yield f"{line}{' ' * min(gap, room)}{place}"
        else:
            yield line
            yield f"  {' ' * first}  {place}"

    def _place(self, origin: Origin) -> str:
        match origin:
            case InFile(file, line, section):
                where = self._short(f"{file}:{line}")
                return f"{where} {_printable(section)}" if section else where
            case Variable(name) | Option(name):
                return name
            case BuiltIn():
                return "default"
            case _:
                assert_never(origin)

    def _short(self, text: str) -> str:
        return text.replace(f"{self._home}/", "~/")

    def _prose(self, line: str) -> str:
        return wrapped(self._short(_printable(line)), sys.stdout)


def _what_it_is(explained: Explanation) -> str:
    match explained.form:
        case ProfileForm.LEGACY:
            return "legacy form: its token is kept under the start URL, and cannot be refreshed"
        case ProfileForm.SSO_SESSION:
            return "sso-session form: its token is kept under the session's name, and refreshes"
        case ProfileForm.GUARDED:
            if explained.token_key is not None:
                return (
                    "sealed: credential_process asks sekisho, whose token is encrypted on the disk"
                )
            return "guarded: credential_process asks sekisho's agent, no token is on the disk"
        case ProfileForm.CHAIN:
            if not explained.chain:
                return "a chain of roles that begins at no SSO profile that can be found"
            *between, source = explained.chain
            by_way = f", by way of {', '.join(reversed(between))}" if between else ""
            return f"a chain: assumes a role with the credentials of {source}{by_way}"
        case ProfileForm.OTHER:
            return "not SSO: no sign-in opens it, and sekisho has no credentials for it"
        case _:
            assert_never(explained.form)


def _use(choice: Choice) -> str:
    """What a tool would use, in a line."""
    profile = f"profile {choice.profile}"
    if not choice.found:
        return f"{profile}, which does not exist"
    credentials = _METHODS[choice.method] if choice.method else "no credentials"
    return _printable(f"{profile}, {credentials}, Region {choice.region or 'not set'}")


def _width() -> int:
    """Columns of the terminal; without one, nothing is broken."""
    if not (sys.stdout.isatty() or "COLUMNS" in os.environ):
        return sys.maxsize
    return shutil.get_terminal_size().columns


def _printable(text: str) -> str:
    """Return `text` with what would move the cursor spelt out: a line break as backslash, n."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
