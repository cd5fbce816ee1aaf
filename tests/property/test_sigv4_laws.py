"""Signature V4 with botocore's signers as the oracle, in both directions."""

import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode_sequence
from hypothesis import assume, example, given
from hypothesis import strategies as st

from sekisho.secret import Secret
from sekisho.wire.http import Headers, Request
from sekisho.wire.sigv4 import (
    Scope,
    SignatureClaim,
    claim_of,
    is_signed_by,
    presigned_claim_of,
    sign,
)

KEY_ID = "ASIAFAKEFAKEFAKEFAKE"
SECRET_KEY = "not-a-real-secret-key"
TOKEN = "not/a+real=session token"

hosts = st.sampled_from(
    ["sts.us-east-1.amazonaws.com", "127.0.0.1:8765", "[::1]:8765", "Localhost:443", "EXAMPLE.com"]
)
segments = st.text(st.characters(codec="utf-8", exclude_characters="/?#\r\n\t"), max_size=8)
paths = st.lists(segments | st.sampled_from(["", ".", "..", "a%20b", "a b", "~"]), max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)
texts = st.text(st.characters(codec="utf-8"), max_size=12)
queries = st.dictionaries(texts.filter(bool), texts, max_size=4)
header_names = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=10).map(
    lambda name: f"X-{name}"
)
header_values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.just("\t"), max_size=20
)
header_sets = st.dictionaries(header_names, header_values, max_size=4).filter(
    lambda headers: (
        len({name.lower() for name in headers}) == len(headers)
        and not any(name.lower().startswith("x-amz") for name in headers)
    )
)
bodies = st.binary(max_size=40)
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
tokens = st.sampled_from([None, TOKEN])
regions = st.sampled_from(["us-east-1", "cn-north-1", "eusc-de-east-1"])
services = st.sampled_from(["sts", "sso", "identitystore", "sso-oauth"])


@st.composite
def requests(draw: st.DrawFn, *, with_body: bool = True) -> Request:
    query = percent_encode_sequence(draw(queries))
    path = draw(paths)
    return Request(
        draw(methods),
        f"https://{draw(hosts)}{path.replace('%', '%25')}" + (f"?{query}" if query else ""),
        Headers(draw(header_sets)),
        draw(bodies) if with_body else b"",
    )


def as_botocore_has_it(request: Request) -> AWSRequest:
    return AWSRequest(
        method=request.method,
        url=request.url,
        headers=dict(request.headers.pairs),
        data=request.body,
    )


def signed_by_botocore(
    request: Request, token: str | None, region: str, service: str
) -> tuple[Request, AWSRequest]:
    foreign = as_botocore_has_it(request)
    SigV4Auth(Credentials(KEY_ID, SECRET_KEY, token), service, region).add_auth(foreign)
    prepared = foreign.prepare()
    headers = {name: _text(value) for name, value in prepared.headers.items()}
    headers.setdefault("Host", _host(request.url))
    return Request(request.method, foreign.url, Headers(headers), request.body), foreign


def presigned_by_botocore(request: Request, token: str | None, region: str) -> Request:
    foreign = as_botocore_has_it(request)
    SigV4QueryAuth(Credentials(KEY_ID, SECRET_KEY, token), "sts", region).add_auth(foreign)
    return Request(
        request.method, foreign.url, request.headers.with_("Host", _host(request.url)), b""
    )


