"""The browser that a sign-in would open."""

from collections.abc import Iterator

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject

__all__ = ["CHECK"]


def _look(subject: Subject) -> Iterator[Result]:
    chosen = subject.around.browser()
    wanted = subject.around.environ.get("BROWSER")
    if chosen is not None:
        yield Result(Gravity.OK, chosen)
    elif wanted:
        yield Result(
            Gravity.WARNING,
            f"BROWSER={wanted} names no program that can be started",
            "A sign-in shows its URL, and you have to open it yourself.",
            "unset BROWSER",
            about="BROWSER",
        )
    else:
        yield Result(
            Gravity.INFO,
            "there is no browser that sekisho could open",
            "A sign-in shows a URL and a code, which may be opened on any machine.",
            "sekisho login --use-device-code",
        )


CHECK = Check("browser", "what a sign-in would open its page with", _look)
