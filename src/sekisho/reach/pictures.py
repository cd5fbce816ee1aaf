"""What a login opens, drawn: a table for people, JSON for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, TypedDict

from rich.table import Table
from rich.text import Text

from sekisho.model import Form, ProfileName, Role, TokenKey
from sekisho.reach.graph import Basis, Reach
from sekisho.reach.live import Asked, Found
from sekisho.reach.wording import listed, printable

__all__ = ["LiveRow", "ReachRow", "TokenKeyRow", "UnnamedRow", "json_pieces", "table"]

_MOST_NAMES = 12
"""More than this in one cell is counted, not listed."""
_NOTHING = "–"


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


class UnnamedRow(TypedDict):
    """A role that no profile names, in `reach --live --json`."""

    account_id: str
    account_name: str | None
    role_name: str


class LiveRow(TypedDict):
    """What came of asking about one sign-in, in `reach --live --json`."""

    token_key: TokenKeyRow
    person: str | None
    unnamed: list[UnnamedRow]
    not_assigned: list[str]
    trouble: str | None
    """Why there is no answer; `None` where there is one."""


def table(reaches: Sequence[Reach], asked: Sequence[Asked] = ()) -> Table:
    """Draw one row for each login, and one for all profiles that use no SSO.

    A login that opens more than one profile stands out; long lists of names end in a count. Roles
    that no profile names are marked as such.
    """
    found = {each.key: each.answer for each in asked if isinstance(each.answer, Found)}
    drawn = Table(caption=_caption(reaches), caption_justify="left")
    drawn.add_column("Login", overflow="fold")
    drawn.add_column("Opens", overflow="fold")
    drawn.add_column("Its token could also open", overflow="fold", style="dim")
    without_sso = [
        reach.profile for reach in reaches if reach.token_key is None and reach.gate is None
    ]
    for key, reach in _by_login(reaches).items():
        also = _beyond(reach)
        opens = Text(_names(reach.opens), style="bold red" if len(reach.opens) > 1 else "green")
        beyond = Text(also)
        if key in found and found[key].unnamed:
            unnamed = [_role(role, found[key]) for role in found[key].unnamed]
            beyond = Text("" if also == _NOTHING else f"{also}\n")
            beyond.append(f"no profile names: {_names(unnamed)}", style="not dim yellow")
        drawn.add_row(_login(key), opens, beyond)
    for gate, opened in {each.gate: each.opens for each in reaches if each.gate}.items():
        drawn.add_row(
            Text(f"gate of {gate}"), Text(_names(opened), style="green"), "its token is the agent's"
        )
    if without_sso:
        drawn.add_row(Text("no SSO", style="dim"), Text(_names(without_sso)), "")
    return drawn


def json_pieces(
    reaches: Sequence[Reach],
    findings: Sequence[Mapping[str, object]],
    asked: Sequence[Asked] | None = None,
) -> Iterator[str]:
    """Yield the text of `reach --json` (design §3) in pieces, one for each profile.

    `findings` are those of `lint`, in its own JSON form; with what was `asked` of the portals
    there is a key `live`. The pieces joined are one JSON object.
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
    live = "" if asked is None else f', "live": {json.dumps([_live_row(each) for each in asked])}'
    yield f'], "findings": {json.dumps(list(findings))}{live}}}\n'


def _live_row(asked: Asked) -> LiveRow:
    found = asked.answer if isinstance(asked.answer, Found) else None
    return {
        "token_key": _key_row(asked.key),
        "person": found.person if found else None,
        "unnamed": [
            {
                "account_id": role.account_id,
                "account_name": found.accounts.get(role.account_id),
                "role_name": role.role_name,
            }
            for role in found.unnamed
        ]
        if found
        else [],
        "not_assigned": [*found.not_assigned] if found else [],
        "trouble": None if isinstance(asked.answer, Found) else asked.answer.what,
    }


def _key_row(key: TokenKey) -> TokenKeyRow:
    return {"form": key.form.value, "value": key.value}


def _by_login(reaches: Sequence[Reach]) -> dict[TokenKey, Reach]:
    """One for each login; one whose role turned out not to be assigned only where all are."""
    logins: dict[TokenKey, Reach] = {}
    for reach in reaches:
        if reach.token_key is None:
            continue
        known = logins.setdefault(reach.token_key, reach)
        if reach.basis is Basis.LIVE and len(reach.opens) < len(known.opens):
            logins[reach.token_key] = reach
    return logins


def _login(key: TokenKey) -> Text:
    match key.form:
        case Form.LEGACY:
            return Text.assemble(printable(key.value), (" (legacy form)", "dim"))
        case Form.SSO_SESSION:
            return Text(printable(key.value))


def _beyond(reach: Reach) -> str:
    """What its token could also open. Thousands of logins could open thousands of profiles each:
    it looks at no more of them than it names, and those that the login opens.
    """
    opened = set(reach.opens)
    first = islice((name for name in reach.could_open if name not in opened), _MOST_NAMES)
    return _names(tuple(first), len(reach.could_open) - len(reach.opens))


def _role(role: Role, found: Found) -> str:
    name = found.accounts.get(role.account_id)
    account = f"{name} ({role.account_id})" if name else role.account_id
    return f"{account} {role.role_name}"


def _names(names: Sequence[str], count: int | None = None) -> str:
    return printable(listed(names, _MOST_NAMES, count)) or _NOTHING


def _caption(reaches: Sequence[Reach]) -> str:
    said = "One row is one login."
    bases = {reach.basis for reach in reaches if reach.token_key is not None}
    if bases == {Basis.ASSUMED}:
        said += " Assumed, not asked: one start URL means one person."
    elif bases == {Basis.LIVE}:
        said += " The portal was asked what each token could open."
    elif bases:
        said += " Where the portal could not be asked, one start URL is assumed to mean one person."
    if any(reach.gate for reach in reaches):
        said += " Gates open as the policy says; no token of theirs is on the disk."
    return said
