"""Consent: an application asks by `/authorize`, and the person allows or denies it.

No application is approved silently: anybody can register one under any name, and a program on
this machine cannot prove which one it is (RFC 8252 §8.6). One that an administrator created is asked for
in the same way, by who may use it, and may be a site elsewhere.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.responses import Response

from sekisho.center.directory import applications, assignments
from sekisho.center.directory.applications import ACCOUNT_ACCESS
from sekisho.center.grants import authorization_code
from sekisho.center.grants.authorization_code import AuthorizationRequest
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
    if not _may_use(visit, session, found):
        return visit.refuse(Problem.APPLICATION_NOT_ASSIGNED, HTTPStatus.FORBIDDEN)
    redirect = urlsplit(found.redirect_uri)
    origin = f"{redirect.scheme}://{redirect.netloc}"
    return visit.show(
        "consent.html",
        form_may_lead_to="http:" if redirect.hostname == "::1" else origin,
        asking=found,
        handle=handle,
        back_to=origin,
        on_this_computer=redirect.scheme == "http",
        opens_accounts=ACCOUNT_ACCESS in found.scopes,
        accounts=assignments.all_of(visit.center, session.user.id),
    )


def decide(visit: Visit, session: Session) -> Response:
    """Send the person's answer to the application: to this machine's loopback, or to its site.

    Only the word `allow` allows.
    """
    handle = visit.form.get("handle", "")
    found = authorization_code.waiting(visit.center, handle)
    if found is None:
        return visit.refuse(Problem.REQUEST_GONE, HTTPStatus.GONE)
    if not _may_use(visit, session, found):
        return visit.refuse(Problem.APPLICATION_NOT_ASSIGNED, HTTPStatus.FORBIDDEN)
    if visit.form.get("decision") == "allow":
        return visit.go(authorization_code.approve(visit.center, handle, session))
    return visit.go(authorization_code.deny(visit.center, handle, session))


def _may_use(visit: Visit, session: Session, asking: AuthorizationRequest) -> bool:
    if asking.application is None:
        return True
    with visit.center.database.reading() as connection:
        return applications.may_use(connection, asking.application, session.user.id)
