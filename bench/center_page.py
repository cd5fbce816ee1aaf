"""The center's section of `docs/performance.md`, as the last `./dev bench center` made it."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGE", "Measured", "sections_of", "write_section"]

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_ANY_BEGIN = "<!-- Made by ./dev bench "
"""How the section of each of `./dev bench`'s own verbs begins."""
_BEGIN = f"{_ANY_BEGIN}center. Do not edit. -->\n"
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


def sections_of(page: str) -> str:
    """Return the sections of `page` that `./dev bench` leaves as they are: those of its verbs."""
    begin = page.find(_ANY_BEGIN)
    return "" if begin < 0 else f"\n{page[begin:]}"


def write_section(rows: list[Measured], *, cores: int) -> None:
    """Write the section anew; what other verbs have made stands behind it."""
    before, _, old = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    table = [f"| {row.what} | {row.shown} | {_aim(row)} |\n" for row in rows]
    text = [before.rstrip("\n"), "\n\n", _BEGIN, _HEAD.format(cores=cores), *table]
    PAGE.write_text("".join([*text, sections_of(old)]), encoding="utf-8")


def _aim(row: Measured) -> str:
    if row.met is None:
        return row.aim
    return f"{row.aim}: {'met' if row.met else '**missed**'}"
