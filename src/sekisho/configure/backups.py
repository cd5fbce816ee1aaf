"""What each edit left behind: the bytes that a config file held, and what was written over them.

Beside each backup `NAME.bak` lies a record `NAME.bak.json`: which file it is of, and the SHA-256 of
what sekisho wrote there. So `isolate --undo` knows whether the file is still exactly that. A record
is written before the edit: killed in between, the file is still what the backup holds.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sekisho import files as disk
from sekisho.errors import NotUndone

__all__ = ["Backup", "backup_at", "edited_files", "keep", "mark_finished", "mark_undone", "newest"]

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """The bytes that a file held before one edit, and what is known of the edit."""

    kept: Path
    """Where they lie."""
    file: Path
    """The file they were in, symlinks followed."""
    held: str
    """Their SHA-256, in hex."""
    written: str
    """That of what the edit wrote."""
    number: int
    """Of two edits the later has the higher one, whatever the clock said."""
    at: str
    """When it was, ISO 8601, UTC."""
    undone: bool
    """The edit was undone, or is itself an undoing: the newest backup is another one."""
    pending: bool
    """More was to be done once the file was written, and nobody has noted that it was."""

    def contents(self) -> bytes:
        """Return the bytes. Raises `NotUndone` where they are gone or changed, `FileUnreadable`."""
        data = disk.read(self.kept)
        if data is None or _sha256(data) != self.held:
            raise NotUndone(
                f"{self.kept} is no longer what sekisho kept there on {self.at}",
                do=f"ls -l {shlex.quote(str(self.kept.parent))}",
            )
        return data

    def is_what_was_written(self, data: bytes | None) -> bool:
        """Whether `data` is exactly what the edit wrote."""
        return data is not None and _sha256(data) == self.written


def keep(
    path: Path,
    read: bytes,
    after: bytes,
    folder: Path,
    *,
    at: datetime,
    undoing: bool = False,
    pending: bool = False,
) -> Path:
    """Keep `read`, what `path` holds, in `folder`, and note that `after` is to be written.

    `at` is now. With `undoing` the edit is one that `newest` passes over; `pending` says that there
    is more to be done when the file is written. Returns the backup's
    path; its name is never overwritten. Whoever calls holds the lock of the config. Raises
    `FileUnwritable`.
    """
    kept = disk.backup(path, read, folder)
    _write(
        Backup(
            kept,
            file=Path(os.path.realpath(path)),
            held=_sha256(read),
            written=_sha256(after),
            number=max((backup.number for backup in _all(folder)), default=0) + 1,
            at=f"{at:%Y-%m-%dT%H:%M:%SZ}",
            undone=undoing,
            pending=pending,
        )
    )
    return kept


def newest(path: Path, held: bytes | None, folder: Path) -> Backup:
    """Return the backup of the newest edit of `path` in `folder` that may be undone.

    `held` is what the file holds; a backup of just that is passed over, as its edit never came to
    be written, or was taken back by hand. Raises `NotUndone` where there is none, and
    `FileUnreadable`.
    """
    real = Path(os.path.realpath(path))
    of_it = [backup for backup in _all(folder) if backup.file == real and not backup.undone]
    for backup in sorted(of_it, key=lambda backup: backup.number, reverse=True):
        if held is None or backup.held != _sha256(held):
            return backup
    raise NotUndone(
        f"there is nothing to undo: {folder} has no backup of an edit of {path}",
        do=f"ls -l {shlex.quote(str(folder))}",
    )


def backup_at(kept: Path, known: tuple[Path, ...]) -> Backup:
    """Return the backup at `kept`, of one of the files `known`.

    Raises `NotUndone` where there is no backup, or no record of its edit, or where it is of another
    file.
    """
    backup = None if disk.read(kept) is None else _record(kept)
    if backup is None:
        raise NotUndone(
            f"{kept} is no backup with a record beside it, so what was written is not known",
            do="sekisho isolate --undo, for the newest backup; or compare the files and copy it",
        )
    if backup.file not in {Path(os.path.realpath(path)) for path in known}:
        raise NotUndone(
            f"{kept} is a backup of {backup.file}, and the config is {known[0]}",
            do=f"AWS_CONFIG_FILE={shlex.quote(str(backup.file))} "
            f"sekisho isolate --undo {shlex.quote(str(kept))}",
        )
    return backup


def mark_undone(backup: Backup) -> None:
    """Note that its edit was undone. Raises `FileUnwritable`."""
    _write(replace(backup, undone=True))


def mark_finished(backup: Backup) -> None:
    """Note that nothing is pending any more. Raises `FileUnwritable`."""
    if backup.pending:
        _write(replace(backup, pending=False))


def edited_files(folder: Path) -> tuple[Path, ...]:
    """Return every file that sekisho has edited and kept a backup of in `folder`, sorted."""
    return tuple(sorted({backup.file for backup in _all(folder)}))


def _all(folder: Path) -> Iterator[Backup]:
    for record in sorted(folder.glob("*.bak.json")):
        backup = _record(record.with_suffix(""))
        if backup is not None:
            yield backup


def _record(kept: Path) -> Backup | None:
    """Read the record beside `kept`; one that cannot be read counts as absent."""
    data = disk.read(_beside(kept))
    try:
        fields = json.loads(data or b"null")
        if fields["version"] != _VERSION:
            return None
        return Backup(
            kept,
            file=Path(fields["file"]),
            held=str(fields["sha256"]),
            written=str(fields["written_sha256"]),
            number=int(fields["number"]),
            at=str(fields["at"]),
            undone=bool(fields["undone"]),
            pending=bool(fields["pending"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def _write(backup: Backup) -> None:
    fields = {
        "version": _VERSION,
        "file": str(backup.file),
        "sha256": backup.held,
        "written_sha256": backup.written,
        "number": backup.number,
        "at": backup.at,
        "undone": backup.undone,
        "pending": backup.pending,
    }
    disk.write_private(_beside(backup.kept), json.dumps(fields, indent=2).encode() + b"\n")


def _beside(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.json")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
