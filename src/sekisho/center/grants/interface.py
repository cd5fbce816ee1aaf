"""A grant: one way from what a client presents to a token."""

from collections.abc import Callable, Mapping
from typing import Any

from sekisho.center.center import Center
from sekisho.center.clients import Client
from sekisho.center.protocol.fault import Fault
from sekisho.center.tokens import IssuedToken

__all__ = ["Redeem", "invalid_grant", "required"]

Redeem = Callable[[Center, Client, Mapping[str, Any]], IssuedToken]
"""Takes the center, the client (authenticated, and registered for this grant) and CreateToken's
members as AWS's model names them. Raises `Fault` with one of CreateToken's errors. What it has
to write, it has written before it raises."""


def invalid_grant() -> Fault:
    """Say that what was presented is worth nothing, and not why (RFC 6749 §5.2)."""
    return Fault("InvalidGrantException", "Invalid grant provided")


def required(params: Mapping[str, Any], name: str) -> str:
    """Return a member that this grant needs, and the model calls optional."""
    value = params.get(name)
    if not value:
        raise Fault("InvalidRequestException", f"Missing required parameter: {name}")
    return str(value)
