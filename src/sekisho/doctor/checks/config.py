"""The AWS config files: all that `sekisho lint` finds in them."""

from collections.abc import Iterator, Sequence

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import LintSettingsInvalid, PolicyInvalid
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint_files
from sekisho.lint.rule import Finding, Severity
from sekisho.lint.settings import LintSettings, read_settings
from sekisho.reach.policy import NO_POLICY, read_policy

__all__ = ["CHECK"]

_FEW = 3
"""More findings of one rule than these are counted: doctor is short, lint is whole."""
_GRAVITY = {
    Severity.ERROR: Gravity.ERROR,
    Severity.WARNING: Gravity.WARNING,
    Severity.INFO: Gravity.INFO,
}


def _look(subject: Subject) -> Iterator[Result]:
    around = subject.around
    lint_toml, policy_toml = (around.config_folder / f"{name}.toml" for name in ("lint", "policy"))
    settings, policy = LintSettings(), NO_POLICY
    try:
        settings = read_settings(lint_toml, RULES)
    except LintSettingsInvalid as error:
        yield Result(Gravity.WARNING, error.what, do=error.do, about=str(lint_toml))
    try:
        policy = read_policy(policy_toml)
    except PolicyInvalid as error:
        yield Result(Gravity.WARNING, error.what, do=error.do, about=str(policy_toml))
    found = lint_files(
        around.files,
        rules=settings.selection.of(RULES),
        severity=settings.severity,
        has_program=around.has_program,
        policy=policy,
    )
    yield from _told(found)
    path = around.files.config
    if not (path.name and path.exists()):
        yield Result(
            Gravity.INFO,
            f"there is no config file {path}",
            do="sekisho configure sso",
            about=str(path),
        )
    elif not found:
        yield Result(Gravity.OK, f"{path} has no findings")


def _told(findings: Sequence[Finding]) -> Iterator[Result]:
    """Tell each finding; where a rule speaks often, the first one, and how many more there are."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule, of_rule in by_rule.items():
        if len(of_rule) <= _FEW:
            yield from (_result(finding, finding.rule, finding.do) for finding in of_rule)
        else:
            note = f"{rule}, and {len(of_rule) - 1:,} more of its kind"
            yield _result(of_rule[0], note, f"sekisho lint --select {rule}")


def _result(finding: Finding, note: str, do: str) -> Result:
    return Result(
        _GRAVITY[finding.severity],
        f"{finding.message} ({note})",
        finding.effect,
        do,
        about=f"{finding.file}:{finding.line}",
    )


CHECK = Check("config", "the AWS config and credentials files, as `sekisho lint` does", _look)
