"""Every sign-in there is on this machine, whoever made it: what `logout --all` goes through.

As `aws sso logout` does (`spec/aws-cli.md` §4), a token is any JSON object with an `accessToken`
of text in `~/.aws/sso/cache`, and SSO role credentials are those of `ProviderType` "sso" in
`~/.aws/cli/cache`. Client registrations stay, and so does whatever is neither, which is named. The
roles that sekisho has assumed are every file of its own in the state folder.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sekisho import files
from sekisho.ports import Clock
from sekisho.store import cachefile, keys
from sekisho.store.assumed import is_ours
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.readings import is_token, reading, readings
from sekisho.store.records import is_bound, parse_record

__all__ = ["LeftAlone", "SignedIn", "Swept", "signed_in", "sweep"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One token file."""

    path: Path
    token: CachedToken | None
    """`None` where it has an `accessToken` and is otherwise no token that could be sent."""
    record: TokenRecord | None
    """The record of this very token."""
    earlier: tuple[TokenRecord, ...]
    """Without one: the records of tokens that are here no longer, for the same start URL and
    Region. Another tool may have refreshed one of them into this one (design §3, "Binding")."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A file in the caches that is none of what belongs there, and stays as it is."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What `sweep` did."""

    tokens: int
    """How many token files were removed."""
    left_alone: tuple[LeftAlone, ...]
    credentials_until: datetime | None
    """Until when the role credentials live on that were cached, and the roles that were assumed;
    `None` where all of them have ended."""


def signed_in(home: Path, state: Path, clock: Clock) -> tuple[SignedIn, ...]:
    """Return every token file below `home`, in the order of their names.

    A torn file is read again for half a second, by `clock`. Raises `FileUnreadable` for a folder
    that cannot be looked into.
    """
    found = [(path, _token(data)) for path, data in _token_files(home, clock)]
    tokens = [token for _, token in found if token is not None]
    records = [record for _, record in _records(state, clock)]
    left = [each for each in records if not any(is_bound(token, each) for token in tokens)]
    return tuple(_signed_in(path, token, records, left) for path, token in found)


def sweep(home: Path, state: Path, clock: Clock) -> Swept:
    """Remove every token, every record, all SSO role credentials and all assumed roles.

    A torn file is read again for half a second, by `clock`: the AWS CLI may be writing it. Raises
    `FileUnwritable` at the first file that cannot be removed, and `FileUnreadable` for a folder
    that cannot be looked into.
    """
    removed, left, ends = 0, list[LeftAlone](), list[datetime]()
    for path, found in readings(keys.token_folder(home), clock).items():
        if isinstance(found, str):
            left.append(LeftAlone(path, found))
        elif is_token(found):
            removed += files.remove(path)
        elif not isinstance(found.get("clientId"), str):
            left.append(LeftAlone(path, "it is neither a token nor a client registration"))
    for path, found in readings(keys.role_folder(home), clock).items():
        if isinstance(found, dict) and found.get("ProviderType") == "sso":
            ends += _end_of(found)
            files.remove(path)
        elif isinstance(found, str):
            left.append(LeftAlone(path, found))
    ends += _sweep_assumed(state, left)
    for path, _ in _records(state, clock):
        files.remove(path)
    # session.db is the AWS CLI's own, and no cache of a sign-in
    alone = tuple(each for each in left if each.path.suffix == ".json")
    alive = [end for end in ends if end > clock.now()]
    return Swept(removed, alone, max(alive, default=None))


def _sweep_assumed(state: Path, left: list[LeftAlone]) -> list[datetime]:
    """Remove the assumed roles, and return when they end."""
    ends = list[datetime]()
    for path in sorted(keys.assumed_folder(state).glob("*/*")):
        if is_ours(path) and path.is_file():
            ends += _end_of(reading(path))
            files.remove(path)
        else:
            left.append(LeftAlone(path, "it is no assumed role"))
    return ends


def _end_of(found: dict[str, Any] | str) -> list[datetime]:
    """When the credentials end that a file holds, if it holds any."""
    credentials = found.get("Credentials") if isinstance(found, dict) else None
    if not isinstance(credentials, dict):
        return []
    try:
        return [cachefile.time_in(credentials, "Expiration")]
    except ValueError:
        return []


def _token(data: bytes) -> CachedToken | None:
    try:
        return cachefile.parse_token(data)
    except ValueError:
        return None


def _signed_in(
    path: Path, token: CachedToken | None, records: list[TokenRecord], left: list[TokenRecord]
) -> SignedIn:
    if token is None:
        return SignedIn(path, None, None, ())
    for record in records:
        if is_bound(token, record):
            return SignedIn(path, token, record, ())
    return SignedIn(path, token, None, tuple(each for each in left if _may_be_of(token, each)))


def _may_be_of(token: CachedToken, record: TokenRecord) -> bool:
    """Whether both speak of one start URL and Region; what the file does not say may be either."""
    return token.start_url in (None, record.start_url) and token.region in (None, record.region)


def _token_files(home: Path, clock: Clock) -> Iterator[tuple[Path, bytes]]:
    for path, fields in _objects(keys.token_folder(home), clock):
        if is_token(fields):
            yield path, json.dumps(fields).encode()


def _records(state: Path, clock: Clock) -> Iterator[tuple[Path, TokenRecord]]:
    for path, fields in _objects(keys.record_folder(state), clock):
        try:
            yield path, parse_record(json.dumps(fields).encode())
        except ValueError:
            continue


def _objects(folder: Path, clock: Clock) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every file in `folder` that holds one JSON object; pass over the others."""
    for path, found in readings(folder, clock).items():
        if isinstance(found, dict):
            yield path, found
