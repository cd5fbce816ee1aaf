"""Consent: an application asks by `/authorize`, and the person allows or denies it.

No application is approved silently: anybody can register one under any name, and a program on
this machine cannot prove which one it is (RFC 8252 §8.6).
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.responses import Response

from sekisho.center.directory import assignments
from sekisho.center.grants import authorization_code
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["ask", "decide"]


def ask(visit: Visit, session: Session) -> Response:
    """Name the asking application and what it would get.

    The form may end at the application's own port and nowhere else. A policy cannot name an
    IPv6 address (CSP 3 §2.3.1: a host is letters, digits, dashes and dots), and Chromium ignores
    one that tries; for it the scheme has to do.
    """
    handle = visit.query.get("handle", "")
    found = authorization_code.waiting(visit.center, handle)
    if found is None:
        return visit.refuse(Problem.REQUEST_GONE, HTTPStatus.GONE)
    redirect = urlsplit(found.redirect_uri)
    origin = f"{redirect.scheme}://{redirect.netloc}"
    return visit.show(
        "consent.html",
        form_may_lead_to="http:" if redirect.hostname == "::1" else origin,
        asking=found,
        handle=handle,
        back_to=origin,
        accounts=assignments.all_of(visit.center, session.user.id),
    )


def decide(visit: Visit, session: Session) -> Response:
    """Send the person's answer to the application, which waits on this machine's loopback.

    Only the word `allow` allows.
    """
    handle = visit.form.get("handle", "")
    if authorization_code.waiting(visit.center, handle) is None:
        return visit.refuse(Problem.REQUEST_GONE, HTTPStatus.GONE)
    if visit.form.get("decision") == "allow":
        return visit.go(authorization_code.approve(visit.center, handle, session))
    return visit.go(authorization_code.deny(visit.center, handle, session))
