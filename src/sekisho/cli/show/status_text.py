"""What `status` shows a person: a block for each sign-in, and its profiles in it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import columns, padded, wrapped
from sekisho.errors import SekishoError
from sekisho.model import Delivery, Form, TokenKey
from sekisho.status import ProfileStatus, SessionStatus, State, Status

__all__ = ["status_text"]

_LABEL = 10
"""Columns of the labels at the left."""
_WIDEST_NAME = 32


def status_text(
    found: Status, *, now: datetime, file_of: Callable[[TokenKey], str], ink: Ink
) -> str:
    """Draw everything; `file_of` says where a token lies. It ends in a newline, or is empty."""
    by_key: dict[TokenKey | None, list[ProfileStatus]] = {}
    for profile in found.profiles:
        by_key.setdefault(profile.token_key, []).append(profile)
    blocks = [
        _session(session, by_key.get(session.target.token_key, ()), now, file_of, ink)
        for session in found.sessions
    ]
    shown = {session.target.token_key for session in found.sessions}
    left = [each for key, group in by_key.items() if key not in shown for each in group]
    if broken := [each for each in left if each.problem is not None]:
        blocks.append([ink.bad("cannot sign in"), *_problems(broken, ink)])
    if without := [each.profile for each in left if each.problem is None]:
        blocks.append([ink.dim(f"no SSO: {printable(', '.join(without))}")])
    return "".join("\n".join(block) + "\n" for block in _parted(blocks))


def _parted(blocks: list[list[str]]) -> Iterator[list[str]]:
    for number, block in enumerate(blocks):
        yield ["", *block] if number else block


def _session(
    session: SessionStatus,
    profiles: Sequence[ProfileStatus],
    now: datetime,
    file_of: Callable[[TokenKey], str],
    ink: Ink,
) -> list[str]:
    target = session.target
    key = target.token_key
    legacy = ink.dim(" (legacy form)") if key.form is Form.LEGACY else ""
    kind = ink.dim(" (guarded)") if key.delivery is Delivery.GUARDED else legacy
    lines = [f"{ink.strong(printable(key.value))}{kind}  {_state(session, ink)}"]
    guarded = key.delivery is Delivery.GUARDED
    if session.access_expires is not None:
        if session.state is not State.MISMATCH:
            lines += [_line("person", printable(session.person or "not known"), ink)]
        held = "with the agent, " if guarded else ""
        lines += [_line("token", held + _token(session, session.access_expires, now), ink)]
    where = target.region if legacy else f"{printable(target.start_url)} in {target.region}"
    lines += [_line("portal", where, ink)]
    if not guarded and (session.access_expires is not None or session.trouble is not None):
        lines += [_line("file", printable(file_of(key)), ink)]
    names = [columns(printable(each.profile)) for each in profiles]
    width = min(max(names, default=0), _WIDEST_NAME)
    for number, profile in enumerate(profiles):
        lines += [_line("" if number else "profiles", _profile(profile, width, now, ink), ink)]
    if session.trouble is not None:
        lines += _trouble(session.trouble, ink)
    elif not session.usable:
        lines += [_command(session.login, ink)]
    return [*lines, *_problems([each for each in profiles if each.problem], ink)]


def _line(label: str, text: str, ink: Ink) -> str:
    """A labelled line, which is broken beside its label where the terminal is narrow."""
    beside = wrapped(f"{'':{_LABEL + 2}}{text}", sys.stdout)
    return f"  {ink.dim(label.ljust(_LABEL))}{beside[_LABEL + 2 :]}"


def _command(text: str, ink: Ink) -> str:
    """What is to be copied stays on its line."""
    return f"  {ink.dim('do:'.ljust(_LABEL))}{ink.strong(text)}"


def _state(session: SessionStatus, ink: Ink) -> str:
    guarded = session.target.delivery is Delivery.GUARDED
    match session.state:
        case State.ABSENT if guarded:
            return ink.bad("not known") if session.trouble else ink.dim("every gate is closed")
        case State.OPEN:
            return ink.good("open")
        case State.EXPIRED:
            return ink.warn("expired, refreshes at its next use" if session.usable else "expired")
        case State.ABSENT:
            return ink.bad("no usable token") if session.trouble else ink.dim("not signed in")
        case State.MISMATCH:
            return ink.bad("not for what the config asks for")


def _token(session: SessionStatus, expires: datetime, now: datetime) -> str:
    said = _time_left(expires, now)
    if session.state is State.MISMATCH:
        return said
    if session.refreshable and session.registration_expires is not None:
        said += f"; refreshes by itself until {session.registration_expires:%Y-%m-%d} at the latest"
    elif session.registration_expires is not None:
        said += f"; its client is registered until {session.registration_expires:%Y-%m-%d}"
    return said


def _profile(profile: ProfileStatus, width: int, now: datetime, ink: Ink) -> str:
    name = padded(printable(profile.profile), width)
    state = ink.good("open") if profile.open else ink.dim("closed")
    if profile.open and profile.gate is not None:
        state += f" until {_clock(profile.gate.closes_at, now)}"
    if profile.credentials_expire is None:
        return f"{name}  {state}"
    plain = profile.open and profile.gate is None
    gap = " " * (len("closed") - len("open")) if plain else ""
    credentials = ink.dim(f"credentials: {_time_left(profile.credentials_expire, now)}")
    return f"{name}  {state}{gap}  {credentials}"


def _problems(profiles: Sequence[ProfileStatus], ink: Ink) -> list[str]:
    return [
        line
        for each in profiles
        if each.problem is not None
        for line in (f"  {printable(each.profile)}:", *_trouble(each.problem, ink))
    ]


def _trouble(error: SekishoError, ink: Ink) -> list[str]:
    said = [wrapped(f"  {printable(line)}", sys.stdout) for line in error.what.splitlines()]
    lines = [ink.warn(line) for line in said]
    return [*lines, _command(error.do, ink)] if error.do else lines


def _clock(at: datetime, now: datetime) -> str:
    """A time as a clock on the wall has it, with its day where that is another than today."""
    there = at.astimezone()
    same_day = there.date() == now.astimezone().date()
    return f"{there:%H:%M}" if same_day else f"{there:%Y-%m-%d %H:%M}"


def _time_left(until: datetime, now: datetime) -> str:
    """In words; the day where it is far off."""
    left = until - now
    if left <= timedelta(0):
        return f"expired {until.astimezone():%Y-%m-%d %H:%M}"
    minutes = int(left.total_seconds()) // 60
    if left >= timedelta(days=2):
        return f"{left.days} days left"
    return f"{minutes // 60} h {minutes % 60} min left" if minutes >= 60 else f"{minutes} min left"
