"""Which of the `keyring` package's backends keep secrets, and keep them secret."""

__all__ = ["keeps_nothing", "keeps_plain_text"]

_NOTHING = ("keyring.backends.fail.", "keyring.backends.null.")
_PLAIN_TEXT = ("keyrings.alt.file.PlaintextKeyring",)


def keeps_nothing(name: str) -> bool:
    """Whether the backend class of that full `name` is none."""
    return name.startswith(_NOTHING)


def keeps_plain_text(name: str) -> bool:
    """Whether the backend class of that full `name` writes secrets to the disk as they are."""
    return name in _PLAIN_TEXT
