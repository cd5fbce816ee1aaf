"""From which networks the identity store may be asked: its NetworkConfiguration.

No request to a center comes from a VPC, or through the endpoint of one. So where a configuration asks for
that, what is left are the addresses that it lets in besides.

Source: API reference of the identity store, "NetworkConfiguration".
"""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from sekisho.center.directory.kept import Kept
from sekisho.center.storage.tables import kept

__all__ = [
    "ADDRESS_LISTS",
    "configuration_of",
    "configure",
    "lets_in_api",
    "lets_in_scim",
    "network",
]

ADDRESS_LISTS = ("ApiAllowSourceIps", "ScimAllowSourceIps")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network(cidr: str) -> _Network:
    """Read an address, or a range of them. Raises `ValueError`."""
    return ipaddress.ip_network(cidr, strict=False)


def configuration_of(connection: Connection, store: str) -> Mapping[str, Any] | None:
    """Return the configuration of an identity store as it was told; `None`: there is none."""
    query = select(kept.c.data).where(kept.c.kind == Kept.NETWORKS, kept.c.key == store)
    found: Mapping[str, Any] | None = connection.execute(query).scalar()
    return found


def configure(
    connection: Connection, store: str, configuration: Mapping[str, object], now: int
) -> None:
    """Keep a configuration in the place of the one before."""
    connection.execute(delete(kept).where(kept.c.kind == Kept.NETWORKS, kept.c.key == store))
    connection.execute(
        insert(kept).values(
            kind=Kept.NETWORKS, key=store, of=store, data=dict(configuration), created_at=now
        )
    )


def lets_in_api(configuration: Mapping[str, Any] | None, address: str) -> bool:
    """Return whether `address` may ask for operations; an address of the list always may."""
    if configuration is None or _is_in(address, configuration.get("ApiAllowSourceIps", ())):
        return True
    return not (configuration["VpceAccessRequired"] or configuration.get("ApiRestrictSourceVpcs"))


def lets_in_scim(configuration: Mapping[str, Any] | None, address: str) -> bool:
    """Return whether `address` may use SCIM: one of the list, or any where no endpoint is required."""
    if configuration is None:
        return True
    allowed = configuration.get("ScimAllowSourceIps")
    return _is_in(address, allowed) if allowed else not configuration["VpceAccessRequired"]


def _is_in(address: str, ranges: Iterable[str]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # the connection did not tell: it is in no list
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network(each) for each in ranges)
