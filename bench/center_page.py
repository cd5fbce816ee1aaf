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

"""


def write_center(rows: list[Measured], *, cores: int) -> None:
    """Write the section anew."""
    write_section("center", _HEAD.format(cores=cores) + table_of(rows))
