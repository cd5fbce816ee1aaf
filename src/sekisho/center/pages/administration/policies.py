"""What a permission set allows, policy by policy, and bringing that to the accounts that have it."""

from starlette.responses import Response

from sekisho.center.pages.administration.forms import wrong_with
from sekisho.center.pages.administration.guard import done
from sekisho.center.pages.administration.permission_sets import set_arn, set_row, show_set
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import Errand, errand
from sekisho.center.sessions import Session

__all__ = ["act", "page"]

_FIELDS = {
    "ManagedPolicyArn": "policy",
    "CustomerManagedPolicyReference.Name": "policy",
    "CustomerManagedPolicyReference.Path": "policy",
    "InlinePolicy": "inline",
    "PermissionsBoundary.ManagedPolicyArn": "boundary",
    "PermissionsBoundary.CustomerManagedPolicyReference.Name": "boundary",
    "PermissionsBoundary.CustomerManagedPolicyReference.Path": "boundary",
}


def page(visit: Visit, _session: Session) -> Response:
    """Show a permission set."""
    return show_set(visit)


def act(visit: Visit, session: Session) -> Response:
    """Add or remove a policy, or provision what was changed."""
    with visit.center.database.reading() as connection:
        row = set_row(connection, visit)
    try:
        with errand(visit.center, session.user) as do:
            said = _done(do, visit, set_arn(visit.center, row.id))
    except Fault as fault:
        return show_set(visit, wrong_with(fault, _FIELDS))
    return done(visit, f"{HOME}/permission-sets/{row.id}", said)


def _done(do: Errand, visit: Visit, arn: str) -> str:
    """Do what the form asks for; return the text that says so."""
    policy = visit.form.get("policy", "").strip()
    match visit.form.get("act"):
        case "attach" if policy.startswith("arn:"):
            do("AttachManagedPolicyToPermissionSet", PermissionSetArn=arn, ManagedPolicyArn=policy)
        case "attach":
            do(
                "AttachCustomerManagedPolicyReferenceToPermissionSet",
                PermissionSetArn=arn,
                CustomerManagedPolicyReference=_reference(policy),
            )
        case "detach" if policy.startswith("arn:"):
            do(
                "DetachManagedPolicyFromPermissionSet",
                PermissionSetArn=arn,
                ManagedPolicyArn=policy,
            )
        case "detach":
            do(
                "DetachCustomerManagedPolicyReferenceFromPermissionSet",
                PermissionSetArn=arn,
                CustomerManagedPolicyReference=_reference(policy),
            )
        case "inline":
            _put_inline(do, visit.form.get("inline", "").strip(), arn)
        case "boundary":
            _put_boundary(do, visit.form.get("boundary", "").strip(), arn)
        case "provision":
            everywhere = "ALL_PROVISIONED_ACCOUNTS"
            do("ProvisionPermissionSet", PermissionSetArn=arn, TargetType=everywhere)
            return "provisioned"
        case _:
            return "nothing"
    return "set_changed"


def _put_inline(do: Errand, policy: str, arn: str) -> None:
    if policy:
        do("PutInlinePolicyToPermissionSet", PermissionSetArn=arn, InlinePolicy=policy)
    else:
        do("DeleteInlinePolicyFromPermissionSet", PermissionSetArn=arn)


def _put_boundary(do: Errand, policy: str, arn: str) -> None:
    if not policy:
        do("DeletePermissionsBoundaryFromPermissionSet", PermissionSetArn=arn)
        return
    boundary: dict[str, object] = {"CustomerManagedPolicyReference": _reference(policy)}
    if policy.startswith("arn:"):
        boundary = {"ManagedPolicyArn": policy}
    do(
        "PutPermissionsBoundaryToPermissionSet",
        PermissionSetArn=arn,
        PermissionsBoundary=boundary,
    )


def _reference(policy: str) -> dict[str, str]:
    """A policy of the account's own by path and name: `/team/Billing`, or the name alone."""
    path, _, name = policy.rpartition("/")
    return {"Name": name, "Path": f"{path}/" if path or policy.startswith("/") else "/"}
