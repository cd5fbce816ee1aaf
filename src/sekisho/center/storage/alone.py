"""One process per SQLite file: who serves it, or changes its tables, keeps the others out."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sekisho import files

__all__ = ["alone", "sqlite_file"]

_LOCK_SECONDS = 2


@contextlib.contextmanager
def alone(url: str) -> Iterator[None]:
    """Hold the SQLite file of `url` for the block; PostgreSQL is there for several at once.

    Raises `errors.FileLocked`, which names the process that holds it.
    """
    file = sqlite_file(url)
    if file is None:
        yield
        return
    with files.lock(file.with_name(f"{file.name}.lock"), seconds=_LOCK_SECONDS):
        yield


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite URL; a wrong URL is for `open_database` to refuse."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    in_memory = parsed.database in (None, "", ":memory:")
    is_file = parsed.get_backend_name() == "sqlite" and not in_memory
    return Path(parsed.database or "") if is_file else None
