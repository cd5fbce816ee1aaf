"""AWS Signature Version 4: the client signs with it, and the center verifies with it.

Source: AWS IAM User Guide, "Create a signed AWS API request"; `spec/identity-center.md` §3.5
and §3.6. Both halves build the same canonical request from what goes over the wire:

1. canonical request: method, path, query, signed headers, their names, hash of the body
2. string to sign: algorithm, time, scope, hash of the canonical request
3. signing key: an HMAC chain over date, Region, service and `aws4_request`
4. signature: HMAC of the string to sign, in hex
"""

import hashlib
import hmac
import posixpath
import re
from datetime import datetime
from urllib.parse import quote, unquote_to_bytes, urlsplit

from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire.http import Headers, Request

__all__ = [
    "ALGORITHM",
    "Malformed",
    "Scope",
    "SignatureClaim",
    "claim_of",
    "is_signed_by",
    "presigned_claim_of",
    "sign",
    "timestamp",
]

ALGORITHM = "AWS4-HMAC-SHA256"
_TERMINATOR = "aws4_request"
_SIGNATURE = "X-Amz-Signature"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_CREDENTIAL = re.compile(
    r"(\w{1,128})/(\d{8})/([a-z0-9-]{1,63})/([a-z0-9-]{1,63})/aws4_request",
    re.ASCII | re.IGNORECASE,
)
_HEX_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_AMZ_DATE = re.compile(r"\d{8}T\d{6}Z", re.ASCII)


class Malformed(ValueError):
    """An `Authorization` header, or presigned query, that is not a signature of this version."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The credential scope: what the signing key was derived for."""

    date: str
    """`YYYYMMDD`, UTC."""
    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{_TERMINATOR}"


@dataclass(frozen=True, slots=True)
class SignatureClaim:
    """What a signed request says of its own signature. Nothing of it is proven yet."""

    access_key_id: str
    scope: Scope
    signed_headers: tuple[str, ...]
    """Lower-case names, in the order given."""
    signature: str
    """64 hex digits."""
    amz_date: str
    """`YYYYMMDDTHHMMSSZ`, from the header or the query."""
    session_token: Secret | None
    presigned: bool


def timestamp(at: datetime) -> str:
    """Spell `at` (aware, UTC) as SigV4 does: `YYYYMMDDTHHMMSSZ`."""
    return at.strftime("%Y%m%dT%H%M%SZ")


def sign(
    request: Request,
    *,
    access_key_id: str,
    secret_access_key: Secret,
    session_token: Secret | None,
    region: str,
    service: str,
    at: datetime,
) -> Request:
    """Return `request` with the headers Host, X-Amz-Date, X-Amz-Security-Token, Authorization.

    Every header of the request is signed except those that proxies and clients change on the
    way (User-Agent, Connection and the like). `at` is aware, UTC.
    """
    prepared = request.with_header("Host", _host(request.url))
    prepared = prepared.with_header("X-Amz-Date", timestamp(at))
    if session_token is not None:
        prepared = prepared.with_header("X-Amz-Security-Token", session_token.reveal())
    names = tuple(sorted(name for name in prepared.headers if name not in _UNSIGNED))
    scope = Scope(timestamp(at)[:8], region, service)
    signature = _signature(
        prepared, names, scope, timestamp(at), secret_access_key, presigned=False
    )
    return prepared.with_header(
        "Authorization",
        f"{ALGORITHM} Credential={access_key_id}/{scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={signature}",
    )


_UNSIGNED = frozenset(
    {
        "authorization",
        "baggage",
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
    }
)
"""What goes from hop to hop or belongs to tracing; the same list as botocore's."""


