"""Tags of an instance's resources."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, select

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.sso_admin.keeping import Kept, find
from sekisho.center.services.sso_admin.resources import instance_arn, not_found
from sekisho.center.storage.tables import permission_sets, tags

__all__ = ["list_tags_for_resource", "put_tags", "remove_tags", "tag_resource", "untag_resource"]

_MOST = 50


def tag_resource(desk: Desk) -> Output:
    """TagResource: adds tags, or gives those that are there another value."""
    put_tags(desk, _resource(desk), desk.params["Tags"])
    return {}


def untag_resource(desk: Desk) -> Output:
    """UntagResource; a tag that is not there is passed over."""
    of_it = tags.c.resource_arn == _resource(desk)
    keys = tags.c.key.in_(desk.params["TagKeys"])
    desk.connection.execute(delete(tags).where(of_it, keys))
    return {}


def list_tags_for_resource(desk: Desk) -> Output:
    """ListTagsForResource, by key."""
    arn = _resource(desk)
    query = select(tags).where(tags.c.resource_arn == arn)
    found, following = page(
        desk, query, tags.c.key, lambda row: {"Key": row.key, "Value": row.value}, of=(arn,)
    )
    return {"Tags": found, "NextToken": following}


def put_tags(desk: Desk, arn: str, given: Sequence[Mapping[str, str]]) -> None:
    """Give the resource `arn` these tags, beside those that it has. Raises `Fault`."""
    of_it = tags.c.resource_arn == arn
    keys = [tag["Key"] for tag in given]
    desk.connection.execute(delete(tags).where(of_it, tags.c.key.in_(keys)))
    for tag in {tag["Key"]: tag for tag in given}.values():
        desk.connection.execute(
            insert(tags).values(resource_arn=arn, key=tag["Key"], value=tag["Value"])
        )
    count = select(func.count()).select_from(tags).where(of_it)
    if desk.connection.execute(count).scalar_one() > _MOST:
        raise Fault("ServiceQuotaExceededException", f"a resource has at most {_MOST} tags")


def remove_tags(desk: Desk, arn: str) -> None:
    """Forget the tags of a resource that is being deleted."""
    desk.connection.execute(delete(tags).where(tags.c.resource_arn == arn))


def _resource(desk: Desk) -> str:
    """Return the ARN of the resource that the request names, which has to be there."""
    arn: str = desk.params["ResourceArn"]
    if arn == instance_arn(desk):
        return arn
    prefix, _, name = arn.rpartition("/")
    known = select(permission_sets.c.id).where(permission_sets.c.id == name)
    is_ours = prefix == f"arn:aws:sso:::permissionSet/{desk.center.instance.id}"
    if is_ours and desk.connection.execute(known).one_or_none() is not None:
        return arn
    if any(find(desk, kind, arn) is not None for kind in (Kept.APPLICATION, Kept.TOKEN_ISSUER)):
        return arn
    raise not_found("Resource")
