"""What a team's center does: many people, both databases, and several replicas of PostgreSQL's.

Replicas are given a small part of a core each, so that a machine of two has room for four, for
the database and for the load: what is measured is whether they hinder one another.
"""

import contextlib
import shutil
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bench import share
from bench.center_load import Refreshing, Request, measured
from bench.center_servers import CenterServer, center
from bench.sections import Measured
from sekisho.center.center import password_hasher
from sekisho.center.directory.instance import load_instance
from sekisho.center.settings import PasswordCost
from sekisho.center.storage.opening import open_database
from sekisho.center.storage.times import to_epoch
from tests.crowd import add_crowd, name_of
from tests.postgresql import initialised

__all__ = ["rows"]

_ACCOUNTS = 1_000
_FEW, _MANY = 100, 100_000
_SHARE = 0.2
"""Of a core, for each replica."""
_REPLICAS = (1, 2, 4)
_ROUNDS = 3
_LEAST_OF_TWO = 1.7
_MOST_BY_PEOPLE = 1.25
"""Both are one program on one machine: so much is noise."""


def rows(folder: Path, *, length: float) -> Iterator[Measured]:
    """Measure both databases with few people and with many, and then the replicas."""
    files = [f"sqlite:///{folder / name}.sqlite3" for name in ("few", "many")]
    yield from _of_people("SQLite", folder, *files, length=length)
    with _postgresql("few", "many") as urls:
        yield from _of_people("PostgreSQL", folder, *urls, length=length)
        yield from _of_replicas(folder / "many", urls[1], length)


def _of_people(
    what: str, folder: Path, with_few: str, with_many: str, *, length: float
) -> Iterator[Measured]:
    """Each operation among few people and among many, in turn."""
    with (
        center(folder / "few", _ACCOUNTS, database=with_few) as less,
        center(folder / "many", _ACCOUNTS, database=with_many) as more,
    ):
        _fill(with_few, range(_FEW))
        _fill(with_many, range(_MANY))
        for (name, few), (_, many) in zip(
            _kinds(less, with_few), _kinds(more, with_many), strict=True
        ):
            ratios, peaks = [], []
            for _ in range(_ROUNDS):
                base = measured(_anew(few, less), less.url, seconds=length).per_second
                peaks.append(measured(_anew(many, more), more.url, seconds=length).per_second)
                ratios.append(base / peaks[-1])
            pace = statistics.median(peaks) / 2
            half = measured(_anew(many, more), more.url, seconds=length, per_second=pace)
            times = statistics.median(ratios)
            title = f"{what}, {_MANY:,} people: {name}"
            yield Measured(title, f"{pace * 2:,.0f}/s")
            yield Measured(
                f"{title}, times the cost among {_FEW:,}",
                f"{times:.2f}",
                f"at most {_MOST_BY_PEOPLE}",
                met=times <= _MOST_BY_PEOPLE,
            )
            latency = f"{half.p50 * 1000:.1f} / {half.p99 * 1000:.1f} ms"
            yield Measured(f"{title}, half of that: p50 / p99", latency)


def _of_replicas(folder: Path, url: str, length: float) -> Iterator[Measured]:
    if not share.can_limit():
        yield Measured("replicas, each with a part of a core", "not measured: no control groups")
        return
    alone: dict[str, float] = {}
    for count in _REPLICAS:
        with contextlib.ExitStack() as stack:
            servers = [
                stack.enter_context(center(folder, _ACCOUNTS, database=url, cores=_SHARE))
                for _ in range(count)
            ]
            urls = [server.url for server in servers]
            kinds: dict[str, Request | Refreshing] = {
                "GetRoleCredentials": servers[0].credentials_request(_ACCOUNTS),
                "CreateToken (refresh)": servers[0].refreshing(),
                "GetCallerIdentity": servers[0].identity_request(_ACCOUNTS),
            }
            for name, kind in kinds.items():
                peak = measured(kind, *urls, seconds=length * 2).per_second
                times = peak / alone.setdefault(name, peak)
                met = times >= _LEAST_OF_TWO if count == 2 else None
                aim = f"at least {_LEAST_OF_TWO} times" if count == 2 else ""
                shown = f"{peak:,.0f}/s, {times:.2f} times"
                yield Measured(f"{_name(count)} of {_SHARE} cores: {name}", shown, aim, met=met)


def _name(count: int) -> str:
    return "one replica" if count == 1 else f"{count} replicas"


def _anew(kind: Request | Refreshing, server: CenterServer) -> Request | Refreshing:
    """The same again: refresh tokens have been used."""
    return server.refreshing() if isinstance(kind, Refreshing) else kind


def _kinds(server: CenterServer, url: str) -> Iterator[tuple[str, Request | Refreshing]]:
    """What the tools of people ask for, and what administrators do."""
    store = _identity_store(url)
    email = {"AttributePath": "emails.value", "AttributeValue": name_of(_FEW - 1)}
    yield "ListAccounts", server.accounts_request()
    yield "GetRoleCredentials", server.credentials_request(_ACCOUNTS)
    yield "CreateToken (refresh)", server.refreshing()
    yield "GetCallerIdentity", server.identity_request(_ACCOUNTS)
    yield (
        "GetUserId by e-mail",
        server.administration_request(
            _ACCOUNTS,
            "GetUserId",
            IdentityStoreId=store,
            AlternateIdentifier={"UniqueAttribute": email},
        ),
    )
    yield (
        "ListUsers, a page of 100",
        server.administration_request(
            _ACCOUNTS, "ListUsers", IdentityStoreId=store, MaxResults=100
        ),
    )


def _identity_store(url: str) -> str:
    database = open_database(url)
    with database.reading() as connection:
        found = load_instance(connection).identity_store_id
    database.close()
    return found


def _fill(url: str, numbers: range) -> None:
    """Put a crowd beside whoever serves the database, and let it count what it has got."""
    database = open_database(url)
    with database.writing() as connection:
        add_crowd(
            connection,
            numbers,
            now=to_epoch(datetime.now(UTC)),
            password_hash=password_hasher(PasswordCost()).hash("nobody's"),
            account_id=f"{_ACCOUNTS:012}",
            permission_set="ReadOnlyAccess",
        )
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))
    database.close()


@contextlib.contextmanager
def _postgresql(*names: str) -> Iterator[list[str]]:
    """A server with its durable settings, and empty databases."""
    server = initialised()
    try:
        server.start("max_connections=200", "shared_buffers=256MB")
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        yield [server.url(name) for name in names]
    finally:
        server.stop()
        shutil.rmtree(server.folder)
