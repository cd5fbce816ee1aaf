"""What a login opens, drawn: a table for people, JSON for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypedDict

from rich.table import Table
from rich.text import Text

from sekisho.model import Form, ProfileName, TokenKey
from sekisho.reach.graph import Basis, Reach

__all__ = ["ReachRow", "TokenKeyRow", "json_pieces", "table"]

_MOST_NAMES = 12
"""More than this in one cell is counted, not listed."""


class TokenKeyRow(TypedDict):
    """A token key in `reach --json`."""

    form: Literal["legacy", "sso-session"]
    value: str


class ReachRow(TypedDict):
    """One profile in `reach --json`, version 1."""

    profile: str
    token_key: TokenKeyRow | None
    opens: Sequence[str]
    could_open: Sequence[str]
    basis: Literal["assumed", "live"]


def table(reaches: Sequence[Reach]) -> Table:
    """Draw one row for each login, and one for all profiles that use no SSO.

    A login that opens more than one profile stands out; long lists of names end in a count.
    """
    drawn = Table(caption=_caption(reaches), caption_justify="left")
    drawn.add_column("Login", overflow="fold")
    drawn.add_column("Opens", overflow="fold")
    drawn.add_column("Its token could also open", overflow="fold", style="dim")
    without_sso = [reach.profile for reach in reaches if reach.token_key is None]
    for key, reach in _by_login(reaches).items():
        also = _left_out(reach.could_open, reach.opens)
        opens = Text(_names(reach.opens), style="bold red" if len(reach.opens) > 1 else "green")
        drawn.add_row(_login(key), opens, Text(_names(also)))
    if without_sso:
        drawn.add_row(Text("no SSO", style="dim"), Text(_names(without_sso)), "")
    return drawn


def json_pieces(
    reaches: Sequence[Reach], findings: Sequence[Mapping[str, object]]
) -> Iterator[str]:
    """Yield the text of `reach --json` (design §3) in pieces, one for each profile.

    `findings` are those of `lint`, in its own JSON form. The pieces joined are one JSON object.
    It comes in pieces because its size grows with the square of the profiles that share a
    portal; a list of names that several profiles have in common is encoded once.
    """
    encoded: dict[int, str] = {}

    def names(of: tuple[ProfileName, ...]) -> str:
        if id(of) not in encoded:
            encoded[id(of)] = json.dumps(of)
        return encoded[id(of)]

    yield '{"version": 1, "profiles": ['
    for number, reach in enumerate(reaches):
        key = json.dumps(None if reach.token_key is None else _key_row(reach.token_key))
        yield (", " if number else "") + (
            f'{{"profile": {json.dumps(reach.profile)}, "token_key": {key}, '
            f'"opens": {names(reach.opens)}, "could_open": {names(reach.could_open)}, '
            f'"basis": "{reach.basis}"}}'
        )
    yield f'], "findings": {json.dumps(list(findings))}}}\n'


def _key_row(key: TokenKey) -> TokenKeyRow:
    return {"form": key.form.value, "value": key.value}


def _by_login(reaches: Sequence[Reach]) -> dict[TokenKey, Reach]:
    logins: dict[TokenKey, Reach] = {}
    for reach in reaches:
        if reach.token_key is not None:
            logins.setdefault(reach.token_key, reach)
    return logins


def _login(key: TokenKey) -> Text:
    match key.form:
        case Form.LEGACY:
            return Text.assemble(_printable(key.value), (" (legacy form)", "dim"))
        case Form.SSO_SESSION:
            return Text(_printable(key.value))


def _left_out(all_: Sequence[ProfileName], taken: Sequence[ProfileName]) -> Sequence[ProfileName]:
    known = set(taken)
    return [name for name in all_ if name not in known]


def _names(names: Sequence[ProfileName]) -> str:
    if not names:
        return "–"
    shown = _printable(", ".join(names[:_MOST_NAMES]))
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _printable(text: str) -> str:
    """Return `text` without characters that steer the terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def _caption(reaches: Sequence[Reach]) -> str:
    said = "One row is one login."
    if any(reach.basis is Basis.ASSUMED and reach.token_key is not None for reach in reaches):
        said += " Assumed, not asked: one start URL means one person."
    return said
