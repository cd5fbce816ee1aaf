"""`sekisho lint`: what is wrong or dangerous in AWS config files."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import click

from sekisho import files as disk
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.findings import painted
from sekisho.errors import ExitStatus, UsageError
from sekisho.lint.engine import lint as lint_contents
from sekisho.lint.engine import lint_files
from sekisho.lint.report import to_json
from sekisho.lint.rule import Finding, Severity

__all__ = ["lint"]


@click.command()
@common_options
@json_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@click.option("--strict", is_flag=True, help="Exit 1 for information, too.")
@click.pass_context
def lint(context: click.Context, files: tuple[Path, ...], form: str, strict: bool) -> int:
    """Find what is wrong or dangerous in AWS config files.

    Without FILE, the files that the AWS CLI would read. Exits 1 when there are errors or
    warnings, 0 when there is nothing, or information only. Needs no network.
    """
    options = common(context)

    findings = _findings(machine(options), files)

    if options.json or form == "json":
        click.echo(json.dumps(to_json(findings), ensure_ascii=False))
    else:
        click.echo(painted(findings, color=options.color), nl=False, color=True)
    grave = [one for one in findings if strict or one.severity is not Severity.INFO]
    return ExitStatus.FINDINGS if grave else ExitStatus.DONE


def _findings(here: Machine, files: tuple[Path, ...]) -> list[Finding]:
    if not files:
        return list(lint_files(here.files))
    found: list[Finding] = []
    for path in files:
        contents = disk.read(path)
        if contents is None:
            raise UsageError(
                f"there is no file {path}", do=f"ls -l {shlex.quote(str(path.parent))}"
            )
        found += lint_contents(replace(here.files, config=path), config=contents)
    return found
