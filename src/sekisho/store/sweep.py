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


def signed_in(home: Path, state: Path) -> tuple[SignedIn, ...]:
    """Return every token file below `home`, in the order of their names. Raises nothing."""
    records = [record for _, record in _records(state)]
    return tuple(_signed_in(path, data, records) for path, data in _token_files(home))


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


def _signed_in(path: Path, data: bytes, records: list[TokenRecord]) -> SignedIn:
    try:
        token = cachefile.parse_token(data)
    except ValueError:
        return SignedIn(path, None, None)
    bound = (record for record in records if is_bound(token, record))
    return SignedIn(path, token, next(bound, None))


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
