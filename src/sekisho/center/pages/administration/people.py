"""People: the list of them, as many as they are, and what one of them has."""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select
from starlette.responses import Response

from sekisho.center.pages.administration.guard import show
from sekisho.center.pages.administration.searching import searched, sought_in
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import (
    accounts,
    assignments,
    groups,
    memberships,
    sessions,
    users,
)
from sekisho.center.storage.times import from_epoch

__all__ = ["people", "person", "person_row"]

_MOST = 200
"""Rows of what one person has, on their page."""


def people(visit: Visit, _session: Session) -> Response:
    """List people; `q` is how their user name or display name begins, `after` turns the page."""
    with visit.center.database.reading() as connection:
        listed = searched(
            visit,
            connection,
            select(users.c.id, users.c.name, users.c.display_name, users.c.enabled),
            (users.c.name, users.c.display_name),
            users.c.id,
        )
    return show(visit, "people.html", listed=listed, sought=sought_in(visit))


def person(visit: Visit, session: Session) -> Response:
    """Show one person: who they are, their groups, what they may use and through which group."""
    with visit.center.database.reading() as connection:
        row = person_row(connection, visit)
        theirs = connection.execute(_groups_of(row.id)).all()
        opens = connection.execute(_assigned_to(row.id)).all()
        latest = connection.execute(_signed_in(row.id, visit.center.now())).one()
    emails = row.attributes.get("Emails", [])
    return show(
        visit,
        "person.html",
        them=row,
        name_parts=row.attributes.get("Name", {}),
        email=emails[0].get("Value", "") if emails else "",
        groups=theirs,
        opens=opens,
        most=_MOST,
        open_sessions=latest.open,
        last_sign_in=None if latest.last is None else from_epoch(latest.last),
        has_password=row.password_hash is not None,
        is_self=row.id == session.user.id,
    )


def person_row(connection: Connection, visit: Visit) -> Row[Any]:
    """Return the person whose page it is. Raises the `Fault` of one who is not there."""
    query = select(users).where(users.c.id == visit.request.path_params["id"])
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Fault("ResourceNotFoundException", "USER not found.")
    return row


def _groups_of(user_id: str) -> Select[Any]:
    return (
        select(groups.c.id, groups.c.name, groups.c.administers, memberships.c.id.label("member"))
        .join(memberships, memberships.c.group_id == groups.c.id)
        .where(memberships.c.user_id == user_id)
        .order_by(groups.c.name)
        .limit(_MOST)
    )


def _assigned_to(user_id: str) -> Select[Any]:
    theirs = select(memberships.c.group_id).where(memberships.c.user_id == user_id)
    principal = assignments.c.principal_id
    return (
        select(
            accounts.c.id,
            accounts.c.name,
            assignments.c.permission_set,
            groups.c.id.label("group_id"),
            groups.c.name.label("group_name"),
        )
        .join(accounts, accounts.c.id == assignments.c.account_id)
        .outerjoin(groups, groups.c.id == principal)
        .where(or_(principal == user_id, principal.in_(theirs)))
        .order_by(accounts.c.name, assignments.c.permission_set, groups.c.name)
        .limit(_MOST)
    )


def _signed_in(user_id: str, now: int) -> Select[Any, Any]:
    is_open = (sessions.c.ended_at.is_(None)) & (sessions.c.expires_at > now)
    return select(
        func.count().filter(is_open).label("open"), func.max(sessions.c.started_at).label("last")
    ).where(sessions.c.user_id == user_id)
