"""`doctor --json`, version 1."""

from collections.abc import Sequence
from typing import Literal, TypedDict

from sekisho.doctor.check import Report, Result

__all__ = ["DoctorJson", "doctor_json"]


class _ResultRow(TypedDict):
    severity: Literal["error", "warning", "info", "ok"]
    message: str
    do: str
    about: str | None


class _CheckRow(TypedDict):
    check: str
    looked: bool
    results: list[_ResultRow]


class DoctorJson(TypedDict):
    """The whole answer."""

    version: Literal[1]
    checks: list[_CheckRow]


def doctor_json(reports: Sequence[Report]) -> DoctorJson:
    """Return every check in its order; one that was left out has `looked: false`.

    `message` says what it is and, on the lines after the first, what comes of it.
    """
    return {
        "version": 1,
        "checks": [
            {
                "check": report.check.name,
                "looked": report.results is not None,
                "results": [_row(result) for result in report.results or ()],
            }
            for report in reports
        ],
    }


def _row(result: Result) -> _ResultRow:
    return {
        "severity": result.gravity.value,
        "message": "\n".join(part for part in (result.message, result.effect) if part),
        "do": result.do,
        "about": result.about,
    }
