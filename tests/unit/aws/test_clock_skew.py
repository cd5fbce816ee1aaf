"""A clock that is off is named, before anybody wonders what expired."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from sekisho.aws.clock_skew import ClockCheckedHttp
from sekisho.testing.clock import START, FakeClock
from sekisho.testing.http import ScriptedHttp
from sekisho.wire.http import Headers, Request, Response

MINUTE = timedelta(minutes=1)
ASKED = Request("POST", "https://oidc.us-east-1.amazonaws.com/token?code=not-a-real-code")


def _told(*answers: Response) -> list[str]:
    notices: list[str] = []
    http = ClockCheckedHttp(ScriptedHttp(*answers), FakeClock(), notices.append)
    for answer in answers:
        assert http.send(ASKED) == answer
    return notices


def _dated(off: timedelta, **more: str) -> Response:
    return Response(200, Headers({"Date": format_datetime(START + off, usegmt=True), **more}))


@pytest.mark.parametrize(
    "off, said", [(61 * MINUTE, "61 minutes behind"), (-6 * MINUTE, "6 minutes ahead of")]
)
def test_a_clock_that_is_off_is_told_with_the_other_time(off: timedelta, said: str) -> None:
    (notice,) = _told(_dated(off))

    assert notice == (
        f"this machine's clock is {said} that of oidc.us-east-1.amazonaws.com, which says "
        f"{START + off:%Y-%m-%d %H:%M} UTC; what expires and what is signed goes wrong by that, "
        "so set the clock"
    )


def test_it_is_told_once() -> None:
    assert len(_told(_dated(MINUTE), _dated(61 * MINUTE), _dated(61 * MINUTE))) == 1


@pytest.mark.parametrize("off", [5 * MINUTE, -5 * MINUTE, 0 * MINUTE])
def test_what_aws_tolerates_is_not_worth_a_word(off: timedelta) -> None:
    assert _told(_dated(off)) == []


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 09:00:00 GMT", "0"])
def test_an_answer_without_a_time_says_nothing(date: str) -> None:
    assert _told(Response(200, Headers({"Date": date})), Response(200)) == []


def test_an_answer_out_of_a_cache_says_nothing() -> None:
    assert _told(_dated(-61 * MINUTE, Age="3660")) == []
