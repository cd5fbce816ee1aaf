"""Whether each endpoint that the config leads to can be reached."""

from collections.abc import Iterator

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import FileUnreadable, TlsNotVerified

__all__ = ["CHECK"]

_SERVER_ERROR = 500
_AWS = "AWS"
"""`Endpoint.source` of one that nothing overrides."""


def _look(subject: Subject) -> Iterator[Result]:
    for error in subject.place_troubles:
        yield Result(Gravity.ERROR, error.what, do=error.do)
    well = 0
    for answer in subject.answers:
        place = answer.place
        of = f"({', '.join(place.services)}; from {place.source})"
        if isinstance(answer.trouble, TlsNotVerified | FileUnreadable):
            continue  # `certificates` has it
        if answer.trouble is not None:
            first, *more = answer.trouble.what.splitlines()
            yield Result(
                Gravity.ERROR,
                f"{first} {of}",
                "\n".join(more),
                answer.trouble.do,
                about=place.url,
            )
        elif answer.status is not None and answer.status >= _SERVER_ERROR:
            yield Result(
                Gravity.WARNING,
                f"{place.url} answers with {answer.status} {of}",
                "Something between here and there is down, or the service is.",
                f"curl -i {place.url}/",
                about=place.url,
            )
        else:
            well += 1
    if well:
        yield Result(Gravity.OK, f"{well} of {len(subject.answers)} answer{_whose(subject)}")
    elif subject.config is not None and not subject.answers and not subject.place_troubles:
        yield Result(Gravity.OK, "the config leads to none")


def _whose(subject: Subject) -> str:
    """What leads elsewhere than to AWS."""
    sources = dict.fromkeys(place.source for place in subject.places)
    elsewhere = [source for source in sources if source != _AWS]
    return f"; not AWS's own, by {', '.join(elsewhere)}" if elsewhere else ""


CHECK = Check("endpoints", "whether every endpoint of the config answers", _look, asks=True)
