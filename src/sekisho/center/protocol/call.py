"""One call of one operation, as a service function sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sekisho.center.center import Center
from sekisho.wire.http import Request

__all__ = ["Call", "Serve"]


@dataclass(frozen=True, slots=True)
class Call:
    """What a service function is given."""

    center: Center
    params: Mapping[str, Any] = field(repr=False)
    """The input's members by their modelled names, of the modelled types. Unknown ones are left
    out, absent optional ones too. A header member may be absent although the model requires it:
    what a missing bearer token means is for the service to say."""
    origin: str
    """Our own origin, as the caller reached it: `http://127.0.0.1:8765`."""
    address: str
    """The address that the call came from."""
    request: Request
    """The request as it came over the wire, for signatures."""


Serve = Callable[[Call], Mapping[str, object]]
"""Answers a call with the output's members by their modelled names; `None` counts as absent.
Raises `Fault`."""
