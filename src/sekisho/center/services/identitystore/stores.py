"""Identity stores: there is one, that of the instance."""

from collections.abc import Mapping

from sekisho.center.services.administration import Desk
from sekisho.center.services.identitystore.resources import store_of

__all__ = ["describe_identity_store", "list_identity_stores"]


def describe_identity_store(desk: Desk) -> Mapping[str, object]:
    """DescribeIdentityStore."""
    store_of(desk)
    return _store(desk)


def list_identity_stores(desk: Desk) -> Mapping[str, object]:
    """ListIdentityStores."""
    return {"IdentityStores": [_store(desk)]}


def _store(desk: Desk) -> dict[str, object]:
    instance = desk.center.instance
    return {
        "IdentityStoreId": instance.identity_store_id,
        "IdentityStoreArn": instance.identity_store_arn,
    }
