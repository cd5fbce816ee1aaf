"""The AWS SDKs' standard retries, on a clock that is turned by hand; botocore is the oracle."""

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries import standard

from sekisho.aws.retry import MAX_ATTEMPTS, RetryingHttp, is_throttled
from sekisho.errors import TlsNotVerified, Unreachable
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp, failure, success
from sekisho.wire.http import Headers, Request, Response

REQUEST = Request("GET", "https://portal.example/x")
UNREACHABLE = Unreachable("https://portal.example/x", "no connection could be made")
SLOW_DOWN_AS_STS_SAYS_IT = Response(
    400,
    Headers({"Content-Type": "text/xml"}),
    b"<ErrorResponse xmlns='x'><Error><Code>Throttling</Code></Error></ErrorResponse>",
)


def send(*script: Response | Exception, jitter: float = 1.0) -> tuple[ScriptedHttp, FakeClock]:
    """Send one request through `script`, and give what was sent and how long was waited."""
    http, clock = ScriptedHttp(*script), FakeClock()
    RetryingHttp(http, clock, jitter=lambda: jitter).send(REQUEST)
    return http, clock


@pytest.mark.parametrize(
    "trouble",
    [
        UNREACHABLE,
        Response(500),
        Response(502),
        Response(503),
        Response(504),
        Response(429),
        failure(429, "TooManyRequestsException"),
        failure(400, "ThrottlingException"),
        failure(400, "RequestTimeout"),
        SLOW_DOWN_AS_STS_SAYS_IT,
    ],
    ids=repr,
)
def test_passing_trouble_is_tried_again(trouble: Response | Exception) -> None:
    http, _ = send(trouble, success())

    assert len(http.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [
        success(),
        Response(302),
        failure(400, "AuthorizationPendingException"),
        failure(400, "SlowDownException"),
        failure(400, "InvalidGrantException"),
        failure(401, "UnauthorizedException"),
        failure(403, "ForbiddenException"),
        failure(404, "ResourceNotFoundException"),
        Response(501),
        Response(505),
        Response(400, Headers(), b"<html>"),
    ],
    ids=repr,
)
def test_an_answer_is_not_asked_for_twice(answer: Response) -> None:
    http, clock = send(answer)

    assert len(http.requests) == 1
    assert clock.slept == []


def test_the_statuses_that_are_tried_again_are_botocore_s() -> None:
    tried_again = {
        status
        for status in range(200, 600)
        if len(send(Response(status), success())[0].requests) == 2
    }

    assert tried_again == {
        *standard.TransientRetryableChecker._TRANSIENT_STATUS_CODES,
        *standard.ThrottlingStatusCodeChecker._THROTTLING_STATUS_CODES,
    }


@pytest.mark.parametrize(
    "error",
    [
        *standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
        *standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES,
    ],
)
def test_the_errors_that_are_tried_again_are_botocore_s(error: str) -> None:
    http, _ = send(failure(400, error), success())

    assert len(http.requests) == 2


@pytest.mark.parametrize("error", standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES)
def test_throttling_is_known_by_its_names(error: str) -> None:
    assert is_throttled(failure(400, error))


def test_the_third_answer_is_returned_whatever_it_is() -> None:
    http = ScriptedHttp(Response(500), Response(503), Response(502))

    answer = RetryingHttp(http, FakeClock(), jitter=lambda: 1.0).send(REQUEST)

    assert (answer.status, len(http.requests), MAX_ATTEMPTS) == (502, 3, 3)


def test_the_third_failure_to_reach_the_service_is_raised() -> None:
    last = Unreachable("https://portal.example/x", "the last")
    http = ScriptedHttp(UNREACHABLE, UNREACHABLE, last)

    with pytest.raises(Unreachable) as raised:
        RetryingHttp(http, FakeClock()).send(REQUEST)

    assert raised.value is last


def test_a_certificate_that_does_not_verify_is_not_tried_again() -> None:
    http = ScriptedHttp(TlsNotVerified("https://portal.example", "self-signed"))

    with pytest.raises(TlsNotVerified):
        RetryingHttp(http, FakeClock()).send(REQUEST)

    assert len(http.requests) == 1


def test_the_waits_double_from_50_ms_after_failures() -> None:
    _, clock = send(Response(500), UNREACHABLE, success())

    assert clock.slept == [0.05, 0.1]


def test_the_waits_double_from_one_second_after_throttling() -> None:
    _, clock = send(Response(429), SLOW_DOWN_AS_STS_SAYS_IT, success())

    assert clock.slept == [1.0, 2.0]