def _host(url: str) -> str:
    """The header Host as HTTP clients send it: lower case, and a port only if it is unusual."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    usual = parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme)
    return shown if usual else f"{shown}:{parts.port}"


def claim_of(headers: Headers) -> SignatureClaim:
    """Read the claim of a request that is signed in its headers.

    Raises `Malformed`, with the part that is missing or wrong, for anything but one well-formed
    `Authorization` of this algorithm.
    """
    algorithm, _, rest = headers.get("Authorization", "").partition(" ")
    if algorithm != ALGORITHM:
        raise Malformed(f"the algorithm is not {ALGORITHM}")
    parts: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, text = part.strip().partition("=")
        if not equals or name in parts:
            raise Malformed("Authorization is not a list of distinct name=value parts")
        parts[name] = text
    if parts.keys() != {"Credential", "SignedHeaders", "Signature"}:
        raise Malformed("Authorization needs Credential, SignedHeaders and Signature")
    token = headers.get("X-Amz-Security-Token")
    return _claim(
        credential=parts["Credential"],
        signed_headers=parts["SignedHeaders"],
        signature=parts["Signature"],
        amz_date=headers.get("X-Amz-Date", ""),
        session_token=None if token is None else Secret(token),
        presigned=False,
    )


def presigned_claim_of(query: Headers) -> SignatureClaim:
    """Read the claim of a request that is signed in its query (decoded names and values).

    Raises `Malformed` for a parameter that is missing, repeated or wrong.
    """
    for name in query:
        if name.startswith("x-amz-") and sum(key.lower() == name for key, _ in query.pairs) > 1:
            raise Malformed(f"{name} occurs more than once")
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise Malformed(f"the algorithm is not {ALGORITHM}")
    token = query.get("X-Amz-Security-Token")
    return _claim(
        credential=query.get("X-Amz-Credential", ""),
        signed_headers=query.get("X-Amz-SignedHeaders", ""),
        signature=query.get("X-Amz-Signature", ""),
        amz_date=query.get("X-Amz-Date", ""),
        session_token=None if token is None else Secret(token),
        presigned=True,
    )


def is_signed_by(secret_access_key: Secret, claim: SignatureClaim, request: Request) -> bool:
    """Whether `claim` is the signature of `request` under the key; compares in constant time.

    `request.url` is the URL as it came over the wire. What the claim leaves unsigned, and how
    old it is, is for the caller to judge.
    """
    expected = _signature(
        request,
        claim.signed_headers,
        claim.scope,
        claim.amz_date,
        secret_access_key,
        presigned=claim.presigned,
    )
    return hmac.compare_digest(expected, claim.signature)


def _claim(
    *,
    credential: str,
    signed_headers: str,
    signature: str,
    amz_date: str,
    session_token: Secret | None,
    presigned: bool,
) -> SignatureClaim:
    scope = _CREDENTIAL.fullmatch(credential)
    if scope is None:
        raise Malformed("Credential is not KEY/DATE/REGION/SERVICE/aws4_request")
    names = tuple(signed_headers.split(";"))
    if (
        not all(names)
        or names != tuple(sorted(set(names)))
        or signed_headers.lower() != signed_headers
    ):
        raise Malformed("SignedHeaders is not a sorted list of distinct lower-case names")
    if not _HEX_SIGNATURE.fullmatch(signature):
        raise Malformed("Signature is not 64 hex digits")
    if not _AMZ_DATE.fullmatch(amz_date):
        raise Malformed("X-Amz-Date is not YYYYMMDDTHHMMSSZ")
    key_id, date, region, service = scope.groups()
    return SignatureClaim(
        key_id, Scope(date, region, service), names, signature, amz_date, session_token, presigned
    )


def _signature(
    request: Request,
    signed_headers: tuple[str, ...],
    scope: Scope,
    amz_date: str,
    secret: Secret,
    *,
    presigned: bool,
) -> str:
    canonical = _canonical_request(request, signed_headers, presigned=presigned)  # 1
    to_sign = f"{ALGORITHM}\n{amz_date}\n{scope}\n{_hash(canonical.encode())}"  # 2
    return _hmac(_signing_key(secret, scope), to_sign).hex()  # 3, 4


def _canonical_request(
    request: Request, signed_headers: tuple[str, ...], *, presigned: bool
) -> str:
    parts = urlsplit(request.url)
    query = _canonical_query(parts.query, without=_SIGNATURE if presigned else None)
    lines = [request.method, _canonical_path(parts.path), query]
    lines += [f"{name}:{_canonical_values(request.headers, name)}" for name in signed_headers]
    lines += ["", ";".join(signed_headers), _hash(request.body)]
    return "\n".join(lines)


def _canonical_path(path: str) -> str:
    """RFC 3986 §5.2.4 dot segments removed, encoded once more (all services but S3)."""
    normal = posixpath.normpath(f"/{path.lstrip('/')}")
    if path.endswith("/") and normal != "/":
        normal += "/"
    return quote(normal, safe="/~")


def _canonical_query(query: str, *, without: str | None) -> str:
    """Names and values decoded and encoded again, so that one spelling stands for all."""
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    encoded = sorted((_encode(name), _encode(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded if name != without)


def _encode(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="~")


def _canonical_values(headers: Headers, name: str) -> str:
    values = [value for key, value in headers.pairs if key.lower() == name]
    return ",".join(" ".join(value.split()) for value in values)


def _signing_key(secret: Secret, scope: Scope) -> bytes:
    key = f"AWS4{secret.reveal()}".encode()
    for part in (scope.date, scope.region, scope.service, _TERMINATOR):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
