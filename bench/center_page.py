"""The center's section of `docs/performance.md`, as the last `./dev bench center` made it."""

from dataclasses import dataclass

from bench.sections import write_section

__all__ = ["Measured", "write_center"]

_HEAD = """
## The center

On one machine with {cores} cores, on which the load was made, too: eight connections from a process
of its own, SQLite in a file, limits off, and one second of warming up. "Half of that" paces requests
at half of what the line above came to, and a latency counts from when the request was due. moto's
server answers GetCallerIdentity for any signature; the center verifies it, and looks up key, person
and assignment. Absolute numbers stand only where an aim is one.

| what | measured | aim |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One row."""

    what: str
    shown: str
    aim: str = ""
    met: bool | None = None
    """`None` where there is no aim."""


def write_center(rows: list[Measured], *, cores: int) -> None:
    """Write the section anew."""
    table = [f"| {row.what} | {row.shown} | {_aim(row)} |\n" for row in rows]
    write_section("center", "".join([_HEAD.format(cores=cores), *table]))


def _aim(row: Measured) -> str:
    if row.met is None:
        return row.aim
    return f"{row.aim}: {'met' if row.met else '**missed**'}"
