"""How an AWS service says no: named as botocore names it, and fit to be printed."""

import json

import pytest
from botocore.parsers import RestJSONParser

from sekisho.wire.http import Headers, Response
from sekisho.wire.rejection import Rejection, rejection_of


def answer(body: object, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(400, Headers(named), json.dumps(body).encode())


@pytest.mark.parametrize(
    "response",
    [
        answer({}, x_amzn_ErrorType="SlowDownException"),
        answer({}, x_amzn_ErrorType="SlowDownException:http://internal.example/coral/"),
        answer({}, x_amzn_ErrorType="com.amazonaws.x#SlowDownException"),
        answer({"__type": "A"}, x_amzn_ErrorType="B"),
        answer({"__type": "com.amazonaws.switchboard.portal#UnauthorizedException"}),
        answer({"code": "A", "__type": "B"}),
        answer({"error": "slow_down"}),
        answer({"message": "No access"}),
        answer({"Message": "No access"}),
    ],
)
def test_the_name_and_the_message_are_botocore_s(response: Response) -> None:
    theirs = RestJSONParser().parse(
        {
            "status_code": response.status,
            "headers": dict(response.headers.items()),
            "body": response.body,
        },
        None,
    )["Error"]
    rejection = rejection_of(response)

    assert (rejection.error, rejection.message) == (theirs["Code"] or "400", theirs["Message"])


def test_oauth_s_description_stands_in_for_a_message() -> None:
    body = {"error": "invalid_grant", "error_description": "Invalid grant provided"}

    assert rejection_of(answer(body, x_amzn_ErrorType="InvalidGrantException")) == Rejection(
        400, "InvalidGrantException", "Invalid grant provided"
    )


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_leaves_the_status_for_a_name(body: bytes) -> None:
    assert rejection_of(Response(403, Headers(), body)) == Rejection(403, "403", "")


@pytest.mark.parametrize("name", [7, None, "", ":", "#"])
def test_a_name_that_is_none_leaves_the_status_for_one(name: object) -> None:
    assert rejection_of(answer({"__type": name})).error == "400"


def test_what_a_service_says_does_not_steer_the_terminal() -> None:
    rejection = rejection_of(answer({"message": "\x1b[2Jgo\r\non\u202e"}, x_amzn_ErrorType="A\x1b"))

    assert (rejection.error, rejection.message) == ("A", "[2Jgo  on")


def test_a_long_speech_is_cut() -> None:
    assert len(rejection_of(answer({"message": "x" * 10_000})).message) == 500
