"""One call: the request goes out, and what comes back is a value, a rejection or an error."""

from collections.abc import Callable
from typing import TypeVar

from sekisho.aws.endpoint import Endpoint, refuse_plain_http
from sekisho.aws.retry import MAX_ATTEMPTS, is_throttled
from sekisho.errors import ServiceFailed, Throttled
from sekisho.ports import Http
from sekisho.wire.http import Request, Response
from sekisho.wire.rejection import Rejection, rejection_of
from sekisho.wire.shape import NotThisShape

__all__ = ["call"]

Answer = TypeVar("Answer")

_FIRST_REDIRECT, _FIRST_REJECTION, _FIRST_FAILURE = 300, 400, 500


def call(
    http: Http,
    endpoint: Endpoint,
    request: Request,
    read: Callable[[Response], Answer],
    *,
    operation: str,
    rejection_in: Callable[[Response], Rejection] = rejection_of,
) -> Answer | Rejection:
    """Send `request`, which carries a secret, to `endpoint`; return what `read` makes of it.

    `http` has done its retries. A 4xx answer is returned as a `Rejection`. `operation` is AWS's
    name for the call, for messages. Raises `PlainHttpRefused` before anything is sent,
    `Throttled`, `ServiceFailed` for 5xx and for an answer that `read` cannot read, and whatever
    `http` raises.
    """
    refuse_plain_http(endpoint)
    response = http.send(request)
    if response.status < _FIRST_REDIRECT:
        return _answer(response, read, operation)
    if is_throttled(response):
        raise Throttled(operation, attempts=MAX_ATTEMPTS)
    rejection = rejection_in(response)
    if _FIRST_REJECTION <= response.status < _FIRST_FAILURE:
        return rejection
    raise ServiceFailed(operation, status=response.status, reason=_reason(rejection))


def _answer(response: Response, read: Callable[[Response], Answer], operation: str) -> Answer:
    try:
        return read(response)
    except NotThisShape as error:
        raise ServiceFailed(operation, status=response.status, reason=str(error)) from None


def _reason(rejection: Rejection) -> str:
    if rejection.status < _FIRST_REJECTION:
        return "a redirect, which is not followed"
    named = "" if rejection.error == str(rejection.status) else rejection.error
    return ": ".join(part for part in (named, rejection.message) if part) or "no reason given"
