"""Findings as GitHub's workflow commands, which annotate the lines of a pull request.

Source: GitHub docs, "Workflow commands for GitHub Actions".
"""

from collections.abc import Sequence

from sekisho.lint.report import summary
from sekisho.lint.rule import Finding, Severity

__all__ = ["to_github"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def to_github(findings: Sequence[Finding]) -> str:
    """Return a command for each finding, and a line that counts them for the job's log."""
    lines = [_command(finding) for finding in findings]
    return "\n".join([*lines, summary(findings)]) + "\n"


def _command(finding: Finding) -> str:
    properties = {
        "file": str(finding.file),
        "line": str(finding.line),
        "col": str(finding.column),
        "endColumn": str(finding.column + finding.width),
        "title": f"{finding.rule} {finding.name}",
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{finding.message}\n{finding.effect}\ndo: {finding.do}"
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(message)}"


def _data(text: str) -> str:
    """A line break would end the command, and whatever follows could be another one."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
