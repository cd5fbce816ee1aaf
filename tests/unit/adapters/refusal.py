"""What a request that must fail gives: an error of ours that shows no secret."""

import pytest

from sekisho.adapters.http import Urllib3Http
from sekisho.errors import ServiceError, TlsNotVerified, Unreachable
from sekisho.wire.http import Request

__all__ = ["QUERY", "refused"]

QUERY = "?code=not-a-real-code"


def refused(request: Request, http: Urllib3Http | None = None) -> ServiceError:
    """The error of a request that must fail; whatever it is, it shows no query."""
    with pytest.raises((Unreachable, TlsNotVerified)) as raised:
        (http or Urllib3Http({})).send(request)
    error = raised.value
    assert "not-a-real" not in f"{error} {error.do} {error!r}"
    assert error.__cause__ is None
    return error
