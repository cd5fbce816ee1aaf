"""What a request that must fail gives: an error of ours that shows no secret."""

import pytest

from sekisho.errors import ServiceError, TlsNotVerified, Unreachable
from sekisho.ports import Http
from sekisho.wire.http import Request

__all__ = ["QUERY", "refused"]

QUERY = "?code=not-a-real-code"


def refused(request: Request, http: Http) -> ServiceError:
    """The error of a request that must fail; whatever it is, it shows no query."""
    with pytest.raises((Unreachable, TlsNotVerified)) as raised:
        http.send(request)
    error = raised.value
    assert "not-a-real" not in f"{error} {error.do} {error!r}"
    assert error.__cause__ is None
    return error
