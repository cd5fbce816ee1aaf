"""Permission sets and assignments, by botocore's own client; the access portal sees them at once."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.center.administration.conftest import Clients
from tests.unit.center.scene import ADMIN, DEV, OTHER, PERSON, STG, VIEW, World

ACCOUNT = "111122223333"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.fixture
def client(clients: Clients) -> Any:
    return clients("sso-admin")


def refusal(call: Any, **parameters: object) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    code: str = refused.value.response["Error"]["Code"]
    return code


def created(client: Any, instance: str, name: str = "Auditor", **more: object) -> str:
    arn: str = client.create_permission_set(InstanceArn=instance, Name=name, **more)[
        "PermissionSet"
    ]["PermissionSetArn"]
    return arn


def named(client: Any, instance: str, name: str) -> str:
    """The ARN of a permission set of the directory file."""
    arns = client.list_permission_sets(InstanceArn=instance)["PermissionSets"]
    described = {
        client.describe_permission_set(InstanceArn=instance, PermissionSetArn=arn)["PermissionSet"][
            "Name"
        ]: arn
        for arn in arns
    }
    return str(described[name])


def person(world: World, name: str = OTHER) -> str:
    return world.signed_in(name).user.id


def assignment(instance: str, permission_set: str, principal: str, kind: str = "USER") -> Any:
    return {
        "InstanceArn": instance,
        "TargetId": ACCOUNT,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": permission_set,
        "PrincipalType": kind,
        "PrincipalId": principal,
    }


def roles(world: World, name: str = OTHER, account: str = ACCOUNT) -> list[str]:
    """What the access portal offers to a person."""
    token = world.token_by_device(world.device_client(), world.signed_in(name))["accessToken"]
    answer = world.portal(f"/assignment/roles?account_id={account}", token)
    return [role["roleName"] for role in answer.json().get("roleList", [])]


def test_the_instance_is_the_centers_own(client: Any, instance: str, world: World) -> None:
    client.update_instance(InstanceArn=instance, Name="hoge")
    found = client.describe_instance(InstanceArn=instance)

    assert instance == f"arn:aws:sso:::instance/{world.center.instance.id}"
    assert found["IdentityStoreId"] == world.center.instance.identity_store_id
    assert (found["Name"], found["Status"]) == ("hoge", "ACTIVE")


def test_a_permission_set_is_described_as_created_and_updated(client: Any, instance: str) -> None:
    arn = created(client, instance, Description="looks", SessionDuration="PT2H30M")
    before = client.describe_permission_set(InstanceArn=instance, PermissionSetArn=arn)
    client.update_permission_set(
        InstanceArn=instance, PermissionSetArn=arn, SessionDuration="PT8H", RelayState="https://x"
    )
    after = client.describe_permission_set(InstanceArn=instance, PermissionSetArn=arn)

    assert before["PermissionSet"]["SessionDuration"] == "PT2H30M"
    assert after["PermissionSet"]["SessionDuration"] == "PT8H"
    assert after["PermissionSet"]["Description"] == "looks"
    assert after["PermissionSet"]["RelayState"] == "https://x"


@pytest.mark.parametrize("duration", ["PT0H", "PT13H", "P1D", "1h", "PT30M"])
def test_a_duration_that_no_session_has_is_refused(
    client: Any, instance: str, duration: str
) -> None:
    code = refusal(
        client.create_permission_set, InstanceArn=instance, Name="X", SessionDuration=duration
    )

    assert code == "ValidationException"


def test_a_name_that_is_taken_is_a_conflict(client: Any, instance: str) -> None:
    assert refusal(client.create_permission_set, InstanceArn=instance, Name=ADMIN) == (
        "ConflictException"
    )


def test_who_is_assigned_a_role_gets_it_and_who_is_not_any_more_does_not(
    client: Any, instance: str, world: World
) -> None:
    new = assignment(instance, created(client, instance), person(world))
    status = client.create_account_assignment(**new)["AccountAssignmentCreationStatus"]
    seen = client.describe_account_assignment_creation_status(
        InstanceArn=instance, AccountAssignmentCreationRequestId=status["RequestId"]
    )["AccountAssignmentCreationStatus"]
    with_it = roles(world)
    gone = client.delete_account_assignment(**new)["AccountAssignmentDeletionStatus"]
    seen_gone = client.describe_account_assignment_deletion_status(
        InstanceArn=instance, AccountAssignmentDeletionRequestId=gone["RequestId"]
    )["AccountAssignmentDeletionStatus"]

    assert (status["Status"], seen["Status"]) == ("IN_PROGRESS", "SUCCEEDED")
    assert (seen["TargetId"], seen["PrincipalId"]) == (ACCOUNT, new["PrincipalId"])
    assert with_it == ["Auditor"]
    assert seen_gone["Status"] == "SUCCEEDED"
    assert roles(world) == []


def test_the_duration_of_a_permission_set_is_that_of_its_credentials(
    client: Any, instance: str, world: World
) -> None:
    arn = created(client, instance, SessionDuration="PT4H")
    client.create_account_assignment(**assignment(instance, arn, person(world)))
    token = world.token_by_device(world.device_client(), world.signed_in(OTHER))["accessToken"]
    answer = world.portal(
        f"/federation/credentials?account_id={ACCOUNT}&role_name=Auditor", token
    ).json()

    expires = answer["roleCredentials"]["expiration"] / 1000
    assert expires == pytest.approx(world.clock.now().timestamp() + 4 * 3600, abs=2)


def test_assigning_twice_is_as_good_as_once(client: Any, instance: str, world: World) -> None:
    new = assignment(instance, created(client, instance), person(world))
    client.create_account_assignment(**new)
    client.create_account_assignment(**new)
    found = client.list_account_assignments(
        InstanceArn=instance, AccountId=ACCOUNT, PermissionSetArn=new["PermissionSetArn"]
    )["AccountAssignments"]

    assert [each["PrincipalId"] for each in found] == [new["PrincipalId"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"TargetId": "999988887777"},
        {"PrincipalId": "00000000-0000-4000-8000-000000000000"},
        {
            "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-0000000000000000/ps-0000000000000000"
        },
        {"InstanceArn": "arn:aws:sso:::instance/ssoins-0000000000000000"},
        {"PrincipalType": "GROUP"},
    ],
)
def test_what_is_not_there_cannot_be_assigned(
    client: Any, instance: str, world: World, changed: dict[str, str]
) -> None:
    new = assignment(instance, created(client, instance), person(world))

    assert refusal(client.create_account_assignment, **{**new, **changed}) == (
        "ResourceNotFoundException"
    )


def test_a_users_list_has_what_their_groups_have(client: Any, instance: str, world: World) -> None:
    found = client.list_account_assignments_for_principal(
        InstanceArn=instance, PrincipalType="USER", PrincipalId=person(world, PERSON)
    )["AccountAssignments"]
    of_dev = client.list_account_assignments_for_principal(
        InstanceArn=instance,
        PrincipalType="USER",
        PrincipalId=person(world, PERSON),
        MaxResults=1,
    )

    kinds = {(each["AccountId"], each["PrincipalType"]) for each in found}
    assert {(DEV, "USER"), (DEV, "GROUP"), (STG, "GROUP")} <= kinds
    assert len(of_dev["AccountAssignments"]) == 1
    assert of_dev["NextToken"]


def test_a_permission_set_that_somebody_has_is_not_deleted(client: Any, instance: str) -> None:
    arn = named(client, instance, VIEW)
    code = refusal(client.delete_permission_set, InstanceArn=instance, PermissionSetArn=arn)

    assert code == "ConflictException"


def test_one_that_nobody_has_is(client: Any, instance: str) -> None:
    arn = created(client, instance, Tags=[{"Key": "team", "Value": "guards"}])
    client.delete_permission_set(InstanceArn=instance, PermissionSetArn=arn)

    assert (
        refusal(client.describe_permission_set, InstanceArn=instance, PermissionSetArn=arn)
        == "ResourceNotFoundException"
    )


def test_a_change_reaches_an_account_when_it_is_provisioned(client: Any, instance: str) -> None:
    arn = named(client, instance, VIEW)
    this = {"InstanceArn": instance, "PermissionSetArn": arn}

    def accounts(status: str) -> list[str]:
        found: list[str] = client.list_accounts_for_provisioned_permission_set(
            **this, ProvisioningStatus=status
        )["AccountIds"]
        return found

    client.attach_managed_policy_to_permission_set(**this, ManagedPolicyArn=READ_ONLY)
    outdated = accounts("LATEST_PERMISSION_SET_NOT_PROVISIONED")
    status = client.provision_permission_set(**this, TargetType="ALL_PROVISIONED_ACCOUNTS")[
        "PermissionSetProvisioningStatus"
    ]
    seen = client.describe_permission_set_provisioning_status(
        InstanceArn=instance, ProvisionPermissionSetRequestId=status["RequestId"]
    )["PermissionSetProvisioningStatus"]

    assert set(outdated) == {DEV, STG, ACCOUNT}
    assert seen["Status"] == "SUCCEEDED"
    assert accounts("LATEST_PERMISSION_SET_NOT_PROVISIONED") == []
    assert set(accounts("LATEST_PERMISSION_SET_PROVISIONED")) == {DEV, STG, ACCOUNT}


def test_an_accounts_permission_sets_are_listed(client: Any, instance: str) -> None:
    found = client.list_permission_sets_provisioned_to_account(
        InstanceArn=instance, AccountId=ACCOUNT
    )["PermissionSets"]

    assert found == [named(client, instance, VIEW)]


def test_an_account_id_of_another_length_is_one_where_the_directory_has_it(
    client: Any, instance: str
) -> None:
    found = client.list_permission_sets_provisioned_to_account(InstanceArn=instance, AccountId=DEV)[
        "PermissionSets"
    ]
    words = {"InstanceArn": instance, "AccountId": "twelve-chars"}

    assert len(found) == 2
    assert refusal(client.list_permission_sets_provisioned_to_account, **words) == (
        "ValidationException"
    )


def test_managed_policies_are_attached_listed_and_detached(client: Any, instance: str) -> None:
    this = {"InstanceArn": instance, "PermissionSetArn": created(client, instance)}
    client.attach_managed_policy_to_permission_set(**this, ManagedPolicyArn=READ_ONLY)
    again = refusal(
        client.attach_managed_policy_to_permission_set, **this, ManagedPolicyArn=READ_ONLY
    )
    found = client.list_managed_policies_in_permission_set(**this)["AttachedManagedPolicies"]
    client.detach_managed_policy_from_permission_set(**this, ManagedPolicyArn=READ_ONLY)

    assert again == "ConflictException"
    assert found == [{"Name": "ReadOnlyAccess", "Arn": READ_ONLY}]
    assert client.list_managed_policies_in_permission_set(**this)["AttachedManagedPolicies"] == []


def test_customers_policies_are_attached_listed_and_detached(client: Any, instance: str) -> None:
    this = {"InstanceArn": instance, "PermissionSetArn": created(client, instance)}
    reference = {"Name": "guards", "Path": "/hakone/"}
    given = {**this, "CustomerManagedPolicyReference": reference}
    client.attach_customer_managed_policy_reference_to_permission_set(**given)
    found = client.list_customer_managed_policy_references_in_permission_set(**this)
    client.detach_customer_managed_policy_reference_from_permission_set(**given)
    after = client.list_customer_managed_policy_references_in_permission_set(**this)

    assert found["CustomerManagedPolicyReferences"] == [reference]
    assert after["CustomerManagedPolicyReferences"] == []


def test_an_inline_policy_and_a_boundary_are_put_got_and_deleted(
    client: Any, instance: str
) -> None:
    this = {"InstanceArn": instance, "PermissionSetArn": created(client, instance)}
    policy, boundary = '{"Version": "2012-10-17", "Statement": []}', {"ManagedPolicyArn": READ_ONLY}
    empty = client.get_inline_policy_for_permission_set(**this)["InlinePolicy"]
    client.put_inline_policy_to_permission_set(**this, InlinePolicy=policy)
    client.put_permissions_boundary_to_permission_set(**this, PermissionsBoundary=boundary)
    found = client.get_inline_policy_for_permission_set(**this)["InlinePolicy"]
    bound = client.get_permissions_boundary_for_permission_set(**this)["PermissionsBoundary"]
    client.delete_inline_policy_from_permission_set(**this)
    client.delete_permissions_boundary_from_permission_set(**this)

    assert (empty, found, bound) == ("", policy, boundary)
    assert client.get_inline_policy_for_permission_set(**this)["InlinePolicy"] == ""
    assert (
        refusal(client.get_permissions_boundary_for_permission_set, **this)
        == "ResourceNotFoundException"
    )


def test_a_policy_that_is_no_json_is_refused(client: Any, instance: str) -> None:
    this = {"InstanceArn": instance, "PermissionSetArn": created(client, instance)}

    assert refusal(client.put_inline_policy_to_permission_set, **this, InlinePolicy="{") == (
        "ValidationException"
    )


def test_tags_are_put_changed_listed_and_taken_away(client: Any, instance: str) -> None:
    arn = created(client, instance, Tags=[{"Key": "team", "Value": "guards"}])
    this = {"InstanceArn": instance, "ResourceArn": arn}
    client.tag_resource(
        **this, Tags=[{"Key": "team", "Value": "gate"}, {"Key": "stage", "Value": "dev"}]
    )
    both = client.list_tags_for_resource(**this)["Tags"]
    client.untag_resource(**this, TagKeys=["stage", "nonsense"])

    assert both == [{"Key": "stage", "Value": "dev"}, {"Key": "team", "Value": "gate"}]
    assert client.list_tags_for_resource(**this)["Tags"] == [{"Key": "team", "Value": "gate"}]


def test_requests_are_listed_by_their_status(client: Any, instance: str, world: World) -> None:
    new = assignment(instance, created(client, instance), person(world))
    status = client.create_account_assignment(**new)["AccountAssignmentCreationStatus"]
    done = client.list_account_assignment_creation_status(
        InstanceArn=instance, Filter={"Status": "SUCCEEDED"}
    )["AccountAssignmentsCreationStatus"]
    failed = client.list_account_assignment_creation_status(
        InstanceArn=instance, Filter={"Status": "FAILED"}
    )["AccountAssignmentsCreationStatus"]

    assert [each["RequestId"] for each in done] == [status["RequestId"]]
    assert failed == []


def test_who_does_not_administer_is_refused(clients: Clients) -> None:
    assert refusal(clients("sso-admin", OTHER).list_instances) == "AccessDeniedException"
