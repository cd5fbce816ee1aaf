"""The end of every sign-in on this machine: it needs no config, and leaves no token behind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.portal import Portal
from sekisho.errors import InputNeeded, Refused, SealKeyDamaged, SekishoError, SignInNeeded
from sekisho.login.rejected import quoted
from sekisho.model import Region
from sekisho.ports import Clock, Http
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.sealed import SealedStore
from sekisho.store.sealed_sweep import give_up, sealed_sign_ins, sweep_sealed
from sekisho.store.sweep import LeftAlone, signed_in, sweep

__all__ = ["AllSignedOut", "PortalIn", "sign_out_all", "sign_out_sealed"]

PortalIn = Callable[[Region], Endpoint]
"""Resolves the portal's endpoint in a Region."""


@dataclass(frozen=True, slots=True)
class AllSignedOut:
    """What was ended."""

    tokens: int
    """How many tokens were removed."""
    left_open: tuple[str, ...]
    """Why sessions may live on at the service, one reason for each token that was not ended."""
    left_alone: tuple[LeftAlone, ...]
    """What lies in the caches and is none of what belongs there, or is torn."""
    credentials_until: datetime | None
    """Until when role credentials and assumed roles live on, whoever has copied them; `None` when
    none that are still good were cached."""
    gave_up: bool = False
    """Whether the sealed store was removed without being opened."""

    def and_sealed(self, sealed: "AllSignedOut") -> "AllSignedOut":
        """Return this with what became of the sealed store."""
        ends = [at for at in (self.credentials_until, sealed.credentials_until) if at is not None]
        return replace(
            self,
            tokens=self.tokens + sealed.tokens,
            left_open=(*self.left_open, *sealed.left_open),
            credentials_until=max(ends, default=None),
            gave_up=sealed.gave_up,
        )


def sign_out_all(
    home: Path, state: Path, *, http: Http, clock: Clock, portal_in: PortalIn, local: bool
) -> AllSignedOut:
    """End every sign-in below `home` at the service (unless `local`), then remove all of them.

    `portal_in` resolves the portal's endpoint in a Region. A token goes only to the endpoint
    that its record names, or, without a record, to AWS's own, unless an earlier token's record
    names another (design §3, "Binding"). The files are removed whatever the service says. Blocks
    for one call a token, and for half a second where a file is torn. Raises `FileError`.
    """
    found = () if local else signed_in(home, state, clock)
    sessions = (_Session(one.path.name, one.token, one.record, one.earlier) for one in found)
    left_open = _end_all(sessions, http, portal_in)
    swept = sweep(home, state, clock)
    return AllSignedOut(swept.tokens, left_open, swept.left_alone, swept.credentials_until)


def sign_out_sealed(
    store: SealedStore, *, http: Http, clock: Clock, portal_in: PortalIn, local: bool
) -> AllSignedOut:
    """Do the same with the sealed store.

    Where it cannot be opened, or need not be, since the session's end is `local`, it is removed
    as it is, with its key. Raises `FileError`.
    """
    if local:
        give_up(store.vault)
        return AllSignedOut(0, (), (), None, gave_up=True)
    try:
        found = sealed_sign_ins(store)
    except (SignInNeeded, Refused, InputNeeded, SealKeyDamaged) as closed:
        give_up(store.vault)
        return AllSignedOut(0, (closed.what.splitlines()[0],), (), None, gave_up=True)
    sessions = (_Session(one.key.value, one.token, one.record, ()) for one in found)
    left_open = _end_all(sessions, http, portal_in)
    swept = sweep_sealed(store, clock.now())
    return AllSignedOut(swept.tokens, left_open, (), swept.credentials_until)


@dataclass(frozen=True, slots=True)
class _Session:
    """What is known of one session at the service."""

    name: str
    token: CachedToken | None
    record: TokenRecord | None
    earlier: tuple[TokenRecord, ...]


def _end_all(sessions: Iterator[_Session], http: Http, portal_in: PortalIn) -> tuple[str, ...]:
    reasons = [reason for one in sessions if (reason := _end(one, http, portal_in))]
    return tuple(dict.fromkeys(reasons))


def _end(one: _Session, http: Http, portal_in: PortalIn) -> str:
    """End one session; return why it could not be, or nothing."""
    if one.token is None or one.token.region is None:
        return f"{one.name} does not say which Region its session is in"
    try:
        endpoint = portal_in(one.token.region)
        if one.record is None and endpoint.overridden:
            return f"{one.name} was not written by sekisho, so it is not sent to {endpoint.url}"
        for record in one.earlier if one.record is None else (one.record,):
            if record.portal_endpoint != endpoint.url:
                return f"{one.name} belongs to {record.portal_endpoint}, not {endpoint.url}"
        answer = Portal(http, endpoint).logout(one.token.access_token)
    except SekishoError as error:
        return error.what.splitlines()[0]
    return "" if answer is None or answer.status == 401 else quoted(answer.error)
