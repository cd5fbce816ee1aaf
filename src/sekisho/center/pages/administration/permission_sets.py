"""Permission sets: the list of them, and what one allows and where it is assigned."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection, Row, select
from starlette.responses import Response

from sekisho.center.center import Center
from sekisho.center.pages.administration.forms import Wrong, given, wrong_with
from sekisho.center.pages.administration.guard import done, show
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.administration.searching import searched, sought_in
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import errand
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import accounts, assignments, permission_sets, provisioned

__all__ = ["add", "ask_change", "ask_delete", "ask_new", "change", "delete", "listed",
           "set_arn", "set_row", "show_set"]  # fmt: skip

_FIELDS = {
    "Name": "name",
    "Description": "description",
    "RelayState": "relay_state",
    "SessionDuration": "minutes",
}
_MOST = 200


def set_arn(center: Center, set_id: str) -> str:
    """Return the ARN of the permission set with that id."""
    return f"arn:aws:sso:::permissionSet/{center.instance.id}/{set_id}"


def set_row(connection: Connection, visit: Visit) -> Row[Any]:
    """Return the permission set whose page it is. Raises the `Fault` of one that is not there."""
    query = select(permission_sets).where(permission_sets.c.id == visit.request.path_params["id"])
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Fault("ResourceNotFoundException", "PermissionSet not found")
    return row


def listed(visit: Visit, _session: Session) -> Response:
    """List permission sets; `q` is how their name begins."""
    query = select(
        permission_sets.c.id,
        permission_sets.c.name,
        permission_sets.c.description,
        permission_sets.c.session_seconds,
    )
    column = permission_sets.c.name
    with visit.center.database.reading() as connection:
        page = searched(visit, connection, query, (column,), column)
    return show(visit, "permission-sets.html", listed=page, sought=sought_in(visit))


def show_set(visit: Visit, wrong: Wrong | None = None) -> Response:
    """Show a permission set, with what is wrong with what was to be added to it."""
    with visit.center.database.reading() as connection:
        row = set_row(connection, visit)
        where = (
            select(accounts.c.id, accounts.c.name)
            .distinct()
            .join(assignments, assignments.c.account_id == accounts.c.id)
            .where(assignments.c.permission_set == row.name)
            .order_by(accounts.c.name)
            .limit(_MOST)
        )
        assigned = connection.execute(where).all()
        old = select(provisioned.c.account_id).where(
            provisioned.c.permission_set == row.name, provisioned.c.latest.is_(False)
        )
        outdated = connection.execute(old.limit(1)).one_or_none() is not None
    return show(
        visit,
        "permission-set.html",
        status=HTTPStatus.OK if wrong is None else HTTPStatus.BAD_REQUEST,
        set=row,
        assigned=assigned,
        most=_MOST,
        outdated=outdated,
        wrong=wrong,
        values=visit.form,
    )


def ask_new(visit: Visit, _session: Session) -> Response:
    """Ask for the name of a new permission set."""
    return _form(visit, {"minutes": "60"}, None)


def add(visit: Visit, session: Session) -> Response:
    """Add one as `CreatePermissionSet` does."""
    wanted = _wanted(visit)
    try:
        with errand(visit.center, session.user) as do:
            do("CreatePermissionSet", **wanted)
    except Fault as fault:
        return _form(visit, visit.form, wrong_with(fault, _FIELDS, unique="name"))
    query = select(permission_sets.c.id).where(permission_sets.c.name == wanted["Name"])
    with visit.center.database.reading() as connection:
        made = connection.execute(query).scalar()
    return done(visit, f"{HOME}/permission-sets/{made}", "set_added")


def ask_change(visit: Visit, _session: Session) -> Response:
    """Show what may be changed."""
    with visit.center.database.reading() as connection:
        row = set_row(connection, visit)
    values = {
        "description": row.description or "",
        "relay_state": row.relay_state or "",
        "minutes": str(row.session_seconds // 60),
        "seen": _seen(row),
    }
    return _form(visit, values, None, row.name)


def change(visit: Visit, session: Session) -> Response:
    """Change it as `UpdatePermissionSet` does, unless somebody else did since the form was made."""
    with visit.center.database.reading() as connection:
        name = set_row(connection, visit).name
    wanted = _wanted(visit)
    wanted.pop("Name", None)
    try:
        with errand(visit.center, session.user) as do:
            arn = set_arn(visit.center, visit.request.path_params["id"])
            do("DescribePermissionSet", PermissionSetArn=arn)  # from here on it is ours alone
            if _seen(set_row(do.connection, visit)) != visit.form.get("seen"):
                details = {"Reason": "CONCURRENT_MODIFICATION"}
                raise Fault("ConflictException", "it has been changed", details=details)
            do("UpdatePermissionSet", PermissionSetArn=arn, **wanted)
    except Fault as fault:
        return _form(visit, visit.form, wrong_with(fault, _FIELDS), name)
    return done(visit, f"{HOME}/permission-sets/{visit.request.path_params['id']}", "set_changed")


def ask_delete(visit: Visit, _session: Session) -> Response:
    """Ask for the name, typed, before it is removed."""
    return _confirm(visit, differs=False)


def delete(visit: Visit, session: Session) -> Response:
    """Remove it as `DeletePermissionSet` does; one that is assigned is not."""
    with visit.center.database.reading() as connection:
        row = set_row(connection, visit)
    if visit.form.get("typed", "").strip() != row.name:
        return _confirm(visit, differs=True)
    try:
        with errand(visit.center, session.user) as do:
            do("DeletePermissionSet", PermissionSetArn=set_arn(visit.center, row.id))
    except Fault as fault:
        return show_set(visit, wrong_with(fault, {}))
    return done(visit, f"{HOME}/permission-sets", "set_deleted")


def _wanted(visit: Visit) -> dict[str, object]:
    wanted = given(visit.form, _FIELDS)
    if "SessionDuration" in wanted:
        wanted["SessionDuration"] = f"PT{wanted['SessionDuration']}M"
    return wanted


def _seen(row: Row[Any]) -> str:
    said = repr((row.session_seconds, row.description, row.relay_state))
    return hashlib.sha256(said.encode()).hexdigest()


def _confirm(visit: Visit, *, differs: bool) -> Response:
    with visit.center.database.reading() as connection:
        row = set_row(connection, visit)
    return show(
        visit,
        "delete.html",
        status=HTTPStatus.BAD_REQUEST if differs else HTTPStatus.OK,
        kind="permission_set",
        name=row.name,
        differs=differs,
        refused=False,
        back=f"{HOME}/permission-sets/{row.id}",
    )


def _form(
    visit: Visit, values: Mapping[str, str], wrong: Wrong | None, changed: str = ""
) -> Response:
    status = HTTPStatus.OK if wrong is None else HTTPStatus.BAD_REQUEST
    return show(
        visit,
        "permission-set-form.html",
        status=status,
        values=values,
        wrong=wrong,
        changed=changed,
    )
