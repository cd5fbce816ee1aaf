"""The end of every sign-in on this machine: it needs no config, and leaves no token behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.portal import Portal
from sekisho.errors import SekishoError
from sekisho.login.rejected import quoted
from sekisho.model import Region
from sekisho.ports import Clock, Http
from sekisho.store.sweep import LeftAlone, SignedIn, signed_in, sweep

__all__ = ["AllSignedOut", "sign_out_all"]


@dataclass(frozen=True, slots=True)
class AllSignedOut:
    """What was ended."""

    tokens: int
    """How many token files were removed."""
    left_open: tuple[str, ...]
    """Why sessions may live on at the service, one reason for each token that was not ended."""
    left_alone: tuple[LeftAlone, ...]
    """What lies in the caches and is none of what belongs there, or is torn."""
    credentials_until: datetime | None
    """Until when role credentials and assumed roles live on, whoever has copied them; `None` when
    none that are still good were cached."""


def sign_out_all(
    home: Path,
    state: Path,
    *,
    http: Http,
    clock: Clock,
    portal_in: Callable[[Region], Endpoint],
    local: bool,
) -> AllSignedOut:
    """End every sign-in below `home` at the service (unless `local`), then remove all of them.

    `portal_in` resolves the portal's endpoint in a Region. A token goes only to the endpoint
    that its record names, or, without a record, to AWS's own, unless an earlier token's record
    names another (design §3, "Binding"). The files are removed whatever the service says. Blocks
    for one call a token, and for half a second where a file is torn. Raises `FileError`.
    """
    found = () if local else signed_in(home, state, clock)
    reasons = [reason for one in found if (reason := _end(one, http, portal_in))]
    swept = sweep(home, state, clock)
    left_open = tuple(dict.fromkeys(reasons))
    return AllSignedOut(swept.tokens, left_open, swept.left_alone, swept.credentials_until)


def _end(one: SignedIn, http: Http, portal_in: Callable[[Region], Endpoint]) -> str:
    """End one session; return why it could not be, or nothing."""
    if one.token is None or one.token.region is None:
        return f"{one.path.name} does not say which Region its session is in"
    try:
        endpoint = portal_in(one.token.region)
        if one.record is None and endpoint.overridden:
            return (
                f"{one.path.name} was not written by sekisho, so it is not sent to {endpoint.url}"
            )
        binding = one.earlier if one.record is None else (one.record,)
        for record in binding:
            if record.portal_endpoint != endpoint.url:
                return f"{one.path.name} belongs to {record.portal_endpoint}, not {endpoint.url}"
        answer = Portal(http, endpoint).logout(one.token.access_token)
    except SekishoError as error:
        return error.what.splitlines()[0]
    return "" if answer is None or answer.status == 401 else quoted(answer.error)
