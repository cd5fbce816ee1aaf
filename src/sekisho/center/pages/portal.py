"""The access portal: the person's accounts and roles, and credentials to copy."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.responses import Response

from sekisho.center import rolekeys
from sekisho.center.directory import assignments
from sekisho.center.env import endpoint_variables
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.visit import Visit
from sekisho.center.pages.what_opens import what_opens
from sekisho.center.sessions import Session

__all__ = ["credentials", "show"]


def show(visit: Visit, session: Session) -> Response:
    """List every account of the person with its roles, and the config section to paste."""
    start_url = visit.center.instance.start_urls[0]
    return visit.show(
        "portal.html",
        accounts=what_opens(visit.center, session.user),
        start_url=start_url,
        session_name=_session_name(start_url),
        region=visit.center.instance.region,
        endpoints=endpoint_variables(visit.origin),
    )


def credentials(visit: Visit, session: Session) -> Response:
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
    accounts = assignments.accounts_of(center, user.id)
    return visit.show(
        "credentials.html",
        session_name=_session_name(center.instance.start_urls[0]),
        region=center.instance.region,
        account_name=next((a.name for a in accounts if a.account_id == account_id), account_id),
        issued=issued,
        secret_access_key=issued.secret_access_key.reveal(),
        session_token=issued.session_token.reveal(),
        left=issued.expires_at - center.clock.now(),
        endpoints=endpoint_variables(visit.origin),
    )


def _session_name(start_url: str) -> str:
    """Make a name for the config section: the organisation's, as its start URL begins with it."""
    return (urlsplit(start_url).hostname or "sekisho").partition(".")[0]
