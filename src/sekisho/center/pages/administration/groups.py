"""Groups: the list of them, and one of them with its members."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection, Row, select
from starlette.responses import Response

from sekisho.center.directory.finding import found
from sekisho.center.pages.administration.forms import Wrong, given, wrong_with
from sekisho.center.pages.administration.guard import done, show
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.administration.searching import FEW, searched, sought_in
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import errand
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import groups, memberships, users

__all__ = [
    "act",
    "add",
    "ask_change",
    "ask_delete",
    "ask_new",
    "change",
    "delete",
    "group",
    "listed",
]

_FIELDS = {"DisplayName": "name", "Description": "description"}


def listed(visit: Visit, _session: Session) -> Response:
    """List groups; `q` is how their name begins, `after` turns the page."""
    query = select(groups.c.id, groups.c.name, groups.c.description, groups.c.administers)
    with visit.center.database.reading() as connection:
        page = searched(visit, connection, query, (groups.c.name,), groups.c.id)
    return show(visit, "groups.html", listed=page, sought=sought_in(visit))


def group(visit: Visit, _session: Session) -> Response:
    """Show a group, its members, and whom `q` finds to be added."""
    sought = sought_in(visit)
    with visit.center.database.reading() as connection:
        row = _row(connection, visit)
        members = found(
            connection,
            select(users.c.id, users.c.name, users.c.display_name, memberships.c.id.label("member"))
            .join(memberships, memberships.c.user_id == users.c.id)
            .where(memberships.c.group_id == row.id),
            (users.c.name,),
            users.c.id,
            after=visit.query.get("after", "").replace("\0", ""),
        )
        inside = select(memberships.c.user_id).where(memberships.c.group_id == row.id)
        query = select(users.c.id, users.c.name, users.c.display_name).where(
            users.c.id.not_in(inside)
        )
        columns = (users.c.name, users.c.display_name)
        offered = (
            found(connection, query, columns, users.c.id, sought=sought, size=FEW).rows
            if sought
            else ()
        )
    return show(visit, "group.html", group=row, listed=members, sought=sought, offered=offered)


def act(visit: Visit, session: Session) -> Response:
    """Put a person into the group, or take one out."""
    with visit.center.database.reading() as connection:
        row = _row(connection, visit)
    here = f"{HOME}/groups/{row.id}"
    with errand(visit.center, session.user) as do:
        if "add" in visit.form:
            member = {"UserId": visit.form["add"]}
            try:
                do("CreateGroupMembership", GroupId=row.id, MemberId=member)
            except Fault as fault:
                if fault.name != "ConflictException":  # another administrator was there first
                    raise
            return done(visit, here, "member_added")
        do("DeleteGroupMembership", MembershipId=visit.form.get("remove", ""))
    return done(visit, here, "member_removed")


def ask_new(visit: Visit, _session: Session) -> Response:
    """Ask for the name of a new group."""
    return _form(visit, {}, None)


def add(visit: Visit, session: Session) -> Response:
    """Add a group as `CreateGroup` does."""
    wanted = given(visit.form, _FIELDS)
    try:
        if "DisplayName" not in wanted:
            raise Fault("ValidationException", "DisplayName is required", at="DisplayName")
        with errand(visit.center, session.user) as do:
            made = do("CreateGroup", **wanted)
    except Fault as fault:
        return _form(visit, visit.form, wrong_with(fault, _FIELDS, unique="name"))
    return done(visit, f"{HOME}/groups/{made['GroupId']}", "group_added")


def ask_change(visit: Visit, _session: Session) -> Response:
    """Show name and description, to be changed."""
    with visit.center.database.reading() as connection:
        row = _row(connection, visit)
    values = {
        "name": row.name,
        "description": row.description or "",
        "revision": str(row.revision),
    }
    return _form(visit, values, None, row.name)


def change(visit: Visit, session: Session) -> Response:
    """Change the group as `UpdateGroup` does, unless somebody else did since the form was made."""
    with visit.center.database.reading() as connection:
        row = _row(connection, visit)
    operations = [
        {"AttributePath": path, "AttributeValue": visit.form.get(field, "").strip() or None}
        for path, field in (("displayName", "name"), ("description", "description"))
    ]
    revision = visit.form.get("revision", "") or "0"
    try:
        with errand(visit.center, session.user) as do:
            do("UpdateGroup", GroupId=row.id, Operations=operations, Revision=revision)
    except Fault as fault:
        return _form(visit, visit.form, wrong_with(fault, _FIELDS, unique="name"), row.name)
    return done(visit, f"{HOME}/groups/{row.id}", "saved")


def ask_delete(visit: Visit, _session: Session) -> Response:
    """Ask for the group's name, typed, before it is removed."""
    return _confirm(visit, differs=False)


def delete(visit: Visit, session: Session) -> Response:
    """Remove the group as `DeleteGroup` does, with its memberships and assignments."""
    with visit.center.database.reading() as connection:
        row = _row(connection, visit)
    if visit.form.get("typed", "").strip() != row.name.strip():
        return _confirm(visit, differs=True)
    with errand(visit.center, session.user) as do:
        do("DeleteGroup", GroupId=row.id)
    return done(visit, f"{HOME}/groups", "group_deleted")


def _confirm(visit: Visit, *, differs: bool) -> Response:
    with visit.center.database.reading() as connection:
        row = _row(connection, visit)
    return show(
        visit,
        "delete.html",
        status=HTTPStatus.BAD_REQUEST if differs else HTTPStatus.OK,
        kind="group",
        name=row.name,
        differs=differs,
        refused=False,
        back=f"{HOME}/groups/{row.id}",
    )


def _row(connection: Connection, visit: Visit) -> Row[Any]:
    query = select(groups).where(groups.c.id == visit.request.path_params["id"])
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Fault("ResourceNotFoundException", "GROUP not found.")
    return row


def _form(
    visit: Visit, values: Mapping[str, str], wrong: Wrong | None, changed: str = ""
) -> Response:
    status = HTTPStatus.OK if wrong is None else HTTPStatus.BAD_REQUEST
    return show(
        visit, "group-form.html", status=status, values=values, wrong=wrong, changed=changed
    )
