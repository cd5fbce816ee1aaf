"""No more calls a second than are granted, and everybody waits where one is throttled."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from sekisho.aws.pace import PacedHttp
from sekisho.ports import Http
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import InterposedHttp, ScriptedHttp, failure, success
from sekisho.wire.http import Headers, Request, Response

REQUEST = Request("GET", "https://portal.sso.us-east-1.amazonaws.com/", Headers(), b"")


def timed(http: Http, clock: FakeClock, moments: list[float]) -> Http:
    """Note when each request comes through."""

    def note(_request: Request) -> None:
        moments.append(clock.monotonic())

    return InterposedHttp(http, note)


def moments_of(*answers: Response, per_second: float = 20) -> list[float]:
    """When each of so many requests was sent."""
    clock, moments = FakeClock(), list[float]()
    http = PacedHttp(timed(ScriptedHttp(*answers), clock, moments), clock, per_second=per_second)
    for _ in answers:
        http.send(REQUEST)
    return moments


def throttled(**headers: str) -> Response:
    answer = failure(429, "TooManyRequestsException")
    for name, value in headers.items():
        answer = Response(
            answer.status, answer.headers.with_(name.replace("_", "-"), value), answer.body
        )
    return answer


def test_no_second_has_more_calls_than_it_may() -> None:
    moments = moments_of(*[success()] * 61)

    assert moments[0] == 0
    assert moments[-1] == pytest.approx(3)  # 60 intervals of a twentieth
    assert all(
        later - earlier >= 0.999 for earlier, later in zip(moments, moments[20:], strict=False)
    )


def test_who_comes_late_has_not_saved_up() -> None:
    clock, moments = FakeClock(), list[float]()
    http = PacedHttp(timed(ScriptedHttp(*[success()] * 3), clock, moments), clock, per_second=2)

    http.send(REQUEST)
    clock.advance(60)
    http.send(REQUEST)
    http.send(REQUEST)

    assert moments == [0, 60, 60.5]


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({"Retry_After": "7"}, 7),
        ({"x_amz_retry_after": "2500"}, 2.5),
        (
            {"Retry_After": format_datetime(FakeClock().now() + timedelta(seconds=9), usegmt=True)},
            9,
        ),
        ({"Retry_After": format_datetime(FakeClock().now(), usegmt=True)}, 0.05),
        ({"Retry_After": "soon"}, 1),
        ({"Retry_After": "86400"}, 60),
        ({}, 1),
    ],
)
def test_a_throttled_answer_holds_the_next_call_up(headers: dict[str, str], seconds: float) -> None:
    assert moments_of(throttled(**headers), success()) == [0, pytest.approx(seconds)]


def test_who_waits_already_is_held_up_too() -> None:
    clock, moments = FakeClock(), list[float]()
    answers = ScriptedHttp(success(), throttled(Retry_After="5"), success())
    http = PacedHttp(timed(answers, clock, moments), clock, per_second=2)
    http.send(REQUEST)
    clock.at(0.25, lambda: http.send(REQUEST))  # while the next one waits for its turn

    http.send(REQUEST)

    assert moments[-1] >= 5
