"""What AWS does some time after it was asked: here at once, and told as AWS tells it.

The answer to the request says IN_PROGRESS, and the first look at its status SUCCEEDED.
"""

import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select

from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.sso_admin.resources import check_instance, not_found
from sekisho.center.storage.tables import admin_requests
from sekisho.center.storage.times import from_epoch

__all__ = ["Kind", "described", "done", "listed"]


class Kind(StrEnum):
    """What was asked for."""

    CREATION = "creation"
    """Of an account assignment."""
    DELETION = "deletion"
    """Of one."""
    PROVISIONING = "provisioning"
    """Of a permission set."""


_SUCCEEDED = "SUCCEEDED"


def done(desk: Desk, kind: Kind, details: Mapping[str, object]) -> dict[str, object]:
    """Note a request that has been carried out, and return its first status.

    `details` are further members of the status object.
    """
    request_id = str(uuid.uuid4())
    desk.connection.execute(
        insert(admin_requests).values(
            id=request_id, kind=kind, status=_SUCCEEDED, details=dict(details), created_at=desk.now
        )
    )
    return {
        "Status": "IN_PROGRESS",
        "RequestId": request_id,
        "CreatedDate": from_epoch(desk.now),
        **details,
    }


def described(desk: Desk, kind: Kind, member: str) -> dict[str, object]:
    """Return the status of the request that `member` names. Raises `Fault`."""
    check_instance(desk)
    query = select(admin_requests).where(
        admin_requests.c.id == desk.params[member], admin_requests.c.kind == kind
    )
    row = desk.connection.execute(query).one_or_none()
    if row is None:
        raise not_found("Request")
    return {**_short(row), "FailureReason": row.failure_reason, **row.details}


def listed(desk: Desk, kind: Kind, member: str) -> Output:
    """Return the page of the requests of a kind, by id, as `member`."""
    check_instance(desk)
    query = select(admin_requests).where(admin_requests.c.kind == kind)
    if status := desk.params.get("Filter", {}).get("Status"):
        query = query.where(admin_requests.c.status == status)
    found, following = page(desk, query, admin_requests.c.id, _short)
    return {member: found, "NextToken": following}


def _short(row: Row[Any]) -> dict[str, object]:
    return {
        "Status": row.status,
        "RequestId": row.id,
        "CreatedDate": from_epoch(row.created_at),
    }
