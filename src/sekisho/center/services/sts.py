"""STS: who the holder of role credentials is, and the roles that they may assume.

Source: the service model `sts`; `spec/identity-center.md` §3.7, §3.8, §3.10 to §3.12.
"""

import hmac
import re
from collections.abc import Mapping
from typing import Any, Never

from sekisho.center import audit, identity_context, rolekeys
from sekisho.center.directory.people import User
from sekisho.center.directory.principals import Principal, RoleKind
from sekisho.center.directory.roles import trust_in
from sekisho.center.identity_context import PROVIDER
from sekisho.center.limits import STS
from sekisho.center.protocol.call import Call, Serve
from sekisho.center.protocol.fault import Fault
from sekisho.center.rolekeys import AssumedRole, IssuedKey, role_id
from sekisho.center.services.arns import assumed_role_arn, partition, session_arn
from sekisho.center.services.signature import signer_of
from sekisho.center.services.throttling import refuse_haste

__all__ = [
    "OPERATIONS",
    "assume_role",
    "get_access_key_info",
    "get_caller_identity",
    "get_federation_token",
    "get_session_token",
    "not_authorized",
]

_SERVICE = "sts"
_DENIED, _INVALID = "AccessDenied", "ValidationError"
_ROLE_ARN = re.compile(r"arn:([a-z-]+):iam::([0-9]{1,20}):role/([!-~]+)")
_PATTERNS = {
    "RoleSessionName": r"[\w+=,.@-]*",
    "ExternalId": r"[\w+=,.@:\/-]*",
    "SourceIdentity": r"[\w+=,.@-]*",
    "SerialNumber": r"[\w+=/:,.@-]*",
    "TokenCode": r"[\d]*",
}
"""Those of the model that say more than "text", as it spells them."""
_NOT_SERVED = ("Policy", "PolicyArns")
_HOUR = 3600


def get_caller_identity(call: Call) -> Mapping[str, object]:
    """GetCallerIdentity (§3.7): needs a signature, and no permission."""
    key = _signer(call)
    behalf = {} if key.on_behalf_of is None else {"on_behalf_of": key.on_behalf_of}
    audit.record("identity.asked", user=key.user.name, access_key_id=key.access_key_id, **behalf)
    return {
        "UserId": f"{role_id(key.principal)}:{key.session_name}",
        "Account": key.principal.account_id,
        "Arn": session_arn(call.center, key),
    }


def assume_role(call: Call) -> Mapping[str, object]:
    """AssumeRole (§3.10): new credentials of an IAM role, for those whom it trusts.

    1. Who asks: a signature. There are no keys but those of roles, so this is role chaining.
    2. What is asked for is within the model's patterns, and within what is served: no policy is
       evaluated here, so those that would take something away again are refused; session tags
       are taken, and mean nothing.
    3. The trust list alone allows it. A role that does not trust the caller, one that is not
       there and a wrong external id are refused in the same words.
    4. A source identity, once set, cannot be changed further down the chain.
    5. An identity context has to be one of this center's, and to hold: it names the person on whose
       behalf the role is assumed, which is kept and logged. Whom the role trusts may also hand one in
       (at AWS that takes `sts:SetContext`, of which trust lists here know nothing).
    6. Role chaining gives an hour at the most (AWS IAM user guide, "Methods to assume a role").
    """
    key = _signer(call)  # 1
    _check_patterns(call.params)  # 2
    for name in _NOT_SERVED:
        if call.params.get(name):
            raise _denied(f"{name} is not served here")
    role = _role_in(call)
    _check_trust(call, key, role)  # 3
    inherited = None if key.assumed is None else key.assumed.source_identity  # 4
    source_identity = call.params.get("SourceIdentity", inherited)
    if inherited not in (None, source_identity):
        _refuse(call, key, "sts:SetSourceIdentity")
    assumed = AssumedRole(
        role.account_id,
        role.name,
        call.params["RoleSessionName"],
        source_identity,
        _on_behalf_of(call),  # 5
    )
    issued = rolekeys.assume(call.center, key, assumed, seconds=_seconds(call.params))  # 6
    return {
        "Credentials": {
            "AccessKeyId": issued.access_key_id,
            "SecretAccessKey": issued.secret_access_key.reveal(),
            "SessionToken": issued.session_token.reveal(),
            "Expiration": issued.expires_at,
        },
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role_id(role)}:{assumed.session_name}",
            "Arn": assumed_role_arn(call.center, role.account_id, role.name, assumed.session_name),
        },
        "SourceIdentity": source_identity,
    }


