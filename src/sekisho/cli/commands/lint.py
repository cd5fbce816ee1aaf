"""`sekisho lint`: what is wrong or dangerous in AWS config files."""

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from sekisho import files as disk
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.settings import nearest
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import Common, common, common_options, json_option
from sekisho.cli.show.findings import painted
from sekisho.cli.show.rules import rule_list, rule_page
from sekisho.errors import ExitStatus, UsageError
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint as lint_contents
from sekisho.lint.engine import lint_files
from sekisho.lint.github import to_github
from sekisho.lint.report import to_json
from sekisho.lint.rule import Finding, Rule, Severity
from sekisho.lint.sarif import to_sarif
from sekisho.lint.selection import Selection, unknown
from sekisho.lint.settings import LintSettings, read_settings
from sekisho.lint.subject import Surroundings
from sekisho.reach.policy import Policy

__all__ = ["lint"]


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run looks with."""

    rules: tuple[Rule, ...]
    settings: LintSettings
    policy: Policy


def _words(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """`--select SK101,SK2 --select misspelt-key`: one list. A word that names no rule is refused."""
    words = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
    if nobody := unknown(words, RULES):
        raise _no_rule(nobody[0])
    return words


def _no_rule(word: str) -> UsageError:
    near = nearest(word.lower(), (rule.name for rule in RULES))
    meant = f"; did you mean {near}?" if near else ""
    return UsageError(f'"{word}" is no rule{meant}', do="sekisho lint --rules")


def _rule_option(name: str, text: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    return click.option(name, multiple=True, callback=_words, metavar="RULE[,RULE]", help=text)


@click.command()
@common_options
@json_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="How to report.",
)
@_rule_option("--select", "Run only these rules: ids, starts of ids, or names.")
@_rule_option("--ignore", "Leave these rules out.")
@click.option("--strict", is_flag=True, help="Exit 1 for information, too.")
@click.option(
    "--settings",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Read these settings instead of lint.toml in sekisho's config folder.",
)
@click.option("--fix", "fixing", is_flag=True, help="Mend what cannot change what a profile is.")
@click.option("--unsafe", is_flag=True, help="With --fix: mend more, after a question.")
@click.option("--explain", metavar="RULE", help="Show a rule's page.")
@click.option("--rules", "listing", is_flag=True, help="List the rules.")
@click.pass_context
def lint(
    context: click.Context,
    files: tuple[Path, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    settings: Path | None,
    fixing: bool,
    unsafe: bool,
    explain: str | None,
    listing: bool,
) -> int:
    """Find what is wrong or dangerous in AWS config files.

    Without FILE, the files that the AWS CLI would read. Exits 1 when there are errors or
    warnings, 0 when there is nothing, or information only. Needs no network.

    A comment `# sekisho: ignore SK101` above a line, or above a section, silences a rule there.
    """
    options = common(context)
    if explain is not None or listing:
        click.echo(_about_rules(explain, options), nl=False, color=True)
        return ExitStatus.DONE
    if unsafe and not fixing:
        raise UsageError("--unsafe goes with --fix", do="sekisho lint --fix --unsafe")
    here = machine(options)
    run = _run(here, settings, Selection(select, ignore))

    if fixing:
        from sekisho.cli.lint_fixing import write_fixes

        for one in _looked_at(here, files):
            write_fixes(here, one, rules=run.rules, unsafe=unsafe)
    findings = [
        finding
        for one in _looked_at(here, files)
        for finding in _findings(here, one, run, alone=bool(files))
    ]

    mend = None if fixing else shlex.join(["sekisho", "lint", "--fix", *map(str, files)])
    _report(findings, run, "json" if options.json else form, options, mend)
    grave = [
        one
        for one in findings
        if strict or run.settings.strict or one.severity is not Severity.INFO
    ]
    return ExitStatus.FINDINGS if grave else ExitStatus.DONE


def _about_rules(explain: str | None, options: Common) -> str:
    if explain is None:
        return rule_list(RULES, color=options.color)
    found = Selection(select=(explain,)).of(RULES)
    if not found:
        raise _no_rule(explain)
    return "\n".join(rule_page(rule, color=options.color) for rule in found)


def _run(here: Machine, path: Path | None, asked: Selection) -> _Run:
    """The command line's words go before those of the settings."""
    if path is not None and disk.read(path) is None:
        raise UsageError(f"there is no file {path}", do=f"ls -l {shlex.quote(str(path.parent))}")
    settings = read_settings(path or here.config_folder / "lint.toml", RULES)
    select = asked.select or settings.selection.select
    ignore = asked.ignore or settings.selection.ignore
    return _Run(Selection(select, ignore).of(RULES), settings, here.policy())


def _looked_at(here: Machine, files: tuple[Path, ...]) -> list[ConfigFiles]:
    """The user's two files, or each FILE as a config file of its own."""
    for path in files:
        if disk.read(path) is None:
            raise UsageError(
                f"there is no file {path}", do=f"ls -l {shlex.quote(str(path.parent))}"
            )
    return [replace(here.files, config=path) for path in files] or [here.files]


def _findings(here: Machine, files: ConfigFiles, run: _Run, *, alone: bool) -> tuple[Finding, ...]:
    severity, policy = run.settings.severity, run.policy
    if not alone:
        return lint_files(
            files,
            rules=run.rules,
            severity=severity,
            has_program=here.has_program,
            policy=policy,
        )
    return lint_contents(
        files,
        config=disk.read(files.config),
        rules=run.rules,
        severity=severity,
        around=Surroundings(policy=policy),
    )


def _report(
    findings: list[Finding], run: _Run, form: str, options: Common, mend: str | None
) -> None:
    match form:
        case "json":
            click.echo(json.dumps(to_json(findings), ensure_ascii=False))
        case "sarif":
            from importlib.metadata import version

            sarif = to_sarif(findings, run.rules, version("sekisho"))
            click.echo(json.dumps(sarif, ensure_ascii=False, indent=2))
        case "github":
            click.echo(to_github(findings), nl=False)
        case _:
            click.echo(painted(findings, mend=mend, color=options.color), nl=False, color=True)
