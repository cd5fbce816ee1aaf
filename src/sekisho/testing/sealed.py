"""A sealed store without a person and without the system's keyring."""

from collections.abc import Callable
from pathlib import Path

from sekisho.errors import PassphraseNeeded
from sekisho.ports import Keyring
from sekisho.secret import Secret
from sekisho.store.sealed import vault_in
from sekisho.store.vault import Vault
from sekisho.testing.keyring import MemoryKeyring

__all__ = ["GivenPassphrase", "sealed_in"]


class GivenPassphrase:
    """Satisfies `store.custody.Passphrases`: one passphrase, or nobody to ask for one."""

    def __init__(self, text: str | None, *, preferred: bool = False) -> None:
        """Give `text`; `None` is a command that never asks."""
        self._text = text
        self._preferred = preferred
        self.asked = 0
        """How often it was wanted."""

    @property
    def preferred(self) -> bool:
        """Whether it goes before a keyring."""
        return self._preferred

    def known(self) -> Secret:
        """Give the passphrase."""
        self.asked += 1
        if self._text is None:
            raise PassphraseNeeded("A_FILE")
        return Secret(self._text)

    def chosen(self) -> Secret:
        """Give the passphrase."""
        return self.known()


def sealed_in(
    state: Path,
    keyring: Keyring | None = None,
    passphrase: GivenPassphrase | None = None,
    notice: Callable[[str], None] = lambda _: None,
) -> Vault:
    """Return the sealed records below `state`, with a keyring of its own unless one is given."""
    return vault_in(
        state,
        keyring=keyring or MemoryKeyring(),
        passphrases=passphrase or GivenPassphrase(None),
        notice=notice,
        login="sekisho login",
    )
