"""`./dev bench config`: lint, reach and an edit of 10,000 profiles, beside botocore's load of the file.

Each is a process of its own, from start to end, and so is the load: `Session.full_config`, which every
program on boto3 waits for. The two are run in turn, as in `bench.pairs`.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.homes import signed_in
from bench.pairs import BASE, Ratio, compare, seconds
from bench.sections import write_section

_PROFILES = 10_000
_PAIRS = 10
_FINDINGS = 1
"""The exit status of `lint` and `doctor` that have found something."""
_MOST = 1.4
"""A second, in loads."""
_KEPT = ("PATH", "LANG", "PYTHONPATH", "VIRTUAL_ENV")
_LOAD = (sys.executable, "-c", "import botocore.session as s; s.get_session().full_config")
_HEAD = """
## Configs of {profiles:,} profiles

How many times as long as botocore's load of the same file, each a process from start to end: the
median of {pairs} pairs, and between which values the middle half of them lies. One second is the aim
for lint and reach. The load took 0.7 seconds of processor time where the aim was set, on a quiet
machine, so the aim is {most} times the load. An edit is `sekisho configure sso-session`: it reads the file,
changes one line, shows the diff, keeps a backup and writes.

| what | times botocore's load | middle half | aim |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """What is measured, and beside what."""

    what: str
    measure: Callable[[], float]
    beside: Callable[[], float]
    aim: float | None = None


def main() -> None:
    """Measure, print each row, and write the section of docs/performance.md."""
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
    text = [_HEAD.format(profiles=_PROFILES, pairs=_PAIRS, most=_MOST)]
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder:
        for row in _rows(Path(folder), environ):
            text.append(_line(row, compare(row.measure, row.beside, pairs=_PAIRS)))
            print(text[-1], end="", flush=True)
    write_section("config", "".join(text))


def _rows(folder: Path, environ: dict[str, str]) -> Iterator[_Row]:
    home = signed_in(folder / "many", _PROFILES, environ)
    few = signed_in(folder / "few", 10, environ)

    def load() -> float:
        return seconds(_LOAD, home)

    def run(*words: str) -> Callable[[], float]:
        return lambda: _sekisho(*words, environ=home)

    page = str(folder / "reach.html")
    yield _Row("lint", run("lint"), load, _MOST)
    yield _Row("reach", run("reach"), load, _MOST)
    yield _Row("reach as a page", run("reach", "--format", "html", "--output", page), load)
    yield _Row("an edit", _edit(home), load)
    yield _Row(
        "doctor --offline of 10 profiles, times `python -c pass`",
        lambda: _sekisho("doctor", "--offline", environ=few),
        lambda: seconds(BASE, few),
    )


def _edit(home: dict[str, str]) -> Callable[[], float]:
    """Each run gives the session another Region than the one before; its backup is no part of it."""
    backups = Path(home["HOME"]) / ".local" / "state" / "sekisho" / "backups"
    regions = cycle(("us-west-2", "us-east-1"))

    def edit() -> float:
        shutil.rmtree(backups, ignore_errors=True)
        session = ("--sso-session", "hoge", "--sso-start-url", "https://hoge.awsapps.com/start")
        rest = ("--sso-registration-scopes", "sso:account:access", "--yes", "--no-input")
        words = ("configure", "sso-session", *session, "--sso-region", next(regions), *rest)
        return _sekisho(*words, environ=home)

    return edit


def _sekisho(*words: str, environ: dict[str, str]) -> float:
    command = (sys.executable, "-m", "sekisho", *words)
    return seconds(command, environ, allowed=(0, _FINDINGS))


def _line(row: _Row, ratio: Ratio) -> str:
    aim = ""
    if row.aim is not None:
        met = "met" if ratio.median <= row.aim else "**missed**"
        aim = f"at most {row.aim:.2f}: {met}"
    return f"| {row.what} | {ratio.median:.2f} | {ratio.low:.2f} – {ratio.high:.2f} | {aim} |\n"


if __name__ == "__main__":
    main()
