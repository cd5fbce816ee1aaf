"""`docs/performance.md` is written by several verbs of `./dev bench`; each keeps what the others made."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGE", "Measured", "sections_of", "table_of", "with_section", "write_section"]

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_ANY_BEGIN = "<!-- Made by ./dev bench "
"""How the section of each of `./dev bench`'s own verbs begins."""


def sections_of(page: str) -> str:
    """Return the sections of `page` that `./dev bench` leaves as they are: those of its verbs."""
    begin = page.find(_ANY_BEGIN)
    return "" if begin < 0 else f"\n{page[begin:]}"


def with_section(page: str, verb: str, text: str) -> str:
    """Return `page` with `text` as the section of `verb`; what other verbs have made stays."""
    begin = f"{_ANY_BEGIN}{verb}. Do not edit. -->\n"
    before, _, old = page.partition(begin)
    return "".join([before.rstrip("\n"), "\n\n", begin, text, sections_of(old)])


def write_section(verb: str, text: str) -> None:
    """Write the section of `verb` anew."""
    PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), verb, text), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Measured:
    """One row."""

    what: str
    shown: str
    aim: str = ""
    met: bool | None = None
    """`None` where there is no aim."""

    @property
    def verdict(self) -> str:
        """The aim, and whether it was met."""
        if self.met is None:
            return self.aim
        return f"{self.aim}: {'met' if self.met else '**missed**'}"


def table_of(rows: list[Measured]) -> str:
    """Return the table of `rows`."""
    head = "| what | measured | aim |\n|---|---|---|\n"
    return head + "".join(f"| {row.what} | {row.shown} | {row.verdict} |\n" for row in rows)
