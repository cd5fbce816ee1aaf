"""The SCIM tokens of a center, drawn: a table for the operator, JSON for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from sekisho.center.directory.scim_tokens import ScimToken

__all__ = ["tokens_json", "tokens_table"]


class _TokenRow(TypedDict):
    id: str
    made: str
    expires: str
    last_used: str | None


class _TokensJson(TypedDict):
    version: int
    tokens: list[_TokenRow]


def tokens_table(tokens: Sequence["ScimToken"], *, now: datetime) -> Table:
    """Draw one row for each token; those that have expired by `now` are marked."""
    drawn = Table()
    for head in ("Token", "Made", "Last used", "Expires"):
        drawn.add_column(head, overflow="fold")
    for token in tokens:
        over = token.expires_at <= now
        used = "never" if token.last_used_at is None else f"{token.last_used_at:%Y-%m-%d %H:%M}"
        drawn.add_row(
            Text(token.id, style="dim" if over else "bold"),
            Text(f"{token.made_at:%Y-%m-%d}"),
            Text(used),
            Text(
                f"{token.expires_at:%Y-%m-%d}{' (over)' if over else ''}",
                style="red" if over else "",
            ),
        )
    return drawn


def tokens_json(tokens: Sequence["ScimToken"]) -> _TokensJson:
    """Return `center scim-token list --json`, version 1."""
    return {
        "version": 1,
        "tokens": [
            {
                "id": token.id,
                "made": _spelt(token.made_at),
                "expires": _spelt(token.expires_at),
                "last_used": None if token.last_used_at is None else _spelt(token.last_used_at),
            }
            for token in tokens
        ],
    }


def _spelt(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
