"""One request and one response: the type in which the client and the center meet.

The client's flows send a `Request` through the `Http` port; the other end is the network, or, in
tests, the center's own application in memory.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sekisho.values import dataclass, field, replace

__all__ = ["Headers", "Request", "Response"]


class Headers(Mapping[str, str]):
    """Header fields: names compare without regard to case (RFC 9110 §5.1), order is kept.

    A name that occurs more than once reads as one value joined by `, ` (RFC 9110 §5.3);
    `pairs` has them one by one.
    """

    __slots__ = ("pairs",)

    def __init__(self, pairs: Mapping[str, str] | tuple[tuple[str, str], ...] = ()) -> None:
        """Take `pairs` as they are, in order."""
        items = pairs.items() if isinstance(pairs, Mapping) else pairs
        self.pairs: tuple[tuple[str, str], ...] = tuple(items)

    def __getitem__(self, name: str) -> str:
        wanted = name.lower()
        found = [value for key, value in self.pairs if key.lower() == wanted]
        if not found:
            raise KeyError(name)
        return ", ".join(found)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key.lower() for key, _ in self.pairs))

    def __len__(self) -> int:
        return len({key.lower() for key, _ in self.pairs})

    def __repr__(self) -> str:
        """Show the names only: values carry bearer tokens."""
        return f"Headers({', '.join(self)})"

    def with_(self, name: str, value: str) -> "Headers":
        """Return a copy in which `name` has the one value `value`."""
        kept = tuple(pair for pair in self.pairs if pair[0].lower() != name.lower())
        return Headers((*kept, (name, value)))


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. Its `repr` shows neither query, header values nor body."""

    method: str
    url: str = field(repr=False)
    """Absolute: scheme, host, path and query, percent-encoded as it goes over the wire."""
    headers: Headers = field(default_factory=Headers)
    body: bytes = field(default=b"", repr=False)

    @property
    def origin(self) -> str:
        """`scheme://host[:port]`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def with_header(self, name: str, value: str) -> "Request":
        """Return a copy in which the header `name` has the one value `value`."""
        return replace(self, headers=self.headers.with_(name, value))


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response, body read whole. Its `repr` shows no body."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        """Return the body as JSON. Raises `ValueError` when it is not."""
        return json.loads(self.body)
