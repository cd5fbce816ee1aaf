"""Assigning: a person or a group is looked for, and gets permission sets in an account."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select
from starlette.responses import Response

from sekisho.center.directory.finding import found
from sekisho.center.pages.administration.accounts import account_row
from sekisho.center.pages.administration.guard import done, show
from sekisho.center.pages.administration.permission_sets import set_arn
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.administration.searching import FEW, sought_in
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import errand
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import assignments, groups, permission_sets, users

__all__ = ["ask", "assign"]

_TABLES = {"user": users, "group": groups}
_MOST = 500
"""Permission sets that are offered at once."""


def ask(visit: Visit, _session: Session) -> Response:
    """Ask whom to assign something, and, when that is known (`principal`), what."""
    sought, chosen = sought_in(visit), visit.query.get("principal", "")
    with visit.center.database.reading() as connection:
        row = account_row(connection, visit)
        principal = _principal(connection, chosen) if chosen else None
        people = (
            found(
                connection,
                select(users.c.id, users.c.name, users.c.display_name),
                (users.c.name, users.c.display_name),
                users.c.id,
                sought=sought,
                size=FEW,
            ).rows
            if sought
            else ()
        )
        query = select(groups.c.id, groups.c.name)
        some = found(connection, query, (groups.c.name,), groups.c.id, sought=sought, size=FEW)
        there, has = _sets(connection, row.id, principal)
    return show(
        visit,
        "assign.html",
        account=row,
        principal=principal,
        chosen=chosen,
        sought=sought,
        people=people,
        groups=some.rows,
        sets=there,
        has=has,
    )


def assign(visit: Visit, session: Session) -> Response:
    """Assign every permission set that was ticked, or none of them."""
    kind, _, _ = visit.form.get("principal", "").partition(":")
    ticked = [field[4:] for field in visit.form if field.startswith("set:")]
    with visit.center.database.reading() as connection:
        row = account_row(connection, visit)
        principal = _principal(connection, visit.form.get("principal", ""))
    with errand(visit.center, session.user) as do:
        for set_id in ticked:
            do(
                "CreateAccountAssignment",
                TargetId=row.id,
                TargetType="AWS_ACCOUNT",
                PermissionSetArn=set_arn(visit.center, set_id),
                PrincipalType=kind.upper(),
                PrincipalId=principal.id,
            )
    return done(visit, f"{HOME}/accounts/{row.id}", "assigned" if ticked else "nothing")


def _principal(connection: Connection, chosen: str) -> Row[Any]:
    kind, _, principal_id = chosen.replace("\0", "").partition(":")
    table = _TABLES.get(kind)
    row: Row[Any] | None = None
    if table is not None:
        query: Select[Any] = select(table).where(table.c.id == principal_id)
        row = connection.execute(query).one_or_none()
    if row is None:
        raise Fault("ResourceNotFoundException", "principal not found")
    return row


def _sets(
    connection: Connection, account_id: str, principal: Row[Any] | None
) -> tuple[list[Row[Any]], set[str]]:
    """The permission sets to choose from, and the names of those that the principal has here."""
    if principal is None:
        return [], set()
    query: Select[Any] = select(permission_sets).order_by(permission_sets.c.name)
    theirs = select(assignments.c.permission_set).where(
        assignments.c.account_id == account_id, assignments.c.principal_id == principal.id
    )
    there = list(connection.execute(query.limit(_MOST)))
    return there, set(connection.execute(theirs).scalars())
