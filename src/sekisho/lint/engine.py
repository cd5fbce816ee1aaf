"""Runs rules over AWS config files."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sekisho import files as disk
from sekisho.awsconfig.document import parse
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret, sso_profiles
from sekisho.lint.catalogue import RULES
from sekisho.lint.ignored import Remark, remarks
from sekisho.lint.remains import without_faults
from sekisho.lint.rule import Finding, Rule, Severity
from sekisho.lint.selection import Selection
from sekisho.lint.subject import NOWHERE, Source, Subject, Surroundings
from sekisho.reach.policy import NO_POLICY, Policy

__all__ = ["lint", "lint_files"]

_Order = tuple[bool, int, int, str]
"""Config before credentials, then by line and column, then by rule."""
_AS_THEY_ARE: Mapping[str, Severity] = {}


def lint_files(
    files: ConfigFiles,
    *,
    rules: Sequence[Rule] = RULES,
    severity: Mapping[str, Severity] = _AS_THEY_ARE,
    has_program: Callable[[str], bool] | None = None,
    policy: Policy = NO_POLICY,
) -> tuple[Finding, ...]:
    """Read both files of who runs lint, with their modes; an absent file is empty.

    `has_program` looks for a program, `policy` declares environments. Raises `errors.FileUnreadable`.
    """
    config, credentials = disk.read(files.config), disk.read(files.credentials)
    around = Surroundings(
        None if config is None else disk.mode(files.config),
        None if credentials is None else disk.mode(files.credentials),
        has_program,
        policy,
    )
    return lint(
        files,
        config=config,
        credentials=credentials,
        rules=rules,
        severity=severity,
        around=around,
    )


def lint(
    files: ConfigFiles,
    *,
    config: bytes | None,
    credentials: bytes | None = None,
    rules: Sequence[Rule] = RULES,
    severity: Mapping[str, Severity] = _AS_THEY_ARE,
    around: Surroundings = NOWHERE,
) -> tuple[Finding, ...]:
    """Return what `rules` find in the contents of two files, in the order of files and lines.

    A rule speaks once about a place, however many profiles read it (`[DEFAULT]`), and not where a
    remark in the file asks it not to (`lint.ignored`). `None` is a file that is absent; `files`
    says what the two are called; `severity` gives rules, by id, another one than their own. A file
    that botocore refuses is a finding like any other: the rules see what is left of it. Raises
    nothing, reads nothing, needs no network.
    """
    subject = _subject(files, config or b"", credentials or b"", around)
    found: dict[_Order, Finding] = {}
    for rule in rules:
        ignoring = _ignoring(rule, subject)
        for finding in _run(rule, subject, severity.get(rule.id, rule.severity)):
            in_credentials = finding.file != files.config
            if any(remark.covers(finding.line) for remark in ignoring[in_credentials]):
                continue
            order = (in_credentials, finding.line, finding.column, finding.rule)
            found.setdefault(order, finding)
    return tuple(found[order] for order in sorted(found))


def _ignoring(rule: Rule, subject: Subject) -> tuple[list[Remark], list[Remark]]:
    """The remarks of both files that name `rule`."""
    in_config, in_credentials = (
        [remark for remark in source.remarks if Selection(select=remark.words).of((rule,))]
        for source in (subject.config, subject.credentials)
    )
    return in_config, in_credentials


def _subject(
    files: ConfigFiles, config: bytes, credentials: bytes, around: Surroundings
) -> Subject:
    of_config, of_credentials = parse(config), parse(credentials)
    facts = interpret(without_faults(of_config), without_faults(of_credentials), files)
    return Subject(
        config=Source(files.config, of_config, remarks(of_config), around.config_mode),
        credentials=Source(
            files.credentials, of_credentials, remarks(of_credentials), around.credentials_mode
        ),
        facts=facts,
        sso=sso_profiles(facts),
        has_program=around.has_program,
        policy=around.policy,
    )


def _run(rule: Rule, subject: Subject, severity: Severity) -> Iterator[Finding]:
    for found in rule.check(subject):
        yield Finding(
            rule=rule.id,
            name=rule.name,
            severity=severity,
            file=found.place.file,
            line=found.place.line,
            column=found.place.column,
            width=found.place.width,
            source=found.place.text,
            profile=found.profiles[0] if found.profiles else None,
            others=found.profiles[1:],
            message=found.message,
            effect=found.effect,
            do=found.do,
            fix=found.fix,
        )
