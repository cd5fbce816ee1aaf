"""STS: who the holder of role credentials is.

Source: the service model `sts`; `spec/identity-center.md` §3.7, §3.8.
"""

from collections.abc import Mapping

from sekisho.center.protocol.call import Call, Serve
from sekisho.center.protocol.fault import Fault
from sekisho.center.rolekeys import IssuedKey, iam_role_name
from sekisho.center.services.signature import signer_of

__all__ = ["OPERATIONS", "get_caller_identity", "not_authorized"]

_SERVICE = "sts"
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}


def get_caller_identity(call: Call) -> Mapping[str, object]:
    """GetCallerIdentity (§3.7): needs a signature, and no permission."""
    key = signer_of(call.center, call.request, service=_SERVICE)
    return {
        "UserId": f"{key.role_id}:{key.user.name}",
        "Account": key.account_id,
        "Arn": _arn(call, key),
    }


def not_authorized(call: Call) -> Mapping[str, object]:
    """Refuse an operation that AWS has and nobody is allowed here (§3.11, §3.12)."""
    key = signer_of(call.center, call.request, service=_SERVICE)
    raise Fault(
        "AccessDenied",
        f"User: {_arn(call, key)} is not authorized to perform this operation",
        status=403,
    )


OPERATIONS: Mapping[str, Serve] = {"GetCallerIdentity": get_caller_identity}


def _arn(call: Call, key: IssuedKey) -> str:
    region = call.center.instance.region
    partition = next(
        (name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws"
    )
    role = iam_role_name(key.account_id, key.permission_set)
    return f"arn:{partition}:sts::{key.account_id}:assumed-role/{role}/{key.user.name}"
