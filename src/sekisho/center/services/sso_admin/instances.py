"""Instances: there is one, and it can be named."""

from typing import Any

from sqlalchemy import Row, select, update

from sekisho.center.directory.instance import OWNER_ACCOUNT
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output
from sekisho.center.services.sso_admin.resources import check_instance, instance_arn
from sekisho.center.storage.tables import instance
from sekisho.center.storage.times import from_epoch

__all__ = [
    "create_instance",
    "delete_instance",
    "describe_instance",
    "list_instances",
    "update_instance",
]


def list_instances(desk: Desk) -> Output:
    """ListInstances."""
    return {"Instances": [_described(desk)]}


def create_instance(desk: Desk) -> Output:  # noqa: ARG001  # there is one, whoever asks
    """CreateInstance: refused, as at AWS in an account that has its instance."""
    raise Fault("ServiceQuotaExceededException", "the center is one instance, and has it")


def delete_instance(desk: Desk) -> Output:
    """DeleteInstance: refused, for the people and assignments of the center are all of it."""
    check_instance(desk)
    raise Fault("ConflictException", "the center is its instance: remove its database instead")


def describe_instance(desk: Desk) -> Output:
    """DescribeInstance."""
    check_instance(desk)
    return _described(desk)


def update_instance(desk: Desk) -> Output:
    """UpdateInstance: its name alone."""
    check_instance(desk)
    if name := desk.params.get("Name"):
        desk.connection.execute(update(instance).values(name=name))
    return {}


def _described(desk: Desk) -> dict[str, object]:
    row: Row[Any] = desk.connection.execute(select(instance)).one()
    return {
        "InstanceArn": instance_arn(desk),
        "IdentityStoreId": row.identity_store_id,
        "OwnerAccountId": OWNER_ACCOUNT,
        "Name": row.name,
        "CreatedDate": None if row.created_at is None else from_epoch(row.created_at),
        "Status": "ACTIVE",
    }
