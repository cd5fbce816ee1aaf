"""urllib3's exceptions in our words."""

import inspect

import pytest
from urllib3 import exceptions as foreign

from sekisho.adapters.http_errors import explain, shown
from sekisho.adapters.http_urllib3 import WORDS
from sekisho.errors import (
    TlsNotVerified,
    Unreachable,
)
from tests.unit.adapters.refusal import QUERY

EVERY_EXCEPTION = [
    each
    for _, each in inspect.getmembers(foreign, inspect.isclass)
    if issubclass(each, Exception)
    and not issubclass(each, Warning)
    and each.__module__ == foreign.__name__
]


@pytest.mark.parametrize("kind", EVERY_EXCEPTION)
def test_every_exception_of_urllib3_becomes_one_of_ours(kind: type[Exception]) -> None:
    error = kind.__new__(kind)  # whatever its constructor wants
    ours = explain(error, f"https://me:not-a-real@portal.example/x{QUERY}", WORDS)

    assert isinstance(ours, Unreachable | TlsNotVerified)
    assert '"https://portal.example/x"' in str(ours)
    assert "not-a-real" not in str(ours)


def test_there_are_exceptions_to_walk() -> None:
    assert {foreign.MaxRetryError, foreign.SSLError, foreign.ProxySchemeUnsupported} <= set(
        EVERY_EXCEPTION
    )


def test_what_urllib3_says_itself_is_not_repeated() -> None:
    inner = foreign.ProtocolError("in /x?code=not-a-real")
    error = foreign.MaxRetryError(None, "/x?code=not-a-real", inner)  # type: ignore[arg-type]

    assert "not-a-real" not in str(explain(error, "https://portal.example/x", WORDS))


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("https://me:pw@a.example:8/p?q#f", "https://a.example:8/p"),
        ("http://[::1]:8/p?q", "http://[::1]:8/p"),
        ("http://[::1", "a URL that cannot be read"),
    ],
)
def test_a_url_is_printed_without_its_secrets(url: str, printed: str) -> None:
    assert shown(url) == printed
