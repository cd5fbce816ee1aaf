"""One request and one response, as they go over the wire."""

import pytest

from sekisho.wire.http import Headers, Request, Response

FAKE = "fake-bearer-token"


def test_header_names_compare_without_regard_to_case() -> None:
    headers = Headers({"Content-Type": "application/json"})

    assert headers["content-type"] == headers["CONTENT-TYPE"] == "application/json"
    assert "Content-TYPE" in headers
    assert "content-length" not in headers


def test_an_absent_header_is_a_key_error_with_its_name() -> None:
    with pytest.raises(KeyError, match="X-Absent"):
        Headers()["X-Absent"]


def test_a_header_that_occurs_twice_reads_as_a_list() -> None:
    headers = Headers((("Vary", "Accept"), ("vary", "Cookie")))

    assert headers["Vary"] == "Accept, Cookie"
    assert len(headers) == 1
    assert list(headers) == ["vary"]


def test_headers_keep_their_order_and_spelling() -> None:
    pairs = (("X-B", "2"), ("x-a", "1"), ("X-B", "3"))

    assert Headers(pairs).pairs == pairs


def test_a_header_that_is_set_replaces_every_other_of_its_name() -> None:
    headers = Headers((("Host", "one"), ("Accept", "*/*"), ("host", "two"))).with_("HOST", "three")

    assert headers.pairs == (("Accept", "*/*"), ("HOST", "three"))


def test_setting_a_header_leaves_the_original_as_it_was() -> None:
    request = Request("GET", "https://example.com/")
    changed = request.with_header("Accept", "text/html")

    assert changed.headers["Accept"] == "text/html"
    assert "Accept" not in request.headers


def test_a_request_shows_neither_url_nor_header_values_nor_body() -> None:
    request = Request(
        "POST",
        f"https://example.com/callback?code={FAKE}",
        Headers({"Authorization": f"Bearer {FAKE}"}),
        FAKE.encode(),
    )

    assert FAKE not in repr(request)
    assert "authorization" in repr(request)


def test_a_response_shows_no_header_value_and_no_body() -> None:
    response = Response(200, Headers({"Set-Cookie": FAKE}), FAKE.encode())

    assert FAKE not in repr(response)
    assert "200" in repr(response)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://oidc.us-east-1.amazonaws.com/token?x=1", "https://oidc.us-east-1.amazonaws.com"),
        ("http://127.0.0.1:8765/", "http://127.0.0.1:8765"),
        ("http://[::1]:8765/token", "http://[::1]:8765"),
    ],
)
def test_the_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert Request("GET", url).origin == origin


def test_a_json_body_is_read() -> None:
    assert Response(200, body=b'{"accessToken": "x"}').json() == {"accessToken": "x"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff"])
def test_a_body_that_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        Response(200, body=body).json()