def get_access_key_info(call: Call) -> Mapping[str, object]:
    """GetAccessKeyInfo (§3.12): whose account a key id is of, whatever became of the key.

    The id itself tells it, so nobody learns here whether a key or an account exists. Only the
    keys of accounts without 12 digits have to be looked up.
    """
    key = _signer(call)
    asked = call.params["AccessKeyId"]
    account_id = rolekeys.account_id_in(asked)
    if account_id is None:
        known = rolekeys.key_of(call.center, asked)
        if known is None:
            raise _denied(
                f"User: {session_arn(call.center, key)} is not authorized to perform: sts:GetAccessKeyInfo"
            )
        account_id = known.principal.account_id
    return {"Account": account_id}


def get_session_token(call: Call) -> Mapping[str, object]:
    """GetSessionToken (§3.11): for long-term keys only, and there are none."""
    return _refuse_session_credentials(call, "GetSessionToken")


def get_federation_token(call: Call) -> Mapping[str, object]:
    """GetFederationToken (§3.11): for long-term keys only, and there are none."""
    return _refuse_session_credentials(call, "GetFederationToken")


def not_authorized(call: Call) -> Mapping[str, object]:
    """Refuse an operation that AWS has and nobody is allowed here (§3.11, §3.12)."""
    key = _signer(call)
    raise _denied(
        f"User: {session_arn(call.center, key)} is not authorized to perform this operation"
    )


OPERATIONS: Mapping[str, Serve] = {
    "GetCallerIdentity": get_caller_identity,
    "AssumeRole": assume_role,
    "GetAccessKeyInfo": get_access_key_info,
    "GetSessionToken": get_session_token,
    "GetFederationToken": get_federation_token,
}


def _signer(call: Call) -> IssuedKey:
    refuse_haste(call, STS, "Throttling")
    return signer_of(call.center, call.request, service=_SERVICE)


def _refuse_session_credentials(call: Call, operation: str) -> Never:
    _signer(call)
    raise _denied(f"Cannot call {operation} with session credentials")


def _check_patterns(params: Mapping[str, Any]) -> None:
    for name, pattern in _PATTERNS.items():
        value = params.get(name, "")
        if not re.fullmatch(pattern, value, re.ASCII):
            member = name[0].lower() + name[1:]
            raise Fault(
                _INVALID,
                f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
                f"constraint: Member must satisfy regular expression pattern: {pattern}",
            )


def _role_in(call: Call) -> Principal:
    found = _ROLE_ARN.fullmatch(call.params["RoleArn"])
    if found is None:
        raise Fault(_INVALID, "Request ARN is invalid")
    named, account_id, name = found.groups()
    # Roles have no path here, and a name with a slash in it is in no trust list.
    there = named == partition(call.center)
    return Principal(account_id, RoleKind.ROLE, name if there else "")


def _check_trust(call: Call, key: IssuedKey, role: Principal) -> None:
    trust = trust_in(call.center, role, key.principal)
    if trust is None:
        _refuse(call, key, "sts:AssumeRole")
    if trust.external_id is not None:
        given = str(call.params.get("ExternalId", ""))
        if not hmac.compare_digest(given.encode(), trust.external_id.encode()):
            _refuse(call, key, "sts:AssumeRole")
    if "SerialNumber" in call.params or "TokenCode" in call.params:
        # Devices belong to IAM users at AWS, too: nobody who comes with a role has one.
        raise _denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")


def _on_behalf_of(call: Call) -> User | None:
    """Return whom the identity context of the request names; `None` when it has none."""
    provided = call.params.get("ProvidedContexts") or ()
    if not provided:
        return None
    if len(provided) > 1:
        raise Fault(_INVALID, "ProvidedContexts has more than one context of one provider")
    (one,) = provided
    if one.get("ProviderArn") != f"arn:{partition(call.center)}:iam::aws:{PROVIDER}":
        raise Fault(_INVALID, "ProvidedContexts names no context provider that is known here")
    context = identity_context.context_of(call.center, one.get("ContextAssertion", ""))
    if context is None:
        raise Fault(
            "ExpiredTokenException", "The context assertion is expired, or it is not valid here"
        )
    audit.record(
        "context.provided",
        user=context.user.name,
        application=context.application,
        sign_in=context.sign_in_id,
    )
    return context.user


def _seconds(params: Mapping[str, Any]) -> int:
    seconds = int(params.get("DurationSeconds", _HOUR))
    if seconds > _HOUR:
        raise Fault(
            _INVALID,
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
            "by role chaining",
        )
    return seconds


def _refuse(call: Call, key: IssuedKey, action: str) -> Never:
    raise _denied(
        f"User: {session_arn(call.center, key)} is not authorized to perform: {action} "
        f"on resource: {call.params['RoleArn']}"
    )


def _denied(message: str) -> Fault:
    return Fault(_DENIED, message, status=403)
