"""Signing in with a passkey, without a password."""

from http import HTTPStatus
from typing import assert_never

from starlette.responses import Response

from sekisho.center.directory.people import User
from sekisho.center.factors import passkeys
from sekisho.center.factors.security_keys import Refusal
from sekisho.center.lockouts import LockedOut
from sekisho.center.pages import signin
from sekisho.center.pages.destinations import local_destination
from sekisho.center.pages.visit import Visit

__all__ = ["sign_in"]


def sign_in(visit: Visit) -> Response:
    """Start a session for whose passkey it is, under a new cookie, and go on.

    A passkey is both factors, so no second step follows. Unknown, wrong, and of somebody who may not
    sign in are one answer.
    """
    wanted = local_destination(visit.form.get("next", ""))
    found = passkeys.sign_in(
        visit.center,
        visit.origin,
        visit.bound_to,
        visit.form.get("credential", ""),
        address=visit.address,
    )
    match found:
        case User():
            return signin.let_in(visit, found, wanted)
        case LockedOut(seconds=seconds):
            return signin.form(
                visit,
                wanted,
                status=HTTPStatus.TOO_MANY_REQUESTS,
                problem="locked_out",
                wait=seconds,
            )
        case Refusal():
            problem = found.replace("-", "_")
            return signin.form(visit, wanted, status=HTTPStatus.FORBIDDEN, problem=problem)
        case _:
            assert_never(found)
