"""Regions of an instance: its own, and those that it is said to be replicated to. Nothing is replicated."""

from collections.abc import Mapping

from sqlalchemy import select

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, page_of_list
from sekisho.center.services.sso_admin.keeping import Kept, find, forget, put, those_of
from sekisho.center.services.sso_admin.resources import check_instance, not_found
from sekisho.center.storage.tables import instance as instances
from sekisho.center.storage.times import from_epoch

__all__ = ["add_region", "describe_region", "list_regions", "remove_region"]

_CALLED = "Region"


def add_region(desk: Desk) -> Output:
    """AddRegion."""
    instance, name = check_instance(desk), desk.params["RegionName"]
    if any(each["RegionName"] == name for each in _regions(desk, instance)):
        raise Fault("ConflictException", f"{name} is there already")
    put(desk, Kept.REGION, _key(instance, name), {"RegionName": name}, of=instance)
    return {"Status": "ADDING"}


def describe_region(desk: Desk) -> Output:
    """DescribeRegion."""
    instance, name = check_instance(desk), desk.params["RegionName"]
    found = [each for each in _regions(desk, instance) if each["RegionName"] == name]
    if not found:
        raise not_found(_CALLED)
    return found[0]


def list_regions(desk: Desk) -> Output:
    """ListRegions, by name."""
    instance = check_instance(desk)
    ordered = sorted(_regions(desk, instance), key=lambda each: str(each["RegionName"]))
    found, following = page_of_list(
        desk, ordered, lambda each: str(each["RegionName"]), of=(instance,)
    )
    return {"Regions": found, "NextToken": following}


def remove_region(desk: Desk) -> Output:
    """RemoveRegion: any but the instance's own."""
    instance, name = check_instance(desk), desk.params["RegionName"]
    if name == desk.center.instance.region:
        raise Fault("ConflictException", f"{name} is the Region of the instance itself")
    if find(desk, Kept.REGION, _key(instance, name)) is not None:
        forget(desk, Kept.REGION, _key(instance, name), _CALLED)
        return {"Status": "REMOVING"}
    raise not_found(_CALLED)


def _regions(desk: Desk, instance: str) -> list[Mapping[str, object]]:
    made = desk.connection.execute(select(instances.c.created_at)).scalar()
    own = {
        "RegionName": desk.center.instance.region,
        "Status": "ACTIVE",
        "AddedDate": None if made is None else from_epoch(made),
        "IsPrimaryRegion": True,
    }
    others = [
        {
            "RegionName": row.data["RegionName"],
            "Status": "ACTIVE",
            "AddedDate": from_epoch(row.created_at),
            "IsPrimaryRegion": False,
        }
        for row in desk.connection.execute(those_of(Kept.REGION, instance))
    ]
    return [own, *others]


def _key(instance: str, name: str) -> str:
    return f"{instance} {name}"
