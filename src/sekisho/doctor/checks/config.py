"""The AWS config files: all that `sekisho lint` finds in them."""

from collections.abc import Iterator

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import LintSettingsInvalid
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint_files
from sekisho.lint.rule import Finding, Severity
from sekisho.lint.settings import LintSettings, read_settings

__all__ = ["CHECK"]

_GRAVITY = {
    Severity.ERROR: Gravity.ERROR,
    Severity.WARNING: Gravity.WARNING,
    Severity.INFO: Gravity.INFO,
}


def _look(subject: Subject) -> Iterator[Result]:
    around = subject.around
    settings = LintSettings()
    try:
        settings = read_settings(around.lint_settings, RULES)
    except LintSettingsInvalid as error:
        yield Result(Gravity.WARNING, error.what, do=error.do, about=str(around.lint_settings))
    found = lint_files(
        around.files,
        rules=settings.selection.of(RULES),
        severity=settings.severity,
        has_program=around.has_program,
    )
    yield from map(_told, found)
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


def _told(finding: Finding) -> Result:
    return Result(
        _GRAVITY[finding.severity],
        f"{finding.message} ({finding.rule})",
        finding.effect,
        finding.do,
        about=f"{finding.file}:{finding.line}",
    )


CHECK = Check("config", "the AWS config and credentials files, as `sekisho lint` does", _look)
