"""The center's section of `docs/performance.md`, as the last `./dev bench center` made it."""

from bench.sections import Measured, table_of, write_section

__all__ = ["write_center"]

_HEAD = """
## The center

On one machine with {cores} cores, on which the load was made, too: eight connections from a process
of its own, SQLite in a file, limits off, and one second of warming up. "Half of that" paces requests
at half of what the line above came to, and a latency counts from when the request was due. moto's
server answers GetCallerIdentity for any signature; the center verifies it, and looks up key, person
and assignment. Absolute numbers stand only where an aim is one.

For the rows with many people, the others have signed in with a browser and two tools each, and are in groups of
fifty; PostgreSQL runs on the same machine with its own settings, so it writes every commit to the disk. A
replica of 0.2 cores may use no more than that, so that the machine has room for four of them, for the database
and for the load: the rows say whether replicas hinder one another, and not what a machine can do.

"""


def write_center(rows: list[Measured], *, cores: int) -> None:
    """Write the section anew."""
    write_section("center", _HEAD.format(cores=cores) + table_of(rows))
