"""Writes an edited AWS config: locked, backed up, compared with what was read, and said."""

from pathlib import Path

import click

from sekisho import files as disk
from sekisho.awsconfig.profiles import interpret
from sekisho.cli.assembly import Machine
from sekisho.configure.sso_region import with_sso_region
from sekisho.model import SignInTarget

__all__ = ["write_config", "write_sso_region"]


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


def write_sso_region(here: Machine, target: SignInTarget) -> None:
    """Write the Region in which `target` was signed in to into the config, where the old one is.

    Without it the new token would be refused as one of another Region. Raises as `write_config`,
    and `ConfigUnreadable`, `EditRefused`.
    """
    files = here.files
    click.echo(f"\nThe portal is in {target.region}: sso_region changes to that.", err=True)
    config, credentials = disk.read(files.config), disk.read(files.credentials)
    contents = {
        path: data
        for path, data in ((files.config, config), (files.credentials, credentials))
        if data is not None
    }
    meaning = interpret(config, credentials, files)
    changed = with_sso_region(meaning, contents, target.token_key, target.region)
    for path, data in changed.items():
        write_config(here, path, data, read=contents[path])
    if changed:
        click.echo(f"SSO region updated to {target.region}", err=True)
