"""Applications: what a customer's own programs are called at the instance.

What is kept here counts when they ask for tokens (`directory/applications.py`).
"""

import secrets
from typing import Any

from sqlalchemy import Row, select

from sekisho.center.directory import applications
from sekisho.center.directory.instance import OWNER_ACCOUNT
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.sso_admin.keeping import (
    Kept,
    forget,
    forget_all_of,
    put,
    required,
    those_of,
)
from sekisho.center.services.sso_admin.resources import check_instance, instance_arn, not_found
from sekisho.center.services.sso_admin.tags import put_tags, remove_tags
from sekisho.center.storage.tables import kept
from sekisho.center.storage.times import from_epoch

__all__ = [
    "application",
    "create_application",
    "delete_application",
    "describe_application",
    "describe_application_provider",
    "get_application_assignment_configuration",
    "get_application_session_configuration",
    "list_application_providers",
    "list_applications",
    "put_application_assignment_configuration",
    "put_application_session_configuration",
    "update_application",
]

_CUSTOM = "arn:aws:sso::aws:applicationProvider/custom"
_PROVIDER = {
    "ApplicationProviderArn": _CUSTOM,
    "FederationProtocol": "OAUTH",
    "DisplayData": {
        "DisplayName": "Custom application",
        "Description": "A customer's own application, by OAuth 2.0",
    },
}
_REQUIRED, _BACKGROUND = "AssignmentRequired", "UserBackgroundSessionApplicationStatus"


def create_application(desk: Desk) -> Output:
    """CreateApplication; a ClientToken that was used before gives what it gave then."""
    instance, params = check_instance(desk), desk.params
    _provider(params["ApplicationProviderArn"])
    token = params.get("ClientToken")
    arn = None if token is None else _made_with(desk, token)
    if arn is None:
        arn = (
            f"arn:aws:sso::{OWNER_ACCOUNT}:application/{desk.center.instance.id}/"
            f"apl-{secrets.token_hex(8)}"
        )
        members = ("ApplicationProviderArn", "Name", "Description", "PortalOptions", "ClientToken")
        data = {member: params[member] for member in members if member in params}
        put(
            desk,
            Kept.APPLICATION,
            arn,
            {"Status": params.get("Status", "ENABLED"), _REQUIRED: True, **data},
            of=instance,
        )
        put_tags(desk, arn, params.get("Tags", ()))
    return {
        "ApplicationArn": arn,
        "InstanceArn": instance,
        "IdentityStoreArn": desk.center.instance.identity_store_arn,
    }


def describe_application(desk: Desk) -> Output:
    """DescribeApplication."""
    return _described(desk, application(desk))


def list_applications(desk: Desk) -> Output:
    """ListApplications, by ARN."""
    query = those_of(Kept.APPLICATION, check_instance(desk))
    wanted = desk.params.get("Filter", {})
    if wanted.get("ApplicationAccount", OWNER_ACCOUNT) != OWNER_ACCOUNT:
        query = query.where(kept.c.key.is_(None))
    if provider := wanted.get("ApplicationProvider"):
        query = query.where(kept.c.data["ApplicationProviderArn"].as_string() == provider)
    found, following = page(desk, query, kept.c.key, lambda row: _described(desk, row))
    return {"Applications": found, "NextToken": following}


def update_application(desk: Desk) -> Output:
    """UpdateApplication: what is named."""
    members = ("Name", "Description", "Status", "PortalOptions")
    return _changed(
        desk, **{member: desk.params[member] for member in members if member in desk.params}
    )


def delete_application(desk: Desk) -> Output:
    """DeleteApplication, with everything that belongs to it, its tokens, too."""
    arn = application(desk).key
    applications.end_sign_ins_of(desk.connection, arn, desk.now)
    forget_all_of(desk, arn)
    forget(desk, Kept.APPLICATION, arn, "Application")
    remove_tags(desk, arn)
    return {}


def describe_application_provider(desk: Desk) -> Output:
    """DescribeApplicationProvider."""
    _provider(desk.params["ApplicationProviderArn"])
    return _PROVIDER


def list_application_providers(desk: Desk) -> Output:  # noqa: ARG001  # there is one, whoever asks
    """ListApplicationProviders: that of a customer's own applications."""
    return {"ApplicationProviders": [_PROVIDER]}


def put_application_assignment_configuration(desk: Desk) -> Output:
    """PutApplicationAssignmentConfiguration."""
    return _changed(desk, **{_REQUIRED: desk.params[_REQUIRED]})


def get_application_assignment_configuration(desk: Desk) -> Output:
    """GetApplicationAssignmentConfiguration."""
    return {_REQUIRED: application(desk).data[_REQUIRED]}


def put_application_session_configuration(desk: Desk) -> Output:
    """PutApplicationSessionConfiguration."""
    return _changed(desk, **{_BACKGROUND: desk.params.get(_BACKGROUND)})


def get_application_session_configuration(desk: Desk) -> Output:
    """GetApplicationSessionConfiguration."""
    return {_BACKGROUND: application(desk).data.get(_BACKGROUND)}


def application(desk: Desk) -> Row[Any]:
    """Return the application that the request names. Raises `Fault`."""
    return required(desk, Kept.APPLICATION, desk.params["ApplicationArn"], "Application")


def _changed(desk: Desk, **values: object) -> Output:
    row = application(desk)
    put(desk, Kept.APPLICATION, row.key, {**row.data, **values}, of=row.of)
    return {}


def _described(desk: Desk, row: Row[Any]) -> dict[str, object]:
    members = ("ApplicationProviderArn", "Name", "Description", "Status", "PortalOptions")
    return {
        "ApplicationArn": row.key,
        "ApplicationAccount": OWNER_ACCOUNT,
        "InstanceArn": instance_arn(desk),
        "IdentityStoreArn": desk.center.instance.identity_store_arn,
        "CreatedDate": from_epoch(row.created_at),
        **{member: row.data.get(member) for member in members},
    }


def _provider(arn: str) -> None:
    if arn != _CUSTOM:
        raise not_found("ApplicationProvider")


def _made_with(desk: Desk, token: str) -> str | None:
    query = select(kept).where(
        kept.c.kind == Kept.APPLICATION, kept.c.data["ClientToken"].as_string() == token
    )
    row = desk.connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.data["Name"] != desk.params["Name"]:
        raise Fault("ConflictException", "the ClientToken was used for another application")
    return str(row.key)
