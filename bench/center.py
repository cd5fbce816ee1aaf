"""`./dev bench center`: how soon the center is ready, and how much it answers, beside moto's server.

Everything is measured in one run, on the machine that also makes the load. What is compared is
given as a ratio; what an aim names in seconds is given beside its aim.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import center_team
from bench.center_load import Load, Refreshing, Request, measured
from bench.center_page import write_center
from bench.center_servers import center, in_a_test, moto, moto_identity
from bench.pairs import BASE, seconds
from bench.sections import Measured

_ACCOUNTS = (10, 1_000)
_ENVIRON = {"PATH": os.environ["PATH"]}


def main() -> None:
    """Measure, print each line as it comes, and write the section of docs/performance.md."""
    parser = argparse.ArgumentParser(prog="./dev bench center", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6, metavar="N", help="a round (6)")
    parser.add_argument("--starts", type=int, default=7, metavar="N", help="starts of each (7)")
    options = parser.parse_args()
    python = os.environ["SEKISHO_MOTO_PYTHON"]
    rows: list[Measured] = []
    for row in _rows(python, options.starts, options.seconds):
        rows.append(row)
        print(f"{row.what:<62}{row.shown:>16}  {row.aim}", flush=True)
    write_center(rows, cores=len(os.sched_getaffinity(0)))


def _rows(python: str, starts: int, length: float) -> Iterator[Measured]:
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as name:
        folder = Path(name)
        yield from _starts(folder, python, starts)
        with moto(python) as (url, _):
            request = moto_identity(url)
            measured(request, url, seconds=1)
            theirs = measured(request, url, seconds=length)
        yield Measured("moto's server: GetCallerIdentity", f"{theirs.per_second:,.0f}/s")
        for accounts in _ACCOUNTS:
            yield from _operations(folder / str(accounts), accounts, theirs, length)
        yield from center_team.rows(folder, length=length)


def _starts(folder: Path, python: str, starts: int) -> Iterator[Measured]:
    """Start each in turn; the first of the center's makes its database."""
    ours, theirs, base = [], [], []
    for _ in range(starts + 1):
        base.append(seconds(BASE, _ENVIRON))
        with center(folder / "10", 10) as server:
            ours.append(server.seconds)
        with moto(python) as (_, took):
            theirs.append(took)
    ratios = [mine / other for mine, other in zip(ours[1:], base[1:], strict=True)]
    beside = [mine / other for mine, other in zip(ours[1:], theirs[1:], strict=True)]
    ready = statistics.median(ours[1:])
    yield Measured("start to ready, times `python -c pass`", f"{statistics.median(ratios):.1f}")
    yield Measured("start to ready, times moto's server", f"{statistics.median(beside):.2f}")
    yield Measured("start to ready", f"{ready:.2f} s", "under 1 s", met=ready < 1)
    yield from _fixture(folder, starts)


def _fixture(folder: Path, starts: int) -> Iterator[Measured]:
    """Start the center of a test in processes of their own: the first in each, and one more."""
    firsts, others, ratios = [], [], []
    for _ in range(starts):
        base = seconds(BASE, _ENVIRON)
        first, other = in_a_test(folder)
        firsts.append(first)
        others.append(other)
        ratios.append(first / base)
    ready = statistics.median(firsts)
    times = f"{statistics.median(ratios):.1f}"
    yield Measured("a test's own center, the first of a process, times `python -c pass`", times)
    yield Measured(
        "a test's own center, the first of a process", f"{ready:.2f} s", "under 1 s", met=ready < 1
    )
    yield Measured("a test's own center, each further one", f"{statistics.median(others):.2f} s")


def _operations(folder: Path, accounts: int, theirs: Load, length: float) -> Iterator[Measured]:
    with center(folder, accounts) as server:
        kinds: dict[str, Request | Refreshing] = {
            "GetRoleCredentials": server.credentials_request(accounts),
            "CreateToken (refresh)": server.refreshing(),
            "GetCallerIdentity": server.identity_request(accounts),
        }
        for operation, kind in kinds.items():
            what = f"{accounts:,} accounts: {operation}"
            if isinstance(kind, Request):
                measured(kind, server.url, seconds=1)
            peak = measured(kind, server.url, seconds=length)
            yield Measured(what, f"{peak.per_second:,.0f}/s")
            if operation == "GetCallerIdentity":
                times = peak.per_second / theirs.per_second
                yield Measured(
                    f"{what}, times moto's", f"{times:.1f}", "at least 5", met=times >= 5
                )
            if isinstance(kind, Refreshing):
                kind = server.refreshing()  # noqa: PLW2901  # the tokens have been used
            half = measured(kind, server.url, seconds=length, per_second=peak.per_second / 2)
            shown = f"{half.p50 * 1000:.1f} / {half.p99 * 1000:.1f} ms"
            aim = "p99 under 20 ms" if operation == "GetRoleCredentials" else ""
            met = half.p99 < 0.02 if aim else None
            yield Measured(f"{what}, half of that: p50 / p99", shown, aim, met=met)


if __name__ == "__main__":
    main()
