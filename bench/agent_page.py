"""The agent's section of `docs/performance.md`, as the last `./dev bench agent` made it."""

import re
from dataclasses import dataclass

from bench.center_page import PAGE

__all__ = ["Row", "write_section"]

_BEGIN = "<!-- Made by ./dev bench agent. Do not edit. -->\n"
_OWN = re.compile(re.escape(_BEGIN) + r".*?(?=<!-- Made by ./dev bench |\Z)", re.DOTALL)
_HEAD = """
## The agent

On one machine with {cores} cores, on which the load was made, too: a real agent, one open gate, and a
line of the audit log on the disk for each release. The clients are connections of one process. A latency
counts from when the release was due.

| what | measured | aim |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
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


def write_section(rows: list[Row], *, cores: int) -> None:
    """Write the section anew, where it stands or at the end; the others stay as they are."""
    table = [f"| {row.what} | {row.shown} | {row.verdict} |\n" for row in rows]
    section = "".join([_BEGIN, _HEAD.format(cores=cores), *table])
    page = PAGE.read_text(encoding="utf-8")
    found = _OWN.search(page)
    if found is None:
        page = f"{page.rstrip()}\n\n{section}"
    else:
        more = "\n" if found.end() < len(page) else ""
        page = page[: found.start()] + section + more + page[found.end() :]
    PAGE.write_text(page, encoding="utf-8")
