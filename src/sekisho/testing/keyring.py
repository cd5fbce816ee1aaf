"""Keyrings that a test makes up."""

from sekisho.errors import KeyringClosed
from sekisho.secret import Secret

__all__ = ["MemoryKeyring"]


class MemoryKeyring:
    """Satisfies `ports.Keyring`: keeps everything in memory, and can be closed."""

    def __init__(self, *, closed: str = "") -> None:
        """Start empty; `closed` says why it cannot be used, and is empty where it can."""
        self.closed = closed
        """May be changed at any time."""
        self.kept: dict[str, Secret] = {}
        """What is kept, by account."""

    def get(self, account: str) -> Secret | None:
        """Return what is kept for `account`."""
        self._refuse_if_closed()
        return self.kept.get(account)

    def put(self, account: str, secret: Secret) -> None:
        """Keep `secret` for `account`."""
        self._refuse_if_closed()
        self.kept[account] = secret

    def remove(self, account: str) -> None:
        """Forget what is kept for `account`."""
        self._refuse_if_closed()
        self.kept.pop(account, None)

    def _refuse_if_closed(self) -> None:
        if self.closed:
            raise KeyringClosed(self.closed)
