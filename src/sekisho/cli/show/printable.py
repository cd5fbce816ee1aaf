"""Names and sentences as a terminal may show them."""

__all__ = ["printable", "printable_lines"]


def printable(text: str) -> str:
    """Return `text` without characters that steer the terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def printable_lines(text: str) -> str:
    """Return `text` as `printable` does, line by line."""
    return "\n".join(map(printable, text.expandtabs().split("\n")))
