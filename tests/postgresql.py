"""A PostgreSQL server for one run of the tests, on a Unix socket in a folder of its own.

The first test that asks starts it, whichever of pytest-xdist's processes that is in; the last thing of
the run ends it. `./dev test` says in SEKISHO_POSTGRESQL where its programs are.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

__all__ = ["Server", "initialised", "shared_server", "stop_shared_server"]

_USER = "sekisho"
_UNSAFE_AND_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_PLACE = "postgresql.place"


@dataclass(frozen=True)
class Server:
    """A server that listens in `folder` and nowhere else; its data lie in `data`."""

    folder: Path
    data: Path
    port: int = 5432

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of its database `name`."""
        return f"postgresql+psycopg://{_USER}@/{name}?host={self.folder}&port={self.port}"

    def execute(self, statement: str) -> None:
        """Run a statement that is none of the center's, outside a transaction."""
        engine = create_engine(self.url("postgres"), poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        engine.dispose()

    def start(self, *settings: str) -> None:
        """Start it, and wait until it answers; `settings` as postgresql.conf has them."""
        chosen = ("listen_addresses=", f"unix_socket_directories={self.folder}", *settings)
        options = " ".join(f"-c {setting}" for setting in (f"port={self.port}", *chosen))
        log = self.folder / f"log.{self.port}"
        run("pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options)

    def standby(self) -> "Server":
        """Make a copy of it that follows it, in a folder beside its own. It is not started."""
        copy = Server(self.folder, self.folder / "standby", self.port + 1)
        run(
            "pg_basebackup", "-D", copy.data, "-h", self.folder, "-p", self.port, "-U", _USER,
            "-R", "-X", "stream", "-c", "fast",
        )  # fmt: skip
        return copy

    def promote(self) -> None:
        """Make a standby the primary, and wait until it is."""
        run("pg_ctl", "promote", "-w", "-D", self.data)

    def stop(self, how: str = "immediate") -> None:
        """End it: `immediate` as a crash would, `fast` in order."""
        run("pg_ctl", "stop", "-w", "-m", how, "-D", self.data)


def run(program: str, *arguments: object) -> None:
    """Run one of PostgreSQL's programs, which refuse to be root's."""
    command: list[str | Path] = [
        _programs() / program,
        *map(str, arguments),
    ]
    done = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, cwd="/", text=True, **_as_somebody(),
    )  # fmt: skip
    assert done.returncode == 0, f"{program}: {done.stdout}"


def initialised() -> Server:
    """Make an empty server, in a folder that whoever it runs as can reach. It is not started."""
    folder = Path(tempfile.mkdtemp(prefix="sekisho-pg-"))
    folder.chmod(0o755)
    if somebody := _as_somebody():
        os.chown(folder, somebody["user"], somebody["group"])
    server = Server(folder, folder / "data")
    run("initdb", "-D", server.data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    return server


def shared_server(base: Path) -> Server:
    """Return the server of this run, whose processes share the folder `base`; start it if need be."""
    with (base / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = base / _PLACE
        if not place.exists():
            server = initialised()
            server.start(*_UNSAFE_AND_FAST, "max_connections=200")
            place.write_text(str(server.folder), encoding="utf-8")
        folder = Path(place.read_text(encoding="utf-8"))
    return Server(folder, folder / "data")


def stop_shared_server(base: Path) -> None:
    """End the server of this run, if there is one, and remove all of it."""
    place = base / _PLACE
    if place.exists():
        folder = Path(place.read_text(encoding="utf-8"))
        Server(folder, folder / "data").stop()
        shutil.rmtree(folder)
        place.unlink()


def _programs() -> Path:
    """Where `./dev test` found them; for pytest alone, where a shell or Debian has them."""
    if named := os.environ.get("SEKISHO_POSTGRESQL"):
        return Path(named)
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    folders = [*on_path, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    assert folders, "PostgreSQL is not installed; ./dev test says how to get it"
    return folders[0]


def _as_somebody() -> dict[str, Any]:
    """Root is nobody to PostgreSQL: its own user serves, which Debian's package makes."""
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
