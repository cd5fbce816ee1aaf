"""Runs rules over AWS config files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from sekisho import files as disk
from sekisho.awsconfig.document import parse
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import contents, interpret_documents, sso_profiles
from sekisho.lint.catalogue import RULES
from sekisho.lint.ignored import remarks
from sekisho.lint.judging import with_verdicts
from sekisho.lint.remains import without_faults
from sekisho.lint.rule import Finding, Found, Rule, Severity
from sekisho.lint.selection import Selection
from sekisho.lint.subject import NOWHERE, Source, Subject, Surroundings, texts_of
from sekisho.reach.policy import NO_POLICY, Policy

__all__ = ["findings_in", "lint", "lint_files", "read_subject", "subject_of"]

_Order = tuple[bool, int, int, str]
"""Config before credentials, then by line and column, then by rule."""
_AS_THEY_ARE: Mapping[str, Severity] = {}
_NONE: AbstractSet[int] = frozenset()


def lint_files(
    files: ConfigFiles,
    *,
    rules: Sequence[Rule] = RULES,
    severity: Mapping[str, Severity] = _AS_THEY_ARE,
    has_program: Callable[[str], bool] | None = None,
    policy: Policy = NO_POLICY,
) -> tuple[Finding, ...]:
    """Return what `rules` find in both files of who runs lint: `lint` of `read_subject`."""
    subject = read_subject(files, has_program=has_program, policy=policy)
    return findings_in(subject, rules=rules, severity=severity)


def read_subject(
    files: ConfigFiles,
    *,
    has_program: Callable[[str], bool] | None = None,
    policy: Policy = NO_POLICY,
) -> Subject:
    """Read both files of who runs lint, with their modes; an absent file is empty.

    `has_program` looks for a program, `policy` declares environments. Raises `errors.FileUnreadable`.
    """
    config, credentials = contents(files.config), contents(files.credentials)
    around = Surroundings(
        None if config is None else disk.mode(files.config),
        None if credentials is None else disk.mode(files.credentials),
        has_program,
        policy,
    )
    return subject_of(files, config, credentials, around)


def lint(
    files: ConfigFiles,
    *,
    config: bytes | None,
    credentials: bytes | None = None,
    rules: Sequence[Rule] = RULES,
    severity: Mapping[str, Severity] = _AS_THEY_ARE,
    around: Surroundings = NOWHERE,
) -> tuple[Finding, ...]:
    """Return what `rules` find in the contents of two files: `findings_in` of `subject_of`."""
    return findings_in(
        subject_of(files, config, credentials, around), rules=rules, severity=severity
    )


def findings_in(
    subject: Subject,
    *,
    rules: Sequence[Rule] = RULES,
    severity: Mapping[str, Severity] = _AS_THEY_ARE,
) -> tuple[Finding, ...]:
    """Return what `rules` find in two files, in the order of files and lines.

    A rule speaks once about a place, however many profiles read it (`[DEFAULT]`), and not where a
    remark in the file asks it not to (`lint.ignored`). `severity` gives rules, by id, another one
    than their own. A file that botocore refuses is a finding like any other: the rules see what is
    left of it. Raises nothing, reads nothing, needs no network.
    """
    said = {rule.id: tuple(rule.check(subject)) for rule in rules if not rule.of_remarks}
    if len(said) < len(rules):
        judged = with_verdicts(subject, said, RULES)
        said |= {rule.id: tuple(rule.check(judged)) for rule in rules if rule.of_remarks}
    found: dict[_Order, Finding] = {}
    for rule in rules:
        if not said[rule.id]:
            continue
        ignored = _ignored(rule, subject.config), _ignored(rule, subject.credentials)
        for finding in _findings(rule, said[rule.id], severity.get(rule.id, rule.severity)):
            in_credentials = finding.file != subject.config.path
            if finding.line in ignored[in_credentials]:
                continue
            order = (in_credentials, finding.line, finding.column, finding.rule)
            found.setdefault(order, finding)
    return tuple(found[order] for order in sorted(found))


def _ignored(rule: Rule, source: Source) -> AbstractSet[int]:
    """The lines of which a remark says that `rule` is to be silent there."""
    if not source.remarks:
        return _NONE
    words = {remark.words for remark in source.remarks if remark.words}
    naming = {each for each in words if Selection(select=each).of((rule,))}
    return {line for remark in source.remarks if remark.words in naming for line in remark.lines}


def subject_of(
    files: ConfigFiles,
    config: bytes | None,
    credentials: bytes | None,
    around: Surroundings = NOWHERE,
) -> Subject:
    """Read the contents of two files for all rules; `None` is a file that is absent.

    `files` says what the two are called.
    """
    of_config, of_credentials = parse(config or b""), parse(credentials or b"")
    facts = interpret_documents(without_faults(of_config), without_faults(of_credentials), files)
    return Subject(
        config=Source(files.config, of_config, remarks(of_config), around.config_mode),
        credentials=Source(
            files.credentials, of_credentials, remarks(of_credentials), around.credentials_mode
        ),
        facts=facts,
        said=texts_of(facts),
        sso=sso_profiles(facts),
        has_program=around.has_program,
        policy=around.policy,
    )


def _findings(rule: Rule, said: Sequence[Found], severity: Severity) -> Iterator[Finding]:
    for found in said:
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
