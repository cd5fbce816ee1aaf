"""`isolate --undo` at the terminal: a config file as it was before sekisho edited it."""

import shlex
from pathlib import Path

import click

from sekisho import files as disk
from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.profiles import guarded_profiles, interpret
from sekisho.cli.assembly import Machine
from sekisho.cli.config_writing import config_lock, replace_config
from sekisho.cli.show.diff import painted_diff
from sekisho.configure.backups import Backup, backup_at, mark_undone, newest
from sekisho.errors import ConfigError, NotUndone
from sekisho.lint.wording import listed
from sekisho.model import ProfileName

__all__ = ["undo_edit"]


def undo_edit(here: Machine, named: Path | None, *, dry_run: bool) -> None:
    """Restore the bytes of the backup `named`, or of the newest one; the diff goes to stdout.

    No config has to be readable for it. What the file holds now is kept as a backup, too; with
    `dry_run` nothing is written. Raises `NotUndone` where there is no backup, and where the file
    is not what sekisho wrote over it; `FileError` in its other kinds. The file is then as it was.
    """
    with config_lock(here):
        backup = _backup(here, named)
        path = next(path for path in _both(here) if backup.file == path.resolve())
        held, before = disk.read(path), backup.contents()
        if held == before:
            click.echo(f"{path} holds just that already.", err=True)
            return
        diff = unified_diff(held or b"", before, path)
        click.echo(painted_diff(diff, color=here.common.color), nl=False, color=True)
        if not backup.is_what_was_written(held):
            raise NotUndone(
                f"{path} is no longer what sekisho wrote on {backup.at}: see the difference to what "
                "it held before; nothing was changed",
                do="edit the file by hand, with that difference before you, or take all of it back: "
                f"cp {shlex.quote(str(backup.kept))} {shlex.quote(str(path))}",
            )
        if dry_run:
            click.echo("\nNothing was changed (--dry-run).", err=True)
            return
        # what takes an undoing back is an edit like any other
        replace_config(here, path, before, read=held, undoing=not backup.undone)
        mark_undone(backup)
    click.echo(
        f"{path} is what it was before {backup.at}. Tokens were not touched: where a profile finds "
        "none, log in to it again.",
        err=True,
    )
    if path == here.files.config and (names := _no_longer_guarded(here, held, before)):
        click.echo(
            f"What is open of {listed(names)} stays open until `sekisho logout --all`, or until the "
            "agent stops.",
            err=True,
        )


def _no_longer_guarded(here: Machine, held: bytes | None, before: bytes) -> tuple[ProfileName, ...]:
    """The profiles that `held` guarded and `before` does not; none where nobody can tell."""
    try:
        then, now = (guarded_profiles(interpret(data, None, here.files)) for data in (held, before))
    except ConfigError:
        return ()
    left = {profile.name for profile in now}
    return tuple(profile.name for profile in then if profile.name not in left)


def _backup(here: Machine, named: Path | None) -> Backup:
    if named is not None:
        return backup_at(named.absolute(), _both(here))
    path = here.files.config
    return newest(path, disk.read(path), here.backup_folder)


def _both(here: Machine) -> tuple[Path, Path]:
    return here.files.config, here.files.credentials