def query_of(request: Request) -> Headers:
    return Headers(tuple(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _host(url: str) -> str:
    """What an HTTP client sends; botocore signs that without having it in the request."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
    return host if parts.port in (None, 443) else f"{host}:{parts.port}"


@given(requests(), tokens, regions, services)
@example(Request("GET", "https://h/a//b/./../c/"), None, "us-east-1", "sts")
@example(Request("GET", "https://h/", Headers({"X-Tab": "a \t b"})), None, "us-east-1", "sts")
def test_what_botocore_signs_verifies(
    request: Request, token: str | None, region: str, service: str
) -> None:
    signed, _ = signed_by_botocore(request, token, region, service)

    claim = claim_of(signed.headers)

    assert is_signed_by(Secret(SECRET_KEY), claim, signed)
    assert claim.scope.region == region
    assert claim.session_token == (None if token is None else Secret(token))


@given(requests(), tokens, regions, services)
def test_what_we_sign_has_botocore_s_authorization(
    request: Request, token: str | None, region: str, service: str
) -> None:
    signed, foreign = signed_by_botocore(request, token, region, service)
    at = datetime.fromisoformat(claim_of(signed.headers).amz_date)
    ours = sign(
        request,
        access_key_id=KEY_ID,
        secret_access_key=Secret(SECRET_KEY),
        session_token=None if token is None else Secret(token),
        region=region,
        service=service,
        at=at,
    )

    assert ours.headers["Authorization"] == foreign.headers["Authorization"]


@given(requests(with_body=False), tokens, regions)
def test_what_botocore_presigns_verifies(request: Request, token: str | None, region: str) -> None:
    presigned = presigned_by_botocore(request, token, region)

    claim = presigned_claim_of(query_of(presigned))

    assert is_signed_by(Secret(SECRET_KEY), claim, presigned)


def changed(text: str, data: st.DataObject) -> str:
    """`text` with one character replaced by another."""
    assume(text)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(string.ascii_letters + string.digits))
    assume(text[at].lower() != other.lower())
    return text[:at] + other + text[at + 1 :]


def changed_bytes(body: bytes, data: st.DataObject) -> bytes:
    if not body:
        return b"x"
    at = data.draw(st.integers(0, len(body) - 1))
    return body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :]


def changed_request(request: Request, part: str, data: st.DataObject) -> Request:
    parts = urlsplit(request.url)
    match part:
        case "method":
            return replace(request, method=changed(request.method, data))
        case "path":
            path = changed(parts.path, data)
            assume(path.startswith("/") and not {".", ".."} & set(path.split("/")))
            return replace(request, url=parts._replace(path=path).geturl())
        case "query":
            query = f"{parts.query}&added=1" if data.draw(st.booleans()) else ""
            assume(query != parts.query)
            return replace(request, url=parts._replace(query=query).geturl())
        case "body":
            return replace(request, body=changed_bytes(request.body, data))
        case "header":
            name = data.draw(st.sampled_from(["Host", "X-Amz-Date", "X-Amz-Security-Token"]))
            value = changed(request.headers[name].replace(" ", ""), data)
            return request.with_header(name, value)
        case _:
            raise AssertionError(part)


def changed_claim(claim: SignatureClaim, part: str, data: st.DataObject) -> SignatureClaim:
    scope = claim.scope
    match part:
        case "amz_date":
            return replace(claim, amz_date=changed(claim.amz_date, data))
        case "signature":
            digits = st.sampled_from("0123456789abcdef")
            other = data.draw(digits) + claim.signature[1:]
            assume(other != claim.signature)
            return replace(claim, signature=other)
        case "date":
            return replace(
                claim, scope=Scope(changed(scope.date, data), scope.region, scope.service)
            )
        case "region":
            return replace(
                claim, scope=Scope(scope.date, changed(scope.region, data), scope.service)
            )
        case "service":
            return replace(
                claim, scope=Scope(scope.date, scope.region, changed(scope.service, data))
            )
        case _:
            raise AssertionError(part)


@given(
    requests(),
    regions,
    services,
    st.sampled_from(["method", "path", "query", "body", "header"]),
    st.data(),
)
def test_one_changed_character_of_the_request_breaks_the_signature(
    request: Request, region: str, service: str, part: str, data: st.DataObject
) -> None:
    signed, _ = signed_by_botocore(request, TOKEN, region, service)
    claim = claim_of(signed.headers)
    forged = changed_request(signed, part, data)

    assert not is_signed_by(Secret(SECRET_KEY), claim, forged)


@given(
    requests(),
    regions,
    services,
    st.sampled_from(["amz_date", "signature", "date", "region", "service"]),
    st.data(),
)
def test_one_changed_character_of_the_claim_breaks_the_signature(
    request: Request, region: str, service: str, part: str, data: st.DataObject
) -> None:
    signed, _ = signed_by_botocore(request, TOKEN, region, service)
    forged = changed_claim(claim_of(signed.headers), part, data)

    assert not is_signed_by(Secret(SECRET_KEY), forged, signed)


@given(requests(with_body=False), regions, st.sampled_from(["query", "body", "method"]), st.data())
def test_one_changed_character_of_a_presigned_request_breaks_the_signature(
    request: Request, region: str, part: str, data: st.DataObject
) -> None:
    presigned = presigned_by_botocore(request, TOKEN, region)
    claim = presigned_claim_of(query_of(presigned))
    forged = changed_request(presigned, part, data)

    assert not is_signed_by(Secret(SECRET_KEY), claim, forged)


@given(requests(), st.dictionaries(texts.filter(bool), texts, min_size=1, max_size=3))
def test_a_query_that_is_encoded_in_another_way_has_the_same_signature(
    request: Request, query: Mapping[str, str]
) -> None:
    base = request.url.partition("?")[0]
    signed, _ = signed_by_botocore(
        replace(request, url=f"{base}?{percent_encode_sequence(query)}"), None, "us-east-1", "sts"
    )
    lower = urlsplit(signed.url).query.replace("%2F", "%2f").replace("%3A", ":")
    respelt = replace(signed, url=f"{base}?{lower}")

    assert is_signed_by(Secret(SECRET_KEY), claim_of(signed.headers), respelt)
