"""Writes an edited AWS config: locked, backed up, compared with what was read, and said."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import click

from sekisho import files as disk
from sekisho.awsconfig.profiles import interpret
from sekisho.cli.assembly import Machine
from sekisho.configure.backups import keep
from sekisho.configure.same_change import Rewrite, carried_over
from sekisho.configure.sso_region import with_sso_region
from sekisho.model import SignInTarget

__all__ = ["config_lock", "replace_config", "write_config", "write_sso_region"]

_Rewrite = TypeVar("_Rewrite", bound=Rewrite)
_LOCK = "config.lock"


def write_config(
    here: Machine,
    path: Path,
    shown: _Rewrite,
    anew: Callable[[], _Rewrite],
    *,
    pending: bool = False,
) -> _Rewrite:
    """Make the change `shown` in the config file `path`, and return the change that was made.

    Where the file is no longer as it was read, `anew` makes the change of what it holds now, and
    that is written if it is the same (`same_change`). All of it is one atomic write; what was there
    before is kept in the backup folder, and stderr says where. `pending`: the change has more to it
    than the file (`backups.mark_finished`). Raises as `carried_over`, and
    `FileLocked`, `FileUnwritable`; the file is then as it was.
    """
    with config_lock(here):
        made = carried_over(shown, disk.read(path), anew, path)
        if made is not shown:
            click.echo(f"\nSomebody else has changed {path} meanwhile; theirs stays.", err=True)
        if made.after != made.read:
            replace_config(here, path, made.after, read=made.read, pending=pending)
        return made


def write_sso_region(here: Machine, target: SignInTarget) -> None:
    """Write the Region in which `target` was signed in to into the config, where the old one is.

    Without it the new token would be refused as one of another Region. Raises `ConfigUnreadable`,
    `EditRefused`, and `FileError` in its kinds.
    """
    files = here.files
    click.echo(f"\nThe portal is in {target.region}: sso_region changes to that.", err=True)
    with config_lock(here):
        config, credentials = disk.read(files.config), disk.read(files.credentials)
        contents = {
            path: data
            for path, data in ((files.config, config), (files.credentials, credentials))
            if data is not None
        }
        meaning = interpret(config, credentials, files)
        changed = with_sso_region(meaning, contents, target.token_key, target.region)
        for path, data in changed.items():
            replace_config(here, path, data, read=contents[path])
    if changed:
        click.echo(f"SSO region updated to {target.region}", err=True)


def config_lock(here: Machine) -> AbstractContextManager[None]:
    """Hold the config files against every other sekisho. Raises `FileLocked`, `FileUnwritable`."""
    return disk.lock(here.lock_folder / _LOCK)


def replace_config(
    here: Machine,
    path: Path,
    data: bytes,
    *,
    read: bytes | None,
    undoing: bool = False,
    pending: bool = False,
) -> None:
    """Write `data`, if `path` holds what was `read`; keep that as a backup; say both.

    `undoing` and `pending` are noted with the backup (`backups.keep`). Whoever calls
    holds the `config_lock`. Raises `FileChanged`, `FileUnwritable`.
    """
    kept = None
    if read is not None:
        now, folder = here.clock.now(), here.backup_folder
        kept = keep(path, read, data, folder, at=now, undoing=undoing, pending=pending)
    renamed = disk.replace(path, data, expected=read)
    if kept is None:
        click.echo(f"\nMade {path}.", err=True)
    else:
        click.echo(f"\nChanged {path}. As it was: {kept}", err=True)
    if not renamed:
        click.echo("It cannot be renamed onto (a mount), so it was written in place.", err=True)
