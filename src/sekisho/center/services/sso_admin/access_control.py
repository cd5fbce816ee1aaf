"""Attributes for access control: which of a person's attributes become session tags at AWS."""

from typing import Any

from sqlalchemy import Row

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output
from sekisho.center.services.sso_admin.keeping import Kept, find, forget, put, required
from sekisho.center.services.sso_admin.resources import check_instance

__all__ = [
    "create_instance_access_control_attribute_configuration",
    "delete_instance_access_control_attribute_configuration",
    "describe_instance_access_control_attribute_configuration",
    "update_instance_access_control_attribute_configuration",
]

_MEMBER = "InstanceAccessControlAttributeConfiguration"


def create_instance_access_control_attribute_configuration(desk: Desk) -> Output:
    """CreateInstanceAccessControlAttributeConfiguration."""
    instance = check_instance(desk)
    if find(desk, Kept.ATTRIBUTES, instance) is not None:
        raise Fault("ConflictException", "access control attributes are configured already")
    put(desk, Kept.ATTRIBUTES, instance, desk.params[_MEMBER], of=instance)
    return {}


def describe_instance_access_control_attribute_configuration(desk: Desk) -> Output:
    """DescribeInstanceAccessControlAttributeConfiguration."""
    return {"Status": "ENABLED", _MEMBER: _row(desk).data}


def update_instance_access_control_attribute_configuration(desk: Desk) -> Output:
    """UpdateInstanceAccessControlAttributeConfiguration: all of it."""
    row = _row(desk)
    put(desk, Kept.ATTRIBUTES, row.key, desk.params[_MEMBER], of=row.of)
    return {}


def delete_instance_access_control_attribute_configuration(desk: Desk) -> Output:
    """DeleteInstanceAccessControlAttributeConfiguration."""
    forget(desk, Kept.ATTRIBUTES, check_instance(desk), _MEMBER)
    return {}


def _row(desk: Desk) -> Row[Any]:
    return required(desk, Kept.ATTRIBUTES, check_instance(desk), _MEMBER)
