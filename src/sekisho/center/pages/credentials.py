"""Credentials of one role to copy, in the forms of AWS's access portal."""

from http import HTTPStatus

from starlette.responses import Response

from sekisho.center import rolekeys
from sekisho.center.directory import assignments
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.setup import setup_for
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["show"]


def show(visit: Visit, session: Session) -> Response:
    """Issue credentials of one role, and show them this once.

    By POST only, so that no link, no reload and no history can make them.
    """
    center, user = visit.center, session.user
    account_id = visit.form.get("account_id", "")
    role_name = visit.form.get("role_name", "")
    try:
        issued = rolekeys.issue(center, user, account_id, role_name, session_id=session.id)
    except rolekeys.NotAssigned:
        return visit.refuse(Problem.ROLE_NOT_ASSIGNED, HTTPStatus.FORBIDDEN)
    return visit.show(
        "credentials.html",
        account_name=assignments.name_of(center, account_id),
        issued=issued,
        secret_access_key=issued.secret_access_key.reveal(),
        session_token=issued.session_token.reveal(),
        left=issued.expires_at - center.clock.now(),
        setup=setup_for(visit, account_id, role_name),
    )
