"""How an AWS service says no, in the one shape that the client's rooms match on.

Source: `spec/identity-center.md` §1.5 and §2.3, `spec/aws-cli.md` §3.8.
"""

import json

from sekisho.values import dataclass
from sekisho.wire.http import Response

__all__ = ["Rejection", "rejection_of"]


@dataclass(frozen=True, slots=True)
class Rejection:
    """An answer that is not a success."""

    status: int
    """The HTTP status."""
    error: str
    """The exception's bare name (`AuthorizationPendingException`), or the status when unnamed."""
    message: str
    """`message`, or OAuth's `error_description`; empty when there is neither."""


def rejection_of(response: Response) -> Rejection:
    """Read the rejection in a REST-JSON `response`, as botocore's RestJSONParser does.

    The name is the header `x-amzn-ErrorType` (text before `:`, after `#`), else the body's
    `code`, else its `__type`, else the status. A body that is no JSON object is passed over.
    """
    body = _object_in(response)
    name = response.headers.get("x-amzn-ErrorType") or _text(body, "code", "Code", "__type")
    bare = name.partition(":")[0].rpartition("#")[2] or str(response.status)
    message = _text(body, "message", "Message", "error_description")
    return Rejection(response.status, _shown(bare), _shown(message))


_MOST_SHOWN = 500  # characters


def _shown(text: str) -> str:
    """What a terminal may print: a service, or who stands in for it, does not steer it."""
    return "".join(each if each.isprintable() else " " for each in text[:_MOST_SHOWN]).strip()


def _object_in(response: Response) -> dict[str, object]:
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _text(body: dict[str, object], *names: str) -> str:
    for name in names:
        value = body.get(name)
        if isinstance(value, str):
            return value
    return ""
