"""The center's database, for commands of the machine that it lies on."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sekisho.cli.assembly import Machine
from sekisho.errors import MissingExtra

if TYPE_CHECKING:
    from sekisho.center.storage.database import Database

__all__ = ["database_at_rest", "database_url"]


def database_url(here: Machine, given: str | None) -> str:
    """Return the URL of the database: the `given` one, or the file in the state folder."""
    return given or f"sqlite:///{here.state / 'center' / 'center.sqlite3'}"


def database_at_rest(
    here: Machine, given: str | None, *, command: str, make: bool = False
) -> "AbstractContextManager[Database]":
    """Open it, also beside a center that serves it (`center/storage/at_rest.py`).

    Raises `MissingExtra`, for `command`, and what is raised there.
    """
    try:
        from sekisho.center.storage import at_rest
    except ImportError as error:
        raise MissingExtra(command, extra="center") from error
    return at_rest.database_at_rest(database_url(here, given), make=make)
