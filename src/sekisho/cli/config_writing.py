"""Writes an edited AWS config: locked, backed up, compared with what was read, and said."""

from pathlib import Path

import click

from sekisho import files as disk
from sekisho.cli.assembly import Machine

__all__ = ["write_config"]


def write_config(here: Machine, path: Path, data: bytes, *, read: bytes | None) -> None:
    """Replace what the config file `path` holds by `data`, if it still holds what was `read`.

    `None` is a file that was not there. All of it is one atomic write; what was there before is
    kept in the backup folder, and stderr says where. Raises `FileChanged`, `FileLocked` and
    `FileUnwritable`; the file is then as it was.
    """
    with disk.lock(here.lock_folder / "config.lock"):
        kept = None if read is None else disk.backup(path, read, here.backup_folder)
        renamed = disk.replace(path, data, expected=read)
    if kept is None:
        click.echo(f"\nMade {path}.", err=True)
    else:
        click.echo(f"\nChanged {path}. As it was: {kept}", err=True)
    if not renamed:
        click.echo("It cannot be renamed onto (a mount), so it was written in place.", err=True)
