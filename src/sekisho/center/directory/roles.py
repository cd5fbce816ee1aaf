"""IAM roles that may be assumed, and whom they trust. Nobody is trusted by default."""

from dataclasses import dataclass

from sqlalchemy import select

from sekisho.center.center import Center
from sekisho.center.directory.principals import Principal, RoleKind
from sekisho.center.storage.tables import role_trusts

__all__ = ["Trust", "trust_in"]


@dataclass(frozen=True, slots=True)
class Trust:
    """One entry of a role's trust list: it lets one principal assume the role."""

    external_id: str | None
    """What has to be given along; `None` where nothing is asked for."""


def trust_in(center: Center, role: Principal, principal: Principal) -> Trust | None:
    """Return the entry of `role`'s trust list for `principal`.

    `None` when it has none, when there is no such role, and for the role of a permission set:
    those trust nobody but IAM Identity Center itself.
    """
    if role.kind is not RoleKind.ROLE:
        return None
    query = select(role_trusts.c.external_id).where(
        role_trusts.c.account_id == role.account_id,
        role_trusts.c.role == role.name,
        role_trusts.c.trusted_account_id == principal.account_id,
        role_trusts.c.trusted_kind == principal.kind.value,
        role_trusts.c.trusted_name == principal.name,
    )
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Trust(row.external_id)
