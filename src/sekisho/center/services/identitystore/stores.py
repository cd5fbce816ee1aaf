"""Identity stores: there is one, that of the instance."""

from collections.abc import Mapping

from sekisho.center.services.administration import Desk
from sekisho.center.services.identitystore.resources import store_of

__all__ = ["OWNER_ACCOUNT", "describe_identity_store", "list_identity_stores", "store_arn"]

OWNER_ACCOUNT = "000000000000"
"""The account that the instance and its identity store are of; the center has none of its own."""


def describe_identity_store(desk: Desk) -> Mapping[str, object]:
    """DescribeIdentityStore."""
    return _store(store_of(desk))


def list_identity_stores(desk: Desk) -> Mapping[str, object]:
    """ListIdentityStores."""
    return {"IdentityStores": [_store(desk.center.instance.identity_store_id)]}


def store_arn(store: str) -> str:
    """Return the ARN of an identity store."""
    return f"arn:aws:identitystore::{OWNER_ACCOUNT}:identitystore/{store}"


def _store(store: str) -> dict[str, object]:
    return {"IdentityStoreId": store, "IdentityStoreArn": store_arn(store)}