def test_the_waits_are_a_random_part_of_that() -> None:
    _, clock = send(Response(429), Response(429), success(), jitter=0.25)

    assert clock.slept == [0.25, 0.5]


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("1500", 1.5),
        ("0", 1.0),
        ("500", 1.0),
        ("60000", 6.0),
        ("9" * 400, 6.0),
        ("-1", 1.0),
        ("soon", 1.0),
        ("１５００", 1.0),
    ],
)
def test_the_service_may_ask_for_up_to_five_seconds_more(asked: str, waited: float) -> None:
    _, clock = send(Response(429, Headers({"x-amz-retry-after": asked})), success())

    assert clock.slept == [waited]


def test_the_attempts_of_one_call_are_numbered_under_one_name() -> None:
    http, _ = send(Response(500), Response(500), success())

    assert [each.headers["amz-sdk-request"] for each in http.requests] == [
        "attempt=1; max=3",
        "attempt=2; max=3",
        "attempt=3; max=3",
    ]
    assert len({each.headers["amz-sdk-invocation-id"] for each in http.requests}) == 1


def test_two_calls_have_two_names() -> None:
    http = ScriptedHttp(success(), success())
    retrying = RetryingHttp(http, FakeClock())
    retrying.send(REQUEST)
    retrying.send(REQUEST)

    assert len({each.headers["amz-sdk-invocation-id"] for each in http.requests}) == 2


def until_the_quota_is_spent(trouble: Response, *, first: Response | None = None) -> int:
    """How many requests go out when every call fails, until calls are not tried again."""
    http = ScriptedHttp(*([first] if first else []), *[trouble] * 1000)
    retrying = RetryingHttp(http, FakeClock(), jitter=lambda: 0.0)
    if first:
        retrying.send(REQUEST)
    while True:
        before = len(http.requests)
        retrying.send(REQUEST)
        if len(http.requests) - before == 1:
            return before


@pytest.mark.parametrize(("status", "cost"), [(500, 14), (429, 5)])
def test_a_service_that_stays_down_is_not_asked_three_times_for_ever(
    status: int, cost: int
) -> None:
    retries = 500 // cost
    calls = -(-retries // 2)

    assert until_the_quota_is_spent(Response(status)) == retries + calls


def test_without_a_quota_every_call_has_its_three_attempts() -> None:
    http = ScriptedHttp(*[Response(500)] * 600)
    retrying = RetryingHttp(http, FakeClock(), jitter=lambda: 0.0, has_quota=False)

    for _ in range(200):
        retrying.send(REQUEST)

    assert len(http.requests) == 600


def test_success_fills_the_quota_again() -> None:
    http = ScriptedHttp(*[Response(500)] * 53, Response(500), *[success()] * 14, Response(500))
    retrying = RetryingHttp(http, FakeClock(), jitter=lambda: 0.0)
    for _ in range(18):
        retrying.send(REQUEST)
    spent = len(http.requests)
    retrying.send(REQUEST)
    assert (spent, len(http.requests)) == (53, 54)
    for _ in range(14):
        retrying.send(REQUEST)
    http._script.append(success())
    retrying.send(REQUEST)

    assert len(http.requests) == 54 + 14 + 2


def test_a_retry_that_succeeds_gets_back_what_it_cost() -> None:
    http = ScriptedHttp(*[Response(500), success()] * 60)
    retrying = RetryingHttp(http, FakeClock(), jitter=lambda: 0.0)
    answers = [retrying.send(REQUEST).status for _ in range(60)]

    assert answers == [200] * 60


def attempts_of_botocore(status: int, error: str | None) -> list[str]:
    """How botocore's own client numbers its attempts, when every answer is this one."""
    session = botocore.session.Session()
    client = session.create_client(
        "sso",
        "us-east-1",
        config=Config(signature_version=botocore.UNSIGNED, retries={"mode": "standard"}),
    )
    sent: list[str] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        value = request.headers["amz-sdk-request"]
        sent.append(value.decode() if isinstance(value, bytes) else value)
        headers = {"x-amzn-ErrorType": error} if error else {}
        return AWSResponse(request.url, status, headers, _Raw())

    client.meta.events.register("before-send.sso", answer)
    with pytest.raises(ClientError):
        client.logout(accessToken="fake")
    return sent


class _Raw:
    """An empty body, in the form in which botocore reads one."""

    def stream(self) -> list[bytes]:
        return [b"{}"]


def test_botocore_s_own_client_numbers_its_attempts_alike() -> None:
    http = ScriptedHttp(*[failure(400, "UnauthorizedException")])
    RetryingHttp(http, FakeClock()).send(REQUEST)

    assert [each.headers["amz-sdk-request"] for each in http.requests] == attempts_of_botocore(
        400, "UnauthorizedException"
    )
