"""`lint --fix` at the terminal: the diff, a question where it may change something, the write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from sekisho import files as disk
from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.cli.assembly import Machine
from sekisho.cli.config_writing import write_config
from sekisho.cli.show.diff import painted_diff
from sekisho.errors import UsageError
from sekisho.lint.fixing import fix
from sekisho.lint.rule import Finding, Rule

__all__ = ["write_fixes"]


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """One file before and after."""

    path: Path
    read: bytes | None
    after: bytes
    mended: tuple[Finding, ...]


def write_fixes(here: Machine, files: ConfigFiles, *, rules: Sequence[Rule], unsafe: bool) -> None:
    """Mend both files of `files`, one atomic write and one backup each; the diff goes to stderr.

    With `unsafe` a person is asked first, once a file; `no` writes nothing. Raises `UsageError`
    for that, `InputNeeded`, and what `write_config` raises.
    """
    for path in (files.config, files.credentials):
        planned = _planned(files, path, rules, unsafe=unsafe)
        if planned.after == (planned.read or b""):
            continue
        diff = unified_diff(planned.read or b"", planned.after, path)
        click.echo(
            painted_diff(diff, color=here.common.color, stderr=True), nl=False, err=True, color=True
        )
        if unsafe and not here.terminal().confirm(f"Change {path}?", option="--yes"):
            raise UsageError(
                "nothing was changed: you said no",
                do="sekisho lint --fix, without --unsafe, mends what changes no profile",
            )
        write_config(
            here,
            path,
            planned,
            lambda: _planned(files, path, rules, unsafe=unsafe),  # noqa: B023
        )
        click.echo(f"Mended {_count(len(planned.mended))} in {path}.\n", err=True)


def _planned(files: ConfigFiles, path: Path, rules: Sequence[Rule], *, unsafe: bool) -> _Rewrite:
    read = disk.read(path)
    fixed = fix(
        files,
        config=disk.read(files.config),
        credentials=disk.read(files.credentials),
        unsafe=unsafe,
        rules=rules,
    )
    after = fixed.config if path == files.config else fixed.credentials
    mended = tuple(finding for finding in fixed.mended if finding.file == path)
    return _Rewrite(path, read, after or b"", mended)


def _count(number: int) -> str:
    return "1 finding" if number == 1 else f"{number} findings"
