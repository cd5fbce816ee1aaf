"""Whom a proxy speaks for: the client's address, scheme and host, believed from named proxies only.

1. The connection's other end is believed when it is in one of the operator's networks. What anybody
   else says in these headers is their own invention, and is passed over.
2. Each proxy adds the address that it was called from at the right. From the right, the first one that
   is no proxy of ours is the client; what stands to the left of it is what the client said.
3. Scheme and host are the last ones, which the nearest proxy has written.
4. `Forwarded` (RFC 7239) and `X-Forwarded-*` say the same. A proxy writes one of them and passes the
   client's own on in the other, so a request with both is refused: nobody knows which is which.
5. Where proxies are named, plain http from anybody else is refused: it would go round them, and their
   https.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sekisho.center import audit
from sekisho.center.health import PATH as HEALTH

__all__ = ["TOLD", "Arrival", "Forwarded", "Network", "Unclear", "arrival"]

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Lines = Sequence[tuple[bytes, bytes]]

TOLD = "sekisho.told"
"""The key in an ASGI scope that says whether a proxy told the client's address, and was believed."""
_FOR, _PROTO, _HOST = b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"
_STANDARD = b"forwarded"
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PAIR = re.compile(rf'\s*({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*")\s*([;,]|$)')


class Unclear(Exception):
    """What the proxy says cannot be read, or is said twice."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a request comes from, and what it was sent to."""

    address: str
    """The client's; empty where the connection does not tell."""
    scheme: str
    host: str | None = None
    """The Host that a proxy says it was asked for; `None`: the request's own counts."""
    told: bool = False
    """Whether a proxy that is believed has told the address."""


def arrival(peer: str, scheme: str, headers: _Lines, trusted: Sequence[Network]) -> Arrival:
    """Say where a request comes from that `peer` sent, and `trusted` proxies may have handed on.

    Raises `Unclear`.
    """
    told_by = _address(peer)
    if told_by is None or not _is_in(told_by, trusted):
        return Arrival(peer if told_by is None else str(told_by), scheme)
    standard, older = _joined(headers, _STANDARD), _joined(headers, _FOR)
    if standard is not None and any(name in (_FOR, _PROTO, _HOST) for name, _ in headers):
        raise Unclear("it has Forwarded and X-Forwarded-* headers")
    if standard is not None:
        hops = _hops(standard)
        proto, host = hops[-1].get("proto"), hops[-1].get("host")
        chain = [hop.get("for", "") for hop in hops]
    else:
        proto, host = _last(headers, _PROTO), _last(headers, _HOST)
        chain = [] if older is None else older.split(",")
    said = (proto or scheme).lower()
    if said not in ("http", "https"):
        raise Unclear("the scheme in it is neither http nor https")
    return Arrival(str(_client(chain, told_by, trusted)), said, host, told=bool(chain))


def _client(chain: Sequence[str], peer: _Address, trusted: Sequence[Network]) -> _Address:
    nearest = peer
    for told in reversed(chain):
        found = _address(told.strip())
        if found is None:  # hidden, or nonsense: who told it is the nearest that is known
            break
        nearest = found
        if not _is_in(found, trusted):
            break
    return nearest


def _address(text: str) -> _Address | None:
    """Read an address as proxies write it: IPv6 perhaps in brackets, a port perhaps behind it."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _is_in(address: _Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _joined(headers: _Lines, name: bytes) -> str | None:
    """Join the lines of one header, which are one list (RFC 9110 §5.3)."""
    lines = [value.decode("latin-1") for each, value in headers if each == name]
    return ",".join(lines) if lines else None


def _last(headers: _Lines, name: bytes) -> str | None:
    joined = _joined(headers, name)
    return None if joined is None else joined.rpartition(",")[2].strip() or None


def _hops(text: str) -> list[dict[str, str]]:
    """Read a `Forwarded` header: one dictionary a proxy (RFC 7239 §4)."""
    hops: list[dict[str, str]] = [{}]
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            raise Unclear("its Forwarded header cannot be read")
        name, value, end = pair.groups()
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        hops[-1][name.lower()] = value
        if end == ",":
            hops.append({})
        at = pair.end()
    return hops


class Forwarded:
    """ASGI middleware: behind it, a request is what the proxies say that it is."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        """Stand in front of `app`, and believe the `trusted` networks."""
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = scope["client"][0] if scope.get("client") else ""
        try:
            found = arrival(peer, scope["scheme"], scope["headers"], self._trusted)
        except Unclear as unclear:
            audit.warn("forwarded", f"a request by {peer} was refused: {unclear}")
            await PlainTextResponse(f"{unclear}.\n", 400)(scope, receive, send)
            return
        if self._goes_round(peer, scope):
            refusal = PlainTextResponse("This center is reached through its proxy.\n", 403)
            await refusal(scope, receive, send)
            return
        await self._app(_as(found, scope), receive, send)

    def _goes_round(self, peer: str, scope: Scope) -> bool:
        """Whether it is plain http from the network; a balancer that looks whether we live may."""
        if not self._trusted or scope["scheme"] == "https" or scope["path"] == HEALTH:
            return False
        address = _address(peer)
        return address is None or not (address.is_loopback or _is_in(address, self._trusted))


def _as(found: Arrival, scope: Scope) -> Scope:
    headers = list(scope["headers"])
    if found.host is not None:
        host = (b"host", found.host.encode("latin-1", "replace"))
        headers = [host, *((name, value) for name, value in headers if name != b"host")]
    port = scope["client"][1] if scope.get("client") else 0
    client = (found.address, port) if found.address else scope.get("client")
    own = {"client": client, "scheme": found.scheme, "headers": headers, TOLD: found.told}
    return {**scope, **own}
