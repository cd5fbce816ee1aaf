"""What both ways to the network have in common: limits, header fields, whom they trust."""

import ssl
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sekisho.adapters.http_errors import shown
from sekisho.errors import FileUnreadable, Unreachable
from sekisho.model import Environ
from sekisho.values import dataclass
from sekisho.wire.http import Request

__all__ = ["USER_AGENT", "Limits", "Trust", "bounded", "sent_headers"]

USER_AGENT = "sekisho/0.1.0"
"""With the version of the package, as a test says: to look it up would cost a fifth of a command."""

_MOST_BYTES = 4 * 1024 * 1024
_CA_VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take, in seconds."""

    connect: float = 10.0
    """Until there is a connection."""
    read: float = 30.0
    """The longest silence."""
    whole: float = 60.0
    """Until the answer is there to its end."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose certificates are trusted: the CA bundle and nothing else, or what the system trusts."""

    ca_bundle: Path | None
    """PEM."""

    @classmethod
    def chosen(cls, environ: Environ, ca_bundle: Path | None) -> "Trust":
        """--ca-bundle (`ca_bundle`) goes before AWS_CA_BUNDLE, and that before the other."""
        named = (environ.get(variable) for variable in _CA_VARIABLES)
        return cls(ca_bundle or next((Path(value) for value in named if value), None))

    def context(self) -> ssl.SSLContext:
        """Make a context that verifies chain and host name.

        Raises `FileUnreadable` for a CA bundle that cannot be read.
        """
        if self.ca_bundle is None:
            import truststore

            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            return ssl.create_default_context(cafile=self.ca_bundle)
        except ssl.SSLError:
            raise FileUnreadable(self.ca_bundle, "it holds no PEM certificates") from None
        except OSError as error:
            raise FileUnreadable(self.ca_bundle, error.strerror or str(error)) from error


def sent_headers(request: Request) -> list[tuple[str, str]]:
    """Return the fields of `request` in order, and those that it must have besides."""
    fields = list(request.headers.pairs)
    if "user-agent" not in request.headers:
        fields.insert(0, ("User-Agent", USER_AGENT))
    if request.method == "POST" and not request.body:
        fields = [field for field in fields if field[0].lower() != "content-length"]
        fields.append(("Content-Length", "0"))
    return fields


def bounded(chunks: Iterable[bytes], url: str, deadline: float) -> Iterator[bytes]:
    """Hand `chunks` on. Raises `Unreachable` past 4 MiB, and after `deadline` (`monotonic`)."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > _MOST_BYTES:
            raise Unreachable(shown(url), "the answer is larger than 4 MiB; it was not read")
        if time.monotonic() > deadline:
            raise Unreachable(shown(url), "the answer took too long; it was not read to its end")
        yield chunk
