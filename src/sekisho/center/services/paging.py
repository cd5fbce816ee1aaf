"""Pages of a list: opaque tokens that only the same person can use, for the same list.

A token holds the key of the last item that was shown, under a signature: it works on every
replica, and survives items that come and go meanwhile.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sekisho.center.center import Center
from sekisho.center.storage import bearer

T = TypeVar("T")

__all__ = ["BadToken", "Page", "page_of", "read_token", "token_after"]


class BadToken(ValueError):
    """A token that was not made for this person and this list."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the items, and the token for the next ones; `None` on the last page."""

    items: Sequence[T]
    next_token: str | None


def page_of(
    center: Center,
    items: Sequence[T],
    *,
    key: Callable[[T], tuple[str, ...]],
    of: tuple[str, ...],
    size: int,
    token: str | None,
) -> Page[T]:
    """Cut one page out of `items`, which are sorted by `key`.

    `of` says whose list this is and of what: a token from another one raises `BadToken`.
    """
    after = None if token is None else read_token(center, token, of)
    rest = [item for item in items if after is None or key(item) > after]
    shown = rest[:size]
    more = len(rest) > size
    return Page(shown, token_after(center, key(shown[-1]), of) if more else None)


def token_after(center: Center, last: tuple[str, ...], of: tuple[str, ...]) -> str:
    """Return the token for what follows the item with the key `last` of the list `of`."""
    payload = bearer.encoded(json.dumps(last).encode())
    return f"{center.keys.current}.{payload}.{_proof(center, payload, of, center.keys.current)}"


def read_token(center: Center, token: str, of: tuple[str, ...]) -> tuple[str, ...]:
    """Return the key that a token of the list `of` was made for. Raises `BadToken`."""
    try:
        key, payload, proof = token.split(".")
        if not hmac.compare_digest(_proof(center, payload, of, key), proof):
            raise BadToken
        padded = payload + "=" * (-len(payload) % 4)
        return tuple(json.loads(base64.urlsafe_b64decode(padded)))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise BadToken from error


def _proof(center: Center, payload: str, of: tuple[str, ...], key: str) -> str:
    return bearer.encoded(center.keys.derive("page", payload, *of, key=key))
