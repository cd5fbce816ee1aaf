"""What `doctor` shows a person: the gravest first, then what is as it should be, in a few lines."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import advice, wrapped
from sekisho.doctor.check import Gravity, Report, Result

__all__ = ["doctor_text"]

_LABEL = 17
"""Columns of the checks' names."""
_INDENT = len("  do: ")
_PLURAL = {Gravity.ERROR: "errors", Gravity.WARNING: "warnings"}


def doctor_text(reports: Sequence[Report], ink: Ink) -> str:
    """Draw everything. It ends in a newline."""
    seen = [(report, result) for report in reports for result in report.results or ()]
    lines: list[str] = []
    for gravity in (Gravity.ERROR, Gravity.WARNING, Gravity.INFO):
        for report, result in seen:
            if result.gravity is gravity:
                lines += [*_result(report, result, ink), ""]
    for report, result in seen:
        if result.gravity is Gravity.OK:
            lines += [_fine(report, result, ink)]
    if left_out := [report.check.name for report in reports if report.results is None]:
        lines += [_line(ink.dim("not looked at"), "not looked at", ", ".join(left_out))]
    return "\n".join([*lines, "", _summary([result for _, result in seen]), ""])


def _result(report: Report, result: Result, ink: Ink) -> Iterator[str]:
    paint = {Gravity.ERROR: ink.bad, Gravity.WARNING: ink.warn}.get(result.gravity, ink.link)
    about = result.about if result.about and result.about not in result.message else ""
    where = f" {ink.strong(printable(about))}" if about else ""
    yield f"{paint(result.gravity)} {ink.dim(report.check.name)}{where}"
    first, *more = result.message.splitlines() or [""]
    yield ink.strong(_prose(first))
    yield from map(_prose, [*more, *result.effect.splitlines()])
    if result.do:
        yield f"  {ink.dim('do:')} {ink.strong(advice(printable(result.do), _INDENT, sys.stdout))}"


def _prose(text: str) -> str:
    return wrapped(f"  {printable(text)}", sys.stdout)


def _fine(report: Report, result: Result, ink: Ink) -> str:
    return _line(f"{ink.good('ok')} {report.check.name}", f"ok {report.check.name}", result.message)


def _line(painted: str, plain: str, text: str) -> str:
    """A label and a text, which is broken beside it where the terminal is narrow."""
    width = _LABEL + len("ok ") + 1
    beside = wrapped(f"{'':{width}}{printable(text)}", sys.stdout)
    return f"{painted}{'':{width - len(plain)}}{beside[width:]}"


def _summary(results: Sequence[Result]) -> str:
    counts = Counter(result.gravity for result in results)
    del counts[Gravity.OK]
    if not counts:
        return "no findings"
    by_gravity = ", ".join(
        f"{counts[gravity]} {_word(gravity, counts[gravity])}"
        for gravity in Gravity
        if counts[gravity]
    )
    return f"{counts.total()} finding{'s' if counts.total() > 1 else ''}: {by_gravity}"


def _word(gravity: Gravity, number: int) -> str:
    if gravity is Gravity.INFO:
        return "information"
    return gravity.value if number == 1 else _PLURAL[gravity]
