"""Accounts: the list of them, who has what in one, and who can get into it."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_, union
from starlette.responses import Response

from sekisho.center.pages.administration.guard import done, show
from sekisho.center.pages.administration.permission_sets import set_arn
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.administration.searching import searched, sought_in
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import errand
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import (
    accounts,
    assignments,
    groups,
    memberships,
    permission_sets,
    users,
)

__all__ = ["account", "account_row", "act", "listed", "people"]

_A_PAGE = 100


def listed(visit: Visit, _session: Session) -> Response:
    """List accounts; `q` is how their name or id begins, `after` turns the page."""
    query = select(accounts.c.id, accounts.c.name, accounts.c.email)
    columns = (accounts.c.name, accounts.c.id)
    with visit.center.database.reading() as connection:
        page = searched(visit, connection, query, columns, accounts.c.id)
    return show(visit, "accounts.html", listed=page, sought=sought_in(visit))


def account(visit: Visit, _session: Session) -> Response:
    """Show who is assigned what in the account, by permission set; `after` turns the page."""
    with visit.center.database.reading() as connection:
        row = account_row(connection, visit)
        after = visit.query.get("after", "").replace("\0", "")
        rows = connection.execute(_assigned_in(row.id, after)).all()
    shown = rows[:_A_PAGE]
    more = None
    if len(rows) > _A_PAGE:
        more = f"{shown[-1].permission_set} {shown[-1].principal_id}"
    return show(visit, "account.html", account=row, rows=shown, following=more)


def people(visit: Visit, _session: Session) -> Response:
    """Answer who can get into the account, as what, and through which group."""
    with visit.center.database.reading() as connection:
        row = account_row(connection, visit)
        query = select(users.c.id, users.c.name, users.c.display_name, users.c.enabled)
        columns = (users.c.name, users.c.display_name)
        who = query.where(users.c.id.in_(_who_gets_in(row.id)))
        page = searched(visit, connection, who, columns, users.c.id)
        ways: dict[str, list[Row[Any]]] = {each.id: [] for each in page.rows}
        for way in connection.execute(_ways(row.id, list(ways))):
            ways[way.user_id].append(way)
    return show(
        visit, "account-people.html", account=row, listed=page, ways=ways, sought=sought_in(visit)
    )


def act(visit: Visit, session: Session) -> Response:
    """Take a permission set in the account away from a person or group."""
    with visit.center.database.reading() as connection:
        row = account_row(connection, visit)
        name = visit.form.get("permission_set", "")
        query = select(permission_sets).where(permission_sets.c.name == name)
        of = connection.execute(query).one_or_none()
    if of is None:
        raise Fault("ResourceNotFoundException", "PermissionSet not found")
    with errand(visit.center, session.user) as do:
        do(
            "DeleteAccountAssignment",
            TargetId=row.id,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=set_arn(visit.center, of.id),
            PrincipalType=visit.form.get("kind", ""),
            PrincipalId=visit.form.get("principal_id", ""),
        )
    return done(visit, f"{HOME}/accounts/{row.id}", "unassigned")


def account_row(connection: Connection, visit: Visit) -> Row[Any]:
    """Return the account whose page it is. Raises the `Fault` of one that is not there."""
    query = select(accounts).where(accounts.c.id == visit.request.path_params["id"])
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Fault("ResourceNotFoundException", "AWS account not found")
    return row


def _assigned_in(account_id: str, after: str) -> Select[Any]:
    query: Select[Any] = (
        select(
            assignments.c.permission_set,
            assignments.c.principal_id,
            users.c.name.label("user_name"),
            users.c.display_name,
            groups.c.name.label("group_name"),
        )
        .outerjoin(users, users.c.id == assignments.c.principal_id)
        .outerjoin(groups, groups.c.id == assignments.c.principal_id)
        .where(assignments.c.account_id == account_id)
        .order_by(assignments.c.permission_set, assignments.c.principal_id)
        .limit(_A_PAGE + 1)
    )
    last_set, _, last = after.partition(" ")
    if not last:
        return query
    place = tuple_(assignments.c.permission_set, assignments.c.principal_id)
    return query.where(place > tuple_(last_set, last))


def _who_gets_in(account_id: str) -> Any:
    here = assignments.c.account_id == account_id
    through = select(memberships.c.user_id).join(
        assignments, assignments.c.principal_id == memberships.c.group_id
    )
    return union(select(assignments.c.principal_id).where(here), through.where(here))


def _ways(account_id: str, user_ids: list[str]) -> Any:
    here = assignments.c.account_id == account_id
    through = (
        select(memberships.c.user_id, assignments.c.permission_set, groups.c.id, groups.c.name)
        .join(groups, groups.c.id == memberships.c.group_id)
        .join(assignments, assignments.c.principal_id == groups.c.id)
        .where(here, memberships.c.user_id.in_(user_ids))
    )
    direct = (
        select(
            users.c.id.label("user_id"), assignments.c.permission_set, groups.c.id, groups.c.name
        )
        .join(assignments, assignments.c.principal_id == users.c.id)
        .outerjoin(groups, groups.c.id == users.c.id)
        .where(here, users.c.id.in_(user_ids))
    )
    return direct.union_all(through).order_by("permission_set", "name")
