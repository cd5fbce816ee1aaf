"""The center's section of `docs/performance.md`, as the last `./dev bench center` made it."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Measured", "section_of", "write_section"]

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGIN = "<!-- Made by ./dev bench center. Do not edit. -->\n"
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


def section_of(page: str) -> str:
    """Return the center's section of `page`, which `./dev bench` leaves as it is."""
    begin = page.find(_BEGIN)
    return "" if begin < 0 else f"\n{page[begin:]}"


def write_section(rows: list[Measured], *, cores: int) -> None:
    """Write the section anew, at the end of the page."""
    page = PAGE.read_text(encoding="utf-8")
    rest = page.partition(_BEGIN)[0].rstrip("\n")
    table = [f"| {row.what} | {row.shown} | {_aim(row)} |\n" for row in rows]
    text = "".join([rest, "\n\n", _BEGIN, _HEAD.format(cores=cores), *table])
    PAGE.write_text(text, encoding="utf-8")


def _aim(row: Measured) -> str:
    if row.met is None:
        return row.aim
    return f"{row.aim}: {'met' if row.met else '**missed**'}"
