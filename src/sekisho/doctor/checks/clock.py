"""This machine's clock, against the time in the services' answers."""

from collections.abc import Iterator
from datetime import timedelta

from sekisho.aws.clock_skew import TOLERATED
from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Answer, Subject

__all__ = ["CHECK"]

_NOTICED = timedelta(minutes=1)


def _look(subject: Subject) -> Iterator[Result]:
    dated = [answer for answer in subject.answers if answer.theirs is not None]
    if not dated:
        return  # there is nothing to compare it with
    # The answers agree, or a proxy made one of them up: the median is nobody's lie alone.
    median = sorted(dated, key=_ahead)[len(dated) // 2]
    ahead = _ahead(median)
    if abs(ahead) <= _NOTICED:
        seconds = abs(ahead) / timedelta(seconds=1)
        yield Result(Gravity.OK, f"within {max(seconds, 1):.0f} s of {median.place.url}")
        return
    way = "ahead of" if ahead > timedelta(0) else "behind"
    grave = abs(ahead) > TOLERATED
    yield Result(
        Gravity.ERROR if grave else Gravity.WARNING,
        f"this machine's clock is {abs(ahead) / timedelta(minutes=1):.0f} minutes {way} that of "
        f"{median.place.url}",
        "AWS refuses what is signed at another time, and tokens end too early or too late."
        if grave
        else "Tokens end too early or too late by that.",
        "set the clock, by NTP where you can (`timedatectl set-ntp true`)",
        about=median.place.url,
    )


def _ahead(answer: Answer) -> timedelta:
    return timedelta(0) if answer.theirs is None else answer.ours - answer.theirs


CHECK = Check("clock", "this machine's clock, against the services' answers", _look, asks=True)
