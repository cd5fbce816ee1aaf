"""The proxy that requests go through."""

from collections.abc import Iterator

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import EndpointInvalid

__all__ = ["CHECK"]

_AWS = "https://oidc.us-east-1.amazonaws.com"
"""What is asked about where the config leads nowhere."""


def _look(subject: Subject) -> Iterator[Result]:
    around = subject.around
    disagreeing = [
        name
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
        if around.environ.get(name)
        and around.environ.get(name.lower(), around.environ[name]) != around.environ[name]
    ]
    for name in disagreeing:
        yield Result(
            Gravity.WARNING,
            f"{name} and {name.lower()} differ",
            f"Python's tools, the AWS CLI and sekisho take {name.lower()}; others may not.",
            f"unset {name}",
            about=name,
        )
    through: dict[str | None, list[str]] = {}
    for url in [place.url for place in subject.places] or [_AWS]:
        try:
            through.setdefault(around.proxy(url), []).append(url)
        except EndpointInvalid as error:
            variable = error.what
            yield Result(Gravity.ERROR, variable, do=error.do)
            return
    said = [
        f"{len(urls)} directly" if proxy is None else f"{len(urls)} through {proxy}"
        for proxy, urls in through.items()
    ]
    if not disagreeing:
        none = list(through) == [None]
        yield Result(Gravity.OK, "none" if none else f"endpoints: {', '.join(said)}")


CHECK = Check("proxy", "the proxy's variables, and where they lead", _look)
