"""A secret is a type: it can be carried and compared, and nothing shows it by accident."""

import hmac
from typing import NoReturn

__all__ = ["Secret"]

_MASK = "****"


class Secret:
    """A piece of text that no `str`, `repr`, format, JSON or pickle shows.

    The one way to the text is `reveal()`, so that a search for that word finds every place
    where a secret leaves its wrapping.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Wrap `text`. Nothing is copied to anywhere else."""
        self._text = text

    def reveal(self) -> str:
        """Return the text itself: only for the wire, a file that is meant to hold it, or stdout."""
        return self._text

    def __repr__(self) -> str:
        return _MASK

    def __str__(self) -> str:
        return _MASK

    def __format__(self, _spec: str) -> str:
        return _MASK

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        """Compare in constant time; a secret equals only another secret."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash table compares in variable time

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled or copied out of its process")
