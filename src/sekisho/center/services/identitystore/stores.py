"""Identity stores: there is one, that of the instance."""

import ipaddress
from collections.abc import Mapping

from sekisho.center.directory import networks
from sekisho.center.services.administration import Desk, invalid
from sekisho.center.services.identitystore.resources import store_of

__all__ = [
    "describe_identity_store",
    "lets_in",
    "list_identity_stores",
    "update_identity_store",
]


def describe_identity_store(desk: Desk) -> Mapping[str, object]:
    """DescribeIdentityStore."""
    store = store_of(desk)
    return {
        **_store(desk),
        "NetworkConfiguration": networks.configuration_of(desk.connection, store),
    }


def list_identity_stores(desk: Desk) -> Mapping[str, object]:
    """ListIdentityStores."""
    return {"IdentityStores": [_store(desk)]}


def update_identity_store(desk: Desk) -> Mapping[str, object]:
    """UpdateIdentityStore: the whole network configuration, in the place of the one before."""
    store, configuration = store_of(desk), desk.params.get("NetworkConfiguration")
    if configuration is not None:
        for name in networks.ADDRESS_LISTS:
            for each in configuration.get(name, ()):
                _check(each)
        networks.configure(desk.connection, store, configuration, desk.now)
    return _store(desk)


def lets_in(desk: Desk, address: str) -> bool:
    """Return whether the identity store may be asked from `address`.

    On the center's own machine the configuration can always be changed, so nobody is shut out for ever.
    """
    if desk.operation == "UpdateIdentityStore" and _is_this_machine(address):
        return True
    store = desk.center.instance.identity_store_id
    return networks.lets_in_api(networks.configuration_of(desk.connection, store), address)


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _check(cidr: str) -> None:
    try:
        networks.network(cidr)
    except ValueError:
        raise invalid(f"{cidr} is no address, and no range of them") from None


def _store(desk: Desk) -> dict[str, object]:
    instance = desk.center.instance
    return {
        "IdentityStoreId": instance.identity_store_id,
        "IdentityStoreArn": instance.identity_store_arn,
    }
