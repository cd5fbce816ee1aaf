"""Every sign-in there is on this machine, whoever made it: what `logout --all` goes through.

As `aws sso logout` does (`spec/aws-cli.md` §4), a token is any JSON object with an `accessToken`
of text in `~/.aws/sso/cache`, and SSO role credentials are those of `ProviderType` "sso" in
`~/.aws/cli/cache`. Client registrations stay, and so does whatever is neither.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sekisho import files
from sekisho.errors import FileUnreadable
from sekisho.store import cachefile, keys
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.records import is_bound, parse_record

__all__ = ["SignedIn", "signed_in", "sweep"]


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


def signed_in(home: Path, state: Path) -> tuple[SignedIn, ...]:
    """Return every token file below `home`, in the order of their names. Raises nothing."""
    found = [(path, _token(data)) for path, data in _token_files(home)]
    tokens = [token for _, token in found if token is not None]
    records = [record for _, record in _records(state)]
    left = [each for each in records if not any(is_bound(token, each) for token in tokens)]
    return tuple(_signed_in(path, token, records, left) for path, token in found)


def sweep(home: Path, state: Path) -> int:
    """Remove every token, every record, and all SSO role credentials; return how many tokens.

    Raises `FileUnwritable` at the first file that cannot be removed.
    """
    removed = sum(files.remove(path) for path, _ in _token_files(home))
    for path, fields in _objects(keys.role_folder(home)):
        if fields.get("ProviderType") == "sso":
            files.remove(path)
    for path, _ in _records(state):
        files.remove(path)
    return removed


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


def _token_files(home: Path) -> Iterator[tuple[Path, bytes]]:
    for path, fields in _objects(keys.token_folder(home)):
        if isinstance(fields.get("accessToken"), str):
            yield path, json.dumps(fields).encode()


def _records(state: Path) -> Iterator[tuple[Path, TokenRecord]]:
    for path, fields in _objects(keys.record_folder(state)):
        try:
            yield path, parse_record(json.dumps(fields).encode())
        except ValueError:
            continue


def _objects(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every file in `folder` that holds one JSON object; pass over the others."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            data = files.read(path)
            fields = json.loads(data) if data else None
        except (FileUnreadable, ValueError, RecursionError):
            continue
        if isinstance(fields, dict):
            yield path, fields
