"""A grant: one way from what a client presents to a token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sekisho.center.center import Center
from sekisho.center.clients import Client
from sekisho.center.directory.applications import Application
from sekisho.center.protocol.fault import Fault
from sekisho.center.tokens import IssuedToken

__all__ = [
    "Asked",
    "Redeem",
    "RedeemForApplication",
    "invalid_grant",
    "not_granted",
    "required",
    "scopes_for",
]

Redeem = Callable[[Center, Client, Mapping[str, Any]], IssuedToken]
"""Takes the center, the client (authenticated, and registered for this grant) and CreateToken's
members as AWS's model names them. Raises `Fault` with one of CreateToken's errors. What it has
to write, it has written before it raises."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks for by CreateTokenWithIAM; its policy lets the caller ask."""

    application: Application
    """It is enabled, and was put this grant."""
    client: Client
    """The application as a client, for the scopes that were asked for, or all that it may have."""
    params: Mapping[str, Any] = field(repr=False)
    """CreateTokenWithIAM's members, as AWS's model names them."""
    address: str
    """Where the call came from."""


RedeemForApplication = Callable[[Center, Asked], IssuedToken]
"""The same for CreateTokenWithIAM."""


def invalid_grant() -> Fault:
    """Say that what was presented is worth nothing, and not why (RFC 6749 §5.2)."""
    return not_granted("Invalid grant provided")


def not_granted(reason: str) -> Fault:
    """Say why it is worth nothing: to an application that the operator has let in."""
    return Fault("InvalidGrantException", reason)


def required(params: Mapping[str, Any], name: str) -> str:
    """Return a member that this grant needs, and the model calls optional."""
    value = params.get(name)
    if not value:
        raise Fault("InvalidRequestException", f"Missing required parameter: {name}")
    return str(value)


def scopes_for(
    client: Client, given: tuple[str, ...], params: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the scopes of a new token that follows from something with the scopes `given`.

    A client that registered gets all of them, whatever it asks for, as at AWS (§1.8). An application
    gets what it still may have of them, or those that it asks for. Raises `Fault` when
    it asks for others, or none is left.
    """
    if client.application is None:
        return given
    asked = set(params.get("scope") or ())
    kept = tuple(scope for scope in given if scope in client.scopes)
    if not asked <= set(kept) or not kept:
        raise Fault("InvalidScopeException", "A scope is asked for that was not granted before")
    return kept
