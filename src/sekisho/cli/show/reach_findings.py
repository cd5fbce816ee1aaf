"""Which of lint's findings say something about what a login opens, and how they are pointed to."""

import sys
from collections.abc import Sequence

import click

from sekisho.cli.show.prose import wrapped
from sekisho.lint.rule import Finding, Severity
from sekisho.model import ProfileName
from sekisho.reach.graph import Reach

__all__ = ["about_reach", "point_to_lint"]

_ISOLATION_RULES = "SK1"
"""Of the others only those count that may say why a profile has no login at all."""


def about_reach(
    findings: Sequence[Finding], reaches: Sequence[Reach], wanted: ProfileName | None
) -> Sequence[Finding]:
    """Return those `findings` that belong beside `reaches`; of one profile, where it is `wanted`."""
    loginless = {one.profile for one in reaches if one.token_key is None}
    found = [
        finding
        for finding in findings
        if finding.rule.startswith(_ISOLATION_RULES) or finding.profile in loginless
    ]
    return found if wanted is None else [one for one in found if one.concerns(wanted)]


def point_to_lint(findings: Sequence[Finding]) -> None:
    """Say on stderr what `findings` say and what to do; information is left to `lint`."""
    for finding in findings:
        if finding.severity is Severity.INFO:
            continue
        said = wrapped(f"{finding.rule}: {finding.message}", sys.stderr)
        click.echo(f"\n{said}\n  do: {finding.do}", err=True)
