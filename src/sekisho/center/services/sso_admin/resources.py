"""How instances and permission sets are named and found, by every operation of `sso-admin`.

Source: the service model `sso-admin`; `spec/identity-center.md` §4.2.
"""

import re
from typing import Any

from sqlalchemy import Row, select

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, invalid
from sekisho.center.storage.tables import permission_sets

__all__ = [
    "arn_of",
    "check_instance",
    "instance_arn",
    "iso_duration",
    "not_found",
    "permission_set",
    "seconds_of",
]

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_UNITS = (86400, 3600, 60, 1)
_SHORTEST, _LONGEST = 3600, 12 * 3600


def instance_arn(desk: Desk) -> str:
    """Return the ARN of the one instance there is."""
    return desk.center.instance.arn


def check_instance(desk: Desk) -> str:
    """Return the ARN of our instance, which the request has to name. Raises `Fault`."""
    ours = instance_arn(desk)
    if desk.params["InstanceArn"] != ours:
        raise not_found("Instance")
    return ours


def arn_of(desk: Desk, row: Row[Any]) -> str:
    """Return the ARN of a permission set."""
    return f"arn:aws:sso:::permissionSet/{desk.center.instance.id}/{row.id}"


def permission_set(desk: Desk) -> Row[Any]:
    """Return the permission set that the request names, for this transaction alone.

    Raises `Fault` for one that is not there, and for one of another instance.
    """
    check_instance(desk)
    prefix, _, name = desk.params["PermissionSetArn"].rpartition("/")
    row = None
    if prefix == f"arn:aws:sso:::permissionSet/{desk.center.instance.id}":
        query = select(permission_sets).where(permission_sets.c.id == name).with_for_update()
        row = desk.connection.execute(query).one_or_none()
    if row is None:
        raise not_found("PermissionSet")
    return row


def seconds_of(duration: str) -> int:
    """Read a SessionDuration, ISO 8601 (`PT1H`): one to twelve hours. Raises `Fault`."""
    found = _DURATION.fullmatch(duration)
    numbers = [] if found is None else [int(each or 0) for each in found.groups()]
    seconds = sum(number * unit for number, unit in zip(numbers, _UNITS, strict=False))
    if not _SHORTEST <= seconds <= _LONGEST:
        message = "SessionDuration is an ISO 8601 duration from PT1H to PT12H"
        raise invalid(message, at="SessionDuration")
    return seconds


def iso_duration(seconds: int) -> str:
    """Spell a SessionDuration as AWS does: `PT1H`, `PT1H30M`."""
    parts, rest = "", seconds
    for unit, letter in ((3600, "H"), (60, "M"), (1, "S")):
        number, rest = divmod(rest, unit)
        parts += f"{number}{letter}" if number else ""
    return f"PT{parts or '0S'}"


def not_found(kind: str) -> Fault:
    """Return the fault of something that is not there."""
    return Fault("ResourceNotFoundException", f"{kind} not found")
