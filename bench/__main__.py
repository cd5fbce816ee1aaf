"""`./dev bench`: every row is a ratio to `python -c pass` of the same environment, in one run.

It ends by writing docs/performance.md, where every aim stands beside what was measured. With
--hold it exits 1 when an aim was missed.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.aims import AGENT, WARM, verdicts
from bench.calls import one_call
from bench.gate import open_gate
from bench.homes import PROFILE, signed_in
from bench.login import stage_for_login
from bench.page import write_page
from bench.pairs import BASE, Ratio, compare, seconds
from bench.refresh import storms

_KEPT = ("PATH", "LANG", "PYTHONPATH", "VIRTUAL_ENV")
"""What of the real environment the measured processes see."""
_PROFILES = (10, 1_000, 10_000)
_ASKED = ("credential-process", "--profile", PROFILE)
_LONG_WAY = ("--color", "never")
"""Any option that the short way does not know."""

Measure = Callable[[], float]


def main() -> int:
    """Print one line for each row, as soon as it is measured; return the exit status."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=40, metavar="N", help="pairs a row (40)")
    parser.add_argument("--hold", action="store_true", help="exit 1 when an aim was missed")
    given = parser.parse_args()
    pairs: int = given.pairs
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ}

    print(f"times `python -c pass`: median of {pairs} pairs, taken in turn [quartiles]\n")
    rows: list[tuple[str, Ratio]] = []
    for name, measure in _rows(environ):
        ratio = compare(measure, lambda: seconds(BASE, environ), pairs=pairs)
        rows.append((name, ratio))
        print(f"{name:<58}{ratio.median:7.2f}  [{ratio.low:.2f} {ratio.high:.2f}]", flush=True)
    print("\none expired token, twenty processes: CreateToken calls, processes that failed\n")
    came = []
    for storm in storms():
        came.append(storm)
        print(f"{storm.who:<58}{storm.calls:7g}  {storm.failed:g}", flush=True)
    print("\nthe aims\n")
    judged = verdicts(dict(rows), _PROFILES)
    for each in judged:
        said = "held" if each.held else "MISSED"
        print(f"{each.what:<58}{each.measured:7.2f}  at most {each.most:.2f}: {said}", flush=True)
    write_page(rows, judged, came, pairs=pairs)
    return int(given.hold and not all(each.held for each in judged))


def _rows(environ: dict[str, str]) -> Iterator[tuple[str, Measure]]:
    script = Path(sys.executable).with_name("sekisho")
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        yield "python -c pass itself (how quiet the machine is)", _run(BASE, environ)
        for count in _PROFILES:
            home = signed_in(Path(folder) / str(count), count, environ)
            yield WARM.format(count), _run((str(script), *_ASKED), home)
            module = (sys.executable, "-m", "sekisho", *_ASKED)
            yield f"  as python -m sekisho, {count:,} profiles", _run(module, home)
            long_way = (str(script), *_ASKED, *_LONG_WAY)
            yield f"  by the long way, {count:,} profiles", _run(long_way, home)
        yield "sekisho --version", _run((str(script), "--version"), environ)
    with stage_for_login() as login:
        yield "login (PKCE), without the person's time", login.without_the_person
        yield from one_call(login, script)
        with open_gate(login) as guarded:
            asked = (str(script), "credential-process", "--profile", "dev")
            yield AGENT, _run(asked, guarded)


def _run(command: tuple[str, ...], environ: dict[str, str]) -> Measure:
    return lambda: seconds(command, environ)


if __name__ == "__main__":
    sys.exit(main())
