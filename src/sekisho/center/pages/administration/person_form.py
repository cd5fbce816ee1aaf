"""Adding a person, and changing what they are called."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from sekisho.center.pages.administration.forms import Wrong, given, wrong_with
from sekisho.center.pages.administration.guard import done, show
from sekisho.center.pages.administration.people import person_row
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import errand
from sekisho.center.sessions import Session

__all__ = ["add", "ask_change", "ask_new", "change"]

_FIELDS = {
    "UserName": "user_name",
    "DisplayName": "display_name",
    "Name.GivenName": "given_name",
    "Name.FamilyName": "family_name",
    "Emails[0].Value": "email",
}
"""The fields of the form, by the paths of the model of `CreateUser`."""
_PATHS = ("userName", "displayName", "name.givenName", "name.familyName")


def ask_new(visit: Visit, _session: Session) -> Response:
    """Ask who the new person is."""
    return _form(visit, {}, None)


def add(visit: Visit, session: Session) -> Response:
    """Add a person as `CreateUser` does; they choose a password by an invitation."""
    typed = given(visit.form, _FIELDS)
    names = {
        member: typed[f"Name.{member}"]
        for member in ("GivenName", "FamilyName")
        if f"Name.{member}" in typed
    }
    wanted: dict[str, object] = {
        member: typed[member] for member in ("UserName", "DisplayName") if member in typed
    }
    if names:
        wanted["Name"] = names
    if "Emails[0].Value" in typed:
        wanted["Emails"] = [{"Value": typed["Emails[0].Value"], "Primary": True}]
    try:
        with errand(visit.center, session.user) as do:
            made = do("CreateUser", **wanted)
    except Fault as fault:
        return _form(visit, visit.form, wrong_with(fault, _FIELDS, unique="user_name"))
    return done(visit, f"{HOME}/people/{made['UserId']}", "person_added")


def ask_change(visit: Visit, _session: Session) -> Response:
    """Show what the person is called, to be changed."""
    with visit.center.database.reading() as connection:
        row = person_row(connection, visit)
    name, emails = row.attributes.get("Name", {}), row.attributes.get("Emails", [])
    values = {
        "user_name": row.name,
        "display_name": row.display_name,
        "given_name": name.get("GivenName", ""),
        "family_name": name.get("FamilyName", ""),
        "email": emails[0].get("Value", "") if emails else "",
        "revision": str(row.revision),
    }
    return _form(visit, values, None, row.name)


def change(visit: Visit, session: Session) -> Response:
    """Change the person as `UpdateUser` does, unless somebody else did since the form was made."""
    with visit.center.database.reading() as connection:
        row = person_row(connection, visit)
    emails = row.attributes.get("Emails", [])
    typed = visit.form.get("email", "").strip()
    address = {
        f"{key[:1].lower()}{key[1:]}": value for key, value in (emails[0] if emails else {}).items()
    }
    operations: list[dict[str, object]] = [
        {"AttributePath": path, "AttributeValue": visit.form.get(field, "").strip() or None}
        for path, field in zip(_PATHS, _FIELDS.values(), strict=False)
    ]
    value = [{**(address or {"primary": True}), "value": typed}] if typed else None
    operations.append({"AttributePath": "emails", "AttributeValue": value})
    try:
        with errand(visit.center, session.user) as do:
            do(
                "UpdateUser",
                UserId=row.id,
                Operations=operations,
                Revision=visit.form.get("revision", "") or "0",
            )
    except Fault as fault:
        wrong = wrong_with(fault, _FIELDS, unique="user_name")
        return _form(visit, visit.form, wrong, row.name)
    return done(visit, f"{HOME}/people/{row.id}", "saved")


def _form(
    visit: Visit, values: Mapping[str, str], wrong: Wrong | None, changed: str = ""
) -> Response:
    status = HTTPStatus.OK if wrong is None else HTTPStatus.BAD_REQUEST
    return show(
        visit, "person-form.html", status=status, values=values, wrong=wrong, changed=changed
    )
