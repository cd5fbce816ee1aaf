"""Names as a terminal may show them."""

__all__ = ["printable"]


def printable(text: str) -> str:
    """Return `text` without characters that steer the terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
