"""Who may use an application."""

from sqlalchemy import select

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.sso_admin.applications import application
from sekisho.center.services.sso_admin.assignments import principal_of
from sekisho.center.services.sso_admin.keeping import Kept, find, forget, put, required, those_of
from sekisho.center.services.sso_admin.resources import check_instance
from sekisho.center.storage.tables import kept

__all__ = [
    "create_application_assignment",
    "delete_application_assignment",
    "describe_application_assignment",
    "list_application_assignments",
    "list_application_assignments_for_principal",
]

_MEMBERS = ("ApplicationArn", "PrincipalId", "PrincipalType")
_CALLED = "ApplicationAssignment"


def create_application_assignment(desk: Desk) -> Output:
    """CreateApplicationAssignment."""
    arn = application(desk).key
    principal_of(desk)
    if find(desk, Kept.APPLICATION_ASSIGNMENT, _key(desk)) is not None:
        raise Fault("ConflictException", "it is assigned already")
    data = {member: desk.params[member] for member in _MEMBERS}
    put(desk, Kept.APPLICATION_ASSIGNMENT, _key(desk), data, of=arn)
    return {}


def describe_application_assignment(desk: Desk) -> Output:
    """DescribeApplicationAssignment."""
    application(desk)
    return dict(required(desk, Kept.APPLICATION_ASSIGNMENT, _key(desk), _CALLED).data)


def delete_application_assignment(desk: Desk) -> Output:
    """DeleteApplicationAssignment."""
    application(desk)
    forget(desk, Kept.APPLICATION_ASSIGNMENT, _key(desk), _CALLED)
    return {}


def list_application_assignments(desk: Desk) -> Output:
    """ListApplicationAssignments of one application."""
    arn = application(desk).key
    query = those_of(Kept.APPLICATION_ASSIGNMENT, arn)
    found, following = page(desk, query, kept.c.key, lambda row: dict(row.data), of=(arn,))
    return {"ApplicationAssignments": found, "NextToken": following}


def list_application_assignments_for_principal(desk: Desk) -> Output:
    """ListApplicationAssignmentsForPrincipal: those of that user or group itself."""
    check_instance(desk)
    principal_id = principal_of(desk)
    query = select(kept).where(
        kept.c.kind == Kept.APPLICATION_ASSIGNMENT,
        kept.c.data["PrincipalId"].as_string() == principal_id,
    )
    if arn := desk.params.get("Filter", {}).get("ApplicationArn"):
        query = query.where(kept.c.of == arn)
    found, following = page(desk, query, kept.c.key, lambda row: dict(row.data), of=(principal_id,))
    return {"ApplicationAssignments": found, "NextToken": following}


def _key(desk: Desk) -> str:
    return " ".join(desk.params[member] for member in _MEMBERS)
