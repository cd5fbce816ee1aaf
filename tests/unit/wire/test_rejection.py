"""A service's no is read as botocore reads it."""

import json

import pytest
from botocore.parsers import RestJSONParser
from hypothesis import given
from hypothesis import strategies as st

from sekisho.wire.http import Headers, Response
from sekisho.wire.rejection import Rejection, rejection_of


def response(body: object = None, *, status: int = 400, error_type: str | None = None) -> Response:
    headers = Headers({} if error_type is None else {"x-amzn-ErrorType": error_type})
    return Response(status, headers, b"" if body is None else json.dumps(body).encode())


def test_an_oauth_error_of_sso_oidc_is_named_by_its_header() -> None:
    answer = response(
        {"error": "authorization_pending", "error_description": "not yet"},
        error_type="AuthorizationPendingException",
    )

    assert rejection_of(answer) == Rejection(400, "AuthorizationPendingException", "not yet")


@pytest.mark.parametrize(
    "error_type",
    [
        "ForbiddenException",
        "ForbiddenException:http://internal.amazon.com/coral/",
        "com.amazonaws.switchboard.portal#ForbiddenException",
        "com.amazonaws#ForbiddenException:http://internal.amazon.com/",
    ],
)
def test_the_name_is_bare_whatever_stands_around_it(error_type: str) -> None:
    answer = response({"message": "No access"}, status=403, error_type=error_type)

    assert rejection_of(answer) == Rejection(403, "ForbiddenException", "No access")


@pytest.mark.parametrize("key", ["code", "__type"])
def test_without_the_header_the_body_names_the_error(key: str) -> None:
    assert rejection_of(response({key: "aws#UnauthorizedException"})).error == (
        "UnauthorizedException"
    )


def test_the_header_beats_the_body() -> None:
    answer = response({"__type": "FromBody"}, error_type="FromHeader")

    assert rejection_of(answer).error == "FromHeader"


@pytest.mark.parametrize("body", [b"", b"<html>bad gateway</html>", b"[1]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_leaves_the_status_as_the_name(body: bytes) -> None:
    assert rejection_of(Response(502, body=body)) == Rejection(502, "502", "")


def test_values_that_are_no_text_are_passed_over() -> None:
    answer = response({"code": 7, "message": None, "error_description": ["x"]}, status=500)

    assert rejection_of(answer) == Rejection(500, "500", "")


names = st.from_regex(
    r"([a-z.]{1,9}#)?[A-Z][A-Za-z]{2,20}(:https?://[a-z./]{1,9})?", fullmatch=True
)


@given(
    status=st.sampled_from([400, 401, 403, 404, 429, 500, 503]),
    error_type=st.none() | names,
    body=st.dictionaries(
        st.sampled_from(["message", "Message", "code", "__type", "other"]), names, max_size=5
    ),
)
def test_botocore_reads_the_same_name_and_message(
    status: int, error_type: str | None, body: dict[str, str]
) -> None:
    answer = response(body, status=status, error_type=error_type)
    theirs = RestJSONParser()._do_error_parse(
        {"status_code": status, "headers": answer.headers, "body": answer.body}, None
    )["Error"]

    ours = rejection_of(answer)

    assert ours.error == str(theirs["Code"])
    assert ours.message == theirs["Message"]
