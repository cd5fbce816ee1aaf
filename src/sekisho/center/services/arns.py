"""How AWS names whoever holds role credentials (§3.8)."""

from sekisho.center.center import Center
from sekisho.center.directory.principals import RoleKind
from sekisho.center.rolekeys import IssuedKey

__all__ = ["assumed_role_arn", "partition", "role_arn", "session_arn"]

_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
_NO_REGION_IN_PATH = "us-east-1"


def session_arn(center: Center, key: IssuedKey) -> str:
    """Return the ARN of the role session: what GetCallerIdentity says."""
    return assumed_role_arn(center, key.principal.account_id, key.role_name, key.session_name)


def assumed_role_arn(center: Center, account_id: str, role: str, session_name: str) -> str:
    """Return the ARN of a session of an IAM role."""
    return f"arn:{partition(center)}:sts::{account_id}:assumed-role/{role}/{session_name}"


def role_arn(center: Center, key: IssuedKey) -> str:
    """Return the ARN of the IAM role, with the path that the roles of permission sets have.

    The path names the Region, but for us-east-1 (IAM Identity Center user guide, "Referencing
    permission sets in resource policies").
    """
    path = ""
    if key.principal.kind is RoleKind.PERMISSION_SET:
        region = center.instance.region
        path = "aws-reserved/sso.amazonaws.com/"
        path += "" if region == _NO_REGION_IN_PATH else f"{region}/"
    return f"arn:{partition(center)}:iam::{key.principal.account_id}:role/{path}{key.role_name}"


def partition(center: Center) -> str:
    """Return the partition of the instance's Region."""
    region = center.instance.region
    return next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws")
