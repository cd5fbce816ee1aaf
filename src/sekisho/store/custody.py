"""Who keeps the sealed store's data key: the system's keyring where it can, else a passphrase.

    sealed/key.json     says which of them, and never how to open it without
    sealed/NAME.sealed  the records (`store.vault`)

The key is opened when the first record is read or written, once a process: a config without a
sealed profile asks no keyring.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sekisho import files
from sekisho.errors import (
    KeyringClosed,
    PassphraseWrong,
    SealKeyDamaged,
    SealKeyLost,
    SekishoError,
    UsageError,
)
from sekisho.ports import Keyring
from sekisho.secret import Secret
from sekisho.store.key_file import KeyFile, Wrapping, parse_key_file, render_key_file, unwrap, wrap
from sekisho.store.sealbox import SealKey, new_key

__all__ = ["RECORDS", "KeyKeeper", "KeySource", "Passphrases"]

RECORDS = "*.sealed"
"""What the records' files are called in the store's folder."""


class KeySource(Protocol):
    """Yields the key of a sealed store."""

    def key(self) -> SealKey | None:
        """Return the key; `None` where there is no store yet.

        Raises `errors.KeyringClosed`, `errors.SealKeyLost`, `errors.SealKeyDamaged`,
        `errors.PassphraseNeeded`, `errors.PassphraseWrong`, `errors.InputNeeded` and
        `errors.FileError`.
        """

    def key_to_write(self) -> SealKey:
        """Return the key; make a store where there is none, or one whose key is lost.

        Raises the same, `errors.SealKeyLost` apart.
        """

    def forget_key(self) -> None:
        """Have the keyring forget the key, where that has it. Raises `errors.KeyringClosed`."""


class Passphrases(Protocol):
    """Where a passphrase comes from."""

    def known(self) -> Secret:
        """Return the passphrase that was chosen before.

        Raises `errors.PassphraseNeeded` or `errors.InputNeeded` where nobody can be asked.
        """

    def chosen(self) -> Secret:
        """Return a new one that is not empty, and that was given twice where it was typed.

        Raises what `known` raises, and `errors.UsageError` for one that is empty.
        """

    @property
    def preferred(self) -> bool:
        """Whether a passphrase was asked for though there may be a keyring."""


class KeyKeeper:
    """The `KeySource` of the store in one folder."""

    def __init__(
        self,
        folder: Path,
        lock: Path,
        keyring: Keyring,
        passphrases: Passphrases,
        notice: Callable[[str], None],
        login: str,
    ) -> None:
        """Keep the key of the store in `folder`; it is made under the lock file `lock`.

        `notice` is told what stops nothing; `login` is the command that begins a store anew.
        """
        self._folder = folder
        self._lock_file = lock
        self._keyring = keyring
        self._passphrases = passphrases
        self._notice = notice
        self._login = login
        self._mutex = threading.Lock()
        self._open: SealKey | None = None
        self._closed: SekishoError | None = None

    @property
    def file(self) -> Path:
        """The key file."""
        return self._folder / "key.json"

    def key(self) -> SealKey | None:
        """Return the key; see `KeySource.key`."""
        with self._mutex:
            if self._closed is not None:
                raise self._closed  # nobody is asked twice for what they could not give
            if self._open is None:
                try:
                    found = self._read()
                    self._open = None if found is None else self._opened(found)
                except SekishoError as error:
                    self._closed = error
                    raise
            return self._open

    def key_to_write(self) -> SealKey:
        """Return the key, a new one if need be; see `KeySource.key_to_write`."""
        try:
            found = self.key()
        except SealKeyLost as lost:
            self._notice(f"{lost.what}; it is begun anew")
            found = None
        if found is not None:
            return found
        # nobody is asked while the lock is held: whoever is first has made the store by then
        made = self._made()
        with files.lock(self._lock_file):
            there = self._read()
            if there is None or self._is_lost(there):
                for path in sorted(self._folder.glob(RECORDS)):
                    files.remove(path)
                files.write_private(self.file, render_key_file(made[1]))
                self._open, self._closed = made[0], None
                return made[0]
        self._discard(made)
        self._closed = None
        opened = self.key()
        if opened is None:  # somebody has ended it in that moment
            raise SealKeyLost(self._folder, login=self._login)
        return opened

    def forget_key(self) -> None:
        """Have the keyring forget the key; see `KeySource.forget_key`."""
        try:
            found = self._read()
        except SealKeyDamaged:
            return
        if found is not None and found.custody is None:
            self._keyring.remove(_account(found.key_id))

    def _made(self) -> tuple[SealKey, KeyFile]:
        """Make a key, and have it kept: by the keyring if that gives it back, else by passphrase."""
        key = new_key()
        if not self._passphrases.preferred:
            try:
                self._keyring.put(_account(key.id), key.secret)
                if self._keyring.get(_account(key.id)) == key.secret:
                    return key, KeyFile(key.id, None)
                reason = "the keyring does not give back what it is given"
            except KeyringClosed as closed:
                reason = closed.what
            self._notice(f"{reason}; the sealed store is kept by a passphrase instead")
        try:
            return key, wrap(key, self._passphrases.chosen())
        except ValueError as error:
            raise UsageError(str(error), do="choose a passphrase that is not empty") from None

    def _discard(self, made: tuple[SealKey, KeyFile]) -> None:
        key, file = made
        if file.custody is None:
            self._keyring.remove(_account(key.id))

    def _read(self) -> KeyFile | None:
        data = files.read(self.file)
        if data is None:
            return None
        try:
            return parse_key_file(data)
        except (ValueError, RecursionError) as error:
            raise SealKeyDamaged(self.file, str(error)) from None

    def _opened(self, file: KeyFile) -> SealKey:
        if file.custody is not None:
            return self._unwrapped(file.key_id, file.custody)
        kept = self._keyring.get(_account(file.key_id))
        if kept is None:
            raise SealKeyLost(self._folder, login=self._login)
        return SealKey(file.key_id, kept)

    def _unwrapped(self, key_id: str, wrapping: Wrapping) -> SealKey:
        passphrase = self._passphrases.known()
        try:
            return unwrap(key_id, wrapping, passphrase)
        except ValueError:
            raise PassphraseWrong(self.file) from None

    def _is_lost(self, file: KeyFile) -> bool:
        return file.custody is None and self._keyring.get(_account(file.key_id)) is None


def _account(key_id: str) -> str:
    """What the keyring knows a key by."""
    return f"sealed store {key_id}"
