"""Opening a database: which kind it is, whether its tables are ours, and tables for an empty one."""

from sqlalchemy import Connection, column, insert, inspect, select, table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from sekisho.center.storage.database import Database, DatabaseAway
from sekisho.center.storage.tables import METADATA, REVISION, alembic_version
from sekisho.errors import DatabaseRefused

__all__ = ["connect", "open_database", "revision_of"]

_OLDEST = table("schema_version", column("version"))
"""What held the revision before Alembic did."""


def open_database(url: str) -> Database:
    """Connect to the database at `url`, and give an empty one its tables.

    Raises `errors.DatabaseRefused` for a URL or a database that this version cannot use: one
    that cannot be reached, somebody else's, an older one, a newer one.
    """
    database, shown = connect(url)
    try:
        with database.setting_up() as connection:
            _prepare(connection, shown)
    except DBAPIError as error:
        database.close()
        raise DatabaseRefused(shown, str(error.orig).strip()) from error
    except DatabaseAway as away:
        database.close()
        raise DatabaseRefused(shown, str(away).strip()) from away
    except DatabaseRefused:
        database.close()
        raise
    return database


def connect(url: str) -> tuple[Database, str]:
    """Return the database at `url` as it is, and how to name it; nothing is read yet.

    Makes the SQLite file, mode 0600, and its folder. Raises `errors.DatabaseRefused`.
    """
    parsed = _parsed(url)
    shown = parsed.render_as_string(hide_password=True)
    match parsed.get_backend_name():
        case "sqlite":
            from sekisho.center.storage.sqlite import open_sqlite

            return open_sqlite(parsed, shown), shown
        case "postgresql":
            from sekisho.center.storage.postgresql import open_postgresql

            return open_postgresql(parsed, shown), shown
        case _:
            raise DatabaseRefused(
                shown,
                "the center keeps its data in SQLite (sqlite:///FILE) or in PostgreSQL "
                "(postgresql+psycopg://USER@HOST/NAME)",
            )


def revision_of(connection: Connection, shown: str) -> str | None:
    """Return the revision of a database's tables; `None`: it has no tables.

    Raises `errors.DatabaseRefused` where the tables are not the center's.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return None
    if alembic_version.name in names:
        return connection.execute(select(alembic_version.c.version_num)).scalar()
    if _OLDEST.name in names:
        return f"{connection.execute(select(_OLDEST.c.version)).scalar():04}"
    raise DatabaseRefused(shown, "it has tables, and they are not the center's")


def _prepare(connection: Connection, shown: str) -> None:
    revision = revision_of(connection, shown)
    if revision is None:
        METADATA.create_all(connection)
        connection.execute(insert(alembic_version).values(version_num=REVISION))
    elif revision < REVISION:
        raise DatabaseRefused(
            shown,
            f"its tables are of revision {revision}, and this sekisho needs {REVISION}",
            do="stop every center that uses it, keep a copy, and run: "
            f"sekisho center migrate --database {shown}",
        )
    elif revision > REVISION:
        raise DatabaseRefused(
            shown,
            f"its tables are of revision {revision}, and this sekisho knows {REVISION}",
            do="use the newer sekisho that made them",
        )


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # the latter: its port is no number
        scheme = url.partition(":")[0] if ":" in url else url
        raise DatabaseRefused(f"{scheme}:…", "it is not a database URL") from None
