"""The sealed store of this machine, and the passphrase that may open it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sekisho import files
from sekisho.adapters.keyring import SystemKeyring
from sekisho.cli.show.trouble import warner
from sekisho.errors import (
    FileUnreadable,
    PassphraseNeeded,
    UsageError,
    login_command,
)
from sekisho.model import Environ
from sekisho.ports import Terminal
from sekisho.secret import Secret
from sekisho.store.sealed import vault_in
from sekisho.store.vault import Vault

if TYPE_CHECKING:
    from sekisho.cli.assembly import Machine

__all__ = ["PASSPHRASE_FILE", "PersonsPassphrases", "machines_vault"]

PASSPHRASE_FILE = "SEKISHO_SEAL_PASSPHRASE_FILE"
"""Names a file whose contents are the passphrase, without the newline at its end."""

_TRIES = 3
_WHO_CANNOT_ASK = (
    f"AWS tools cannot ask for it: credential-process is served where {PASSPHRASE_FILE} names a file\n"
    "that holds it, and nowhere else. Commands that you type ask."
)


class PersonsPassphrases:
    """Satisfies `store.custody.Passphrases`: a file that the environment names, else the person."""

    def __init__(self, environ: Environ, terminal: Terminal | None) -> None:
        """Ask at `terminal`; `None` is a command that never asks."""
        self._file = environ.get(PASSPHRASE_FILE, "")
        self._terminal = terminal

    @property
    def preferred(self) -> bool:
        """Whether the environment names a file: whoever does that wants no keyring."""
        return bool(self._file)

    def known(self) -> Secret:
        """Return the passphrase that was chosen before."""
        return self._in_file() if self._file else self._ask("Passphrase of the sealed store:")

    def chosen(self) -> Secret:
        """Return a new passphrase, typed twice; one of nothing is not taken."""
        if self._file:
            return self._in_file()
        self._say(_WHO_CANNOT_ASK)
        for _ in range(_TRIES):
            first = self._ask("Choose a passphrase for the sealed store:")
            if not first.reveal().strip():
                self._say("That is empty.")
            elif self._ask("The same again:") == first:
                return first
            else:
                self._say("Those are two different ones.")
        raise UsageError("no passphrase was chosen", do="run the command again")

    def _ask(self, question: str) -> Secret:
        if self._terminal is None:
            raise PassphraseNeeded(PASSPHRASE_FILE)
        return self._terminal.ask_secret(question, option=f"{PASSPHRASE_FILE}=FILE")

    def _say(self, text: str) -> None:
        if self._terminal is not None:
            self._terminal.say(text)

    def _in_file(self) -> Secret:
        path = Path(self._file)
        data = files.read(path)
        if data is None:
            raise FileUnreadable(path, "there is no such file")
        text = data.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")
        if not text.strip():
            raise UsageError(
                f"{path}: the passphrase is empty", do="write one into it that is not empty"
            )
        return Secret(text)


def machines_vault(here: "Machine", *, asks: bool) -> Vault:
    """Return this machine's sealed records; nothing is read or asked before it has to be.

    Unless the command `asks`, no passphrase is asked for, and no window of a keyring opens.
    """
    asks = asks and not here.common.no_input
    return vault_in(
        here.state,
        keyring=SystemKeyring(here.environ, asks=asks),
        passphrases=PersonsPassphrases(here.environ, here.terminal() if asks else None),
        notice=warner(here.common.color),
        login=login_command(profile=here.profile_name()),
    )
