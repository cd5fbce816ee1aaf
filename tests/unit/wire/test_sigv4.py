"""Signature V4 against AWS's own test suite, and what is refused before anything is compared."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SIGNED_HEADERS_BLACKLIST

from sekisho.secret import Secret
from sekisho.wire.http import Headers, Request
from sekisho.wire.sigv4 import (
    Malformed,
    SignatureClaim,
    _canonical_request,
    claim_of,
    is_signed_by,
    presigned_claim_of,
    sign,
    timestamp,
)

SUITE = json.loads(Path(__file__).with_name("sigv4_vectors.json").read_text("utf-8"))
SECRET = Secret(SUITE["secret_access_key"])
AT = datetime.fromisoformat(SUITE["at"])


@dataclass(frozen=True)
class Vector:
    name: str
    request: Request
    canonical: str
    signed_headers: str
    signature: str

    @property
    def authorization(self) -> str:
        scope = f"{AT:%Y%m%d}/{SUITE['region']}/{SUITE['service']}/aws4_request"
        return (
            f"AWS4-HMAC-SHA256 Credential={SUITE['access_key_id']}/{scope}, "
            f"SignedHeaders={self.signed_headers}, Signature={self.signature}"
        )

    @property
    def claim(self) -> SignatureClaim:
        return claim_of(self.request.headers.with_("Authorization", self.authorization))


def read(vector: dict[str, Any]) -> Vector:
    headers = Headers(tuple((name, value) for name, value in vector["headers"]))
    request = Request(
        str(vector["method"]),
        f"https://example.amazonaws.com{vector['target']}",
        headers,
        str(vector["body"]).encode(),
    )
    return Vector(
        str(vector["name"]),
        request,
        "\n".join(vector["canonical"]),
        str(vector["signed_headers"]),
        str(vector["signature"]),
    )


VECTORS = [read(vector) for vector in SUITE["vectors"]]
TOKEN_ADDED_AFTER_SIGNING = "post-sts-header-after"


def named(vector: Vector) -> str:
    return vector.name


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_the_canonical_request_is_the_one_of_aws_s_test_suite(vector: Vector) -> None:
    canonical = _canonical_request(vector.request, vector.claim.signed_headers, presigned=False)

    assert canonical == vector.canonical


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_the_signature_of_aws_s_test_suite_verifies(vector: Vector) -> None:
    assert is_signed_by(SECRET, vector.claim, vector.request)


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_another_key_s_signature_does_not_verify(vector: Vector) -> None:
    assert not is_signed_by(Secret("another key"), vector.claim, vector.request)


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS if each.name != TOKEN_ADDED_AFTER_SIGNING], ids=named
)
def test_signing_gives_the_authorization_of_aws_s_test_suite(vector: Vector) -> None:
    token = vector.request.headers.get("X-Amz-Security-Token")
    signed = sign(
        vector.request,
        access_key_id=SUITE["access_key_id"],
        secret_access_key=SECRET,
        session_token=None if token is None else Secret(token),
        region=SUITE["region"],
        service=SUITE["service"],
        at=AT,
    )

    assert signed.headers["Authorization"] == vector.authorization


def test_the_suite_has_the_cases_that_went_wrong_elsewhere() -> None:
    names = {vector.name for vector in VECTORS}

    assert names >= {
        "get-header-value-multiline",
        "get-header-value-trim",
        "get-relative",
        "get-slash-dot-slash",
        "get-utf8",
        "get-vanilla",
        "get-vanilla-query-order-key-case",
        "get-vanilla-with-session-token",
        "post-sts-header-after",
        "post-sts-header-before",
        "post-vanilla",
        "post-x-www-form-urlencoded",
    }


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://STS.us-east-1.amazonaws.com/", "sts.us-east-1.amazonaws.com"),
        ("https://sts.us-east-1.amazonaws.com:443/", "sts.us-east-1.amazonaws.com"),
        ("http://127.0.0.1:8765/", "127.0.0.1:8765"),
        ("http://[::1]:8765/", "[::1]:8765"),
        ("http://[::1]/", "[::1]"),
    ],
)
def test_the_host_is_signed_as_http_clients_send_it(url: str, host: str) -> None:
    assert signed_once(Request("GET", url)).headers["Host"] == host


@pytest.mark.parametrize("name", SIGNED_HEADERS_BLACKLIST)
def test_what_changes_from_hop_to_hop_is_not_signed(name: str) -> None:
    request = Request("GET", "https://example.com/", Headers({name: "a", "X-B": "b"}))

    assert claim_of(signed_once(request).headers).signed_headers == ("host", "x-amz-date", "x-b")


def test_a_query_parameter_named_signature_is_signed_like_any_other_in_a_header_signature() -> None:
    signed = signed_once(Request("GET", "https://example.com/?a=1"))
    added = Request("GET", f"{signed.url}&X-Amz-Signature=0", signed.headers)

    assert not is_signed_by(SECRET, claim_of(signed.headers), added)


def test_a_time_is_spelt_without_separators() -> None:
    assert timestamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "20260102T030405Z"


GOOD = {
    "Credential": "ASIAFAKE/20260102/us-east-1/sts/aws4_request",
    "SignedHeaders": "host;x-amz-date",
    "Signature": "0" * 64,
}


def authorization(**changed: str) -> str:
    parts = ", ".join(f"{name}={value}" for name, value in (GOOD | changed).items())
    return f"AWS4-HMAC-SHA256 {parts}"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "the algorithm is not AWS4-HMAC-SHA256"),
        ({"Authorization": "Bearer x"}, "the algorithm is not AWS4-HMAC-SHA256"),
        ({"Authorization": "AWS4-ECDSA-P256-SHA256 x=1"}, "the algorithm is not"),
        ({"Authorization": "AWS4-HMAC-SHA256"}, "not a list of distinct name=value parts"),
        ({"Authorization": "AWS4-HMAC-SHA256 Signature=0"}, "needs Credential, SignedHeaders"),
        ({"Authorization": authorization() + ", Signature=1"}, "not a list of distinct"),
        ({"Authorization": authorization() + ", Extra=1"}, "needs Credential, SignedHeaders"),
        ({"Authorization": authorization(Credential="ASIAFAKE")}, "Credential is not"),
        (
            {"Authorization": authorization(Credential="A/2026010/us-east-1/sts/aws4_request")},
            "Credential is not",
        ),
        (
            {"Authorization": authorization(Credential="A/２0260102/us-east-1/sts/aws4_request")},
            "Credential is not",
        ),
        (
            {"Authorization": authorization(Credential="A/20260102/us-east-1/sts/aws4")},
            "Credential is not",
        ),
        ({"Authorization": authorization(SignedHeaders="")}, "SignedHeaders is not"),
        ({"Authorization": authorization(SignedHeaders="x-amz-date;host")}, "SignedHeaders is not"),
        ({"Authorization": authorization(SignedHeaders="host;host")}, "SignedHeaders is not"),
        ({"Authorization": authorization(SignedHeaders="Host")}, "SignedHeaders is not"),
        ({"Authorization": authorization(Signature="0" * 63)}, "Signature is not"),
        ({"Authorization": authorization(Signature="G" * 64)}, "Signature is not"),
        ({"Authorization": authorization()}, "X-Amz-Date is not"),
        ({"Authorization": authorization(), "X-Amz-Date": "2026-01-02"}, "X-Amz-Date is not"),
    ],
)
def test_an_authorization_that_is_no_v4_signature_is_refused_with_the_reason(
    headers: dict[str, str], reason: str
) -> None:
    with pytest.raises(Malformed) as refused:
        claim_of(Headers(headers))

    assert reason in str(refused.value)


def test_two_authorizations_are_refused() -> None:
    twice = Headers((("Authorization", authorization()), ("authorization", authorization())))

    with pytest.raises(Malformed):
        claim_of(twice)


def test_a_claim_says_what_the_header_says() -> None:
    claim = claim_of(
        Headers(
            {
                "authorization": authorization(),
                "x-amz-date": "20260102T030405Z",
                "x-amz-security-token": "fake-session-token",
            }
        )
    )

    assert (claim.access_key_id, str(claim.scope), claim.signed_headers, claim.presigned) == (
        "ASIAFAKE",
        "20260102/us-east-1/sts/aws4_request",
        ("host", "x-amz-date"),
        False,
    )
    assert claim.amz_date == "20260102T030405Z"
    assert claim.session_token == Secret("fake-session-token")


QUERY = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": GOOD["Credential"],
    "X-Amz-Date": "20260102T030405Z",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0" * 64,
}


def test_a_presigned_query_without_a_token_has_none() -> None:
    claim = presigned_claim_of(Headers(QUERY))

    assert claim.session_token is None
    assert claim.presigned


@pytest.mark.parametrize("name", sorted(QUERY))
def test_a_presigned_query_needs_each_of_its_parameters(name: str) -> None:
    rest = {key: value for key, value in QUERY.items() if key != name}

    with pytest.raises(Malformed):
        presigned_claim_of(Headers(rest))


@pytest.mark.parametrize("name", [*sorted(QUERY), "X-Amz-Security-Token"])
def test_a_presigned_query_has_each_parameter_once(name: str) -> None:
    pairs = (*QUERY.items(), (name, "x"), (name.lower(), "x"))

    with pytest.raises(Malformed) as refused:
        presigned_claim_of(Headers(pairs))

    assert "occurs more than once" in str(refused.value)


def test_no_text_of_a_claim_shows_the_session_token() -> None:
    claim = presigned_claim_of(Headers(QUERY | {"X-Amz-Security-Token": "fake-session-token"}))

    assert "fake-session-token" not in repr(claim)


def signed_once(request: Request) -> Request:
    return sign(
        request,
        access_key_id="ASIAFAKE",
        secret_access_key=SECRET,
        session_token=None,
        region="us-east-1",
        service="sts",
        at=AT,
    )
