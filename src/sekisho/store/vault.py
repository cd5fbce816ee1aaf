"""Sealed records on the disk: one a file, written whole, 0600, under names that tell nothing.

A record that does not open has been damaged, or lies where it does not belong: it is put aside
into `broken/` as it is, that is said, and all others go on being served. Nobody writes here but
sekisho, and sekisho writes whole files, so nothing is waited for.
"""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sekisho import files
from sekisho.store.custody import RECORDS, KeySource
from sekisho.store.sealbox import Foreign, Label, SealKey, name_of, open_sealed, seal
from sekisho.values import dataclass

__all__ = ["Broken", "Vault"]

T = TypeVar("T")

_SUFFIX = RECORDS.removeprefix("*")


class Broken(Exception):
    """A record that did not open, for a store to make an error of that says what it was."""

    def __init__(self, path: Path, aside: Path, reason: str) -> None:
        """Note the `path` of the record, and why; it lies `aside` by now."""
        self.path = path
        self.reason = f"{reason}; it was put aside as {aside}"
        super().__init__(f"{path}: {self.reason}")


@dataclass(frozen=True, slots=True)
class Vault:
    """The sealed records in one folder."""

    folder: Path
    keeper: KeySource
    locks: Path
    """Where lock files lie."""
    notice: Callable[[str], None]
    """Told of a record that was put aside, where nothing else says so."""

    @property
    def broken(self) -> Path:
        """Where records lie that did not open."""
        return self.folder / "broken"

    def read(self, label: Label, parse: Callable[[bytes], T]) -> T | None:
        """Return what `parse` makes of the record `label`; `None` where there is none.

        `parse` refuses by `ValueError`. Raises `Broken`, and what `KeySource.key` raises.
        """
        key = self.keeper.key()
        if key is None:
            return None
        path = self._path(key, label)
        data = files.read(path)
        while data is not None:
            try:
                return parse(open_sealed(key, path.stem, data)[1].encode())
            except (ValueError, RecursionError) as error:
                now = files.read(path)
                if now == data:
                    raise self.put_aside(path, str(error)) from None
                data = now  # somebody has mended it in that moment
        return None

    def write(self, label: Label, body: bytes) -> None:
        """Write a record. Raises `FileUnwritable`, and what `KeySource.key_to_write` raises."""
        key = self.keeper.key_to_write()
        files.write_private(self._path(key, label), seal(key, label, body.decode()))

    def remove(self, label: Label) -> bool:
        """Remove a record; return whether there was one."""
        key = self.keeper.key()
        return key is not None and files.remove(self._path(key, label))

    def labels(self, kind: str) -> tuple[Label, ...]:
        """Return the labels of all records of a kind. One that is broken is put aside."""
        return tuple(sorted(label for label in self._labels() if label[0] == kind))

    def lock_file(self, label: Label) -> Path | None:
        """Return the lock under which the record `label` is changed; `None` without a store."""
        key = self.keeper.key()
        return None if key is None else self.locks / f"sealed-{name_of(key, label)}.lock"

    def put_aside(self, path: Path, reason: str) -> Broken:
        """Move the record at `path` where nobody reads it, and return what there is to say."""
        aside = self.broken / f"{path.stem}.{secrets.token_hex(4)}"
        files.move(path, aside)
        return Broken(path, aside, reason)

    def say(self, broken: Broken) -> None:
        """Tell of a record that counts as absent from now on."""
        self.notice(str(broken))

    def _labels(self) -> Iterator[Label]:
        key = self.keeper.key()
        if key is None:
            return
        for path in sorted(self.folder.glob(RECORDS)):
            data = files.read(path)
            if data is None:  # removed meanwhile
                continue
            try:
                yield open_sealed(key, path.stem, data)[0]
            except Foreign:
                continue  # of a store that another process has just begun anew
            except ValueError as error:
                self.say(self.put_aside(path, str(error)))

    def _path(self, key: SealKey, label: Label) -> Path:
        return self.folder / f"{name_of(key, label)}{_SUFFIX}"
