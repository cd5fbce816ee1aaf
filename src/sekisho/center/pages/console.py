"""The way to the AWS console, which ends here: there is none behind this center (§5.4, §5.5).

A deep link names an account, perhaps a role, and perhaps where in the console to go. Anybody can
make one, so it opens nothing by itself.
"""

import re
from http import HTTPStatus

from starlette.responses import Response

from sekisho.center import rolekeys
from sekisho.center.directory import assignments
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["ask", "enter"]

_DESTINATION = re.compile(r"https://\S{1,2000}")


def ask(visit: Visit, session: Session) -> Response:
    """Ask whether to open what the link names; without a role, as which of the person's."""
    account_id = visit.query.get("account_id", "")
    wanted = visit.query.get("role_name", "")
    for account, roles in assignments.all_of(visit.center, session.user.id):
        if account.account_id == account_id and (not wanted or wanted in roles):
            return visit.show(
                "console.html",
                account=account,
                roles=(wanted,) if wanted else roles,
                destination=_destination(visit.query.get("destination", "")),
            )
    return visit.refuse(Problem.ROLE_NOT_ASSIGNED, HTTPStatus.FORBIDDEN)


def enter(visit: Visit, session: Session) -> Response:
    """Let the person in as the role, and say where they would be now.

    The destination is shown and not gone to: it is a stranger's, perhaps.
    """
    center = visit.center
    account_id, role_name = visit.form.get("account_id", ""), visit.form.get("role_name", "")
    try:
        issued = rolekeys.issue(center, session.user, account_id, role_name, session_id=session.id)
    except rolekeys.NotAssigned:
        return visit.refuse(Problem.ROLE_NOT_ASSIGNED, HTTPStatus.FORBIDDEN)
    return visit.show(
        "console-opened.html",
        account_name=assignments.name_of(center, account_id),
        role=issued.role,
        expires_at=issued.expires_at,
        left=issued.expires_at - center.clock.now(),
        destination=_destination(visit.form.get("destination", "")),
    )


def _destination(text: str) -> str:
    return text if _DESTINATION.fullmatch(text) else ""
