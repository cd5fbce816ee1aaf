"""`docs/performance.md`, as the last `./dev bench` made it."""

from bench.aims import Verdict
from bench.pairs import Ratio
from bench.refresh import PROCESSES, Storm
from bench.sections import PAGE, sections_of

__all__ = ["write_page"]

_HEAD = """\
<!-- Made by ./dev bench. Do not edit. -->

# How fast it is

Every number is a ratio: so many times as long as `python -c pass` of the same environment. The
two are run in turn, {pairs} pairs a row, in one run on one machine; what stands here is the median
of the pairs' ratios, and between which values the middle half of them lies. Processes are started
anew for every measure, and `credential-process` is the installed command. The first row says how
quiet the machine was: on a silent one it is 1.00. Other numbers than ratios would say more about
a machine than about sekisho.

| what | times `python -c pass` | middle half |
|---|---|---|
"""
_AIMS = """
## The aims

`./dev bench --hold` fails when one is missed. What is warm is held to itself as well, so that the
number of profiles does not matter. A command that makes one call may take that call's time besides.

| what | measured | at most | |
|---|---|---|---|
"""
_STORM = """
## One expired token, many processes

{processes} processes that share one cache want the same expired token refreshed at once. Refresh
tokens are good for one use, and each answer takes 200 ms. Medians of a few tries:

| who | CreateToken calls | processes that failed |
|---|---|---|
"""


def write_page(
    rows: list[tuple[str, Ratio]], judged: list[Verdict], storms: list[Storm], *, pairs: int
) -> None:
    """Write the page anew."""
    table = [
        f"| {name.strip()} | {ratio.median:.2f} | {ratio.low:.2f} – {ratio.high:.2f} |\n"
        for name, ratio in rows
    ]
    aims = [
        f"| {each.what} | {each.measured:.2f} | {each.most:.2f} | "
        f"{'held' if each.held else '**missed**'} |\n"
        for each in judged
    ]
    storm = [f"| {each.who} | {each.calls:g} | {each.failed:g} |\n" for each in storms]
    head, stormy = _HEAD.format(pairs=pairs), _STORM.format(processes=PROCESSES)
    text = [head, *table, _AIMS, *aims, stormy, *storm]
    text.append(sections_of(PAGE.read_text(encoding="utf-8")))
    PAGE.write_text("".join(text), encoding="utf-8")
