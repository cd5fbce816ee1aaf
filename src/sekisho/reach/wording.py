"""Numbers and names in words, the same in every picture."""

from collections.abc import Sequence

__all__ = ["counted", "listed", "printable"]


def counted(number: int, noun: str) -> str:
    """Return `1,000 profiles`, and `1 profile`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], most: int, count: int | None = None) -> str:
    """Return `names` with commas; after `most` of them the rest is counted.

    `count` says how many there are, where `names` are only the first of them.
    """
    more = (len(names) if count is None else count) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def printable(text: str) -> str:
    """Return `text` with a mark for each character that nobody sees, or that steers a terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "�" for character in text)
