"""The roles that somebody may have credentials of, as trust lists name them."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Principal", "RoleKind"]


class RoleKind(StrEnum):
    """What a principal's name is the name of."""

    PERMISSION_SET = "permission_set"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Principal:
    """A role that somebody has credentials of."""

    account_id: str
    kind: RoleKind
    name: str
