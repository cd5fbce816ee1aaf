"""The identity store, by botocore's own client; what it changes is seen by the sign-in."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sekisho.center.directory import people, roster
from sekisho.center.directory.assignments import is_assigned
from tests.unit.center.administration.conftest import Clients
from tests.unit.center.scene import ADMIN, DEV, OTHER, PASSWORD, PERSON, World


@pytest.fixture
def store(world: World) -> str:
    return world.center.instance.identity_store_id


@pytest.fixture
def client(clients: Clients) -> Any:
    return clients("identitystore")


def refusal(call: Any, **parameters: object) -> dict[str, Any]:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    answer: dict[str, Any] = refused.value.response
    return answer


def user_id(client: Any, store: str, name: str = PERSON) -> str:
    wanted = {"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": name}}
    found: str = client.get_user_id(IdentityStoreId=store, AlternateIdentifier=wanted)["UserId"]
    return found


def group_id(client: Any, store: str, name: str = "engineers") -> str:
    wanted = {"UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": name}}
    found: str = client.get_group_id(IdentityStoreId=store, AlternateIdentifier=wanted)["GroupId"]
    return found


WHOLE = {
    "UserName": "new@hoge.com",
    "DisplayName": "関 所子",
    "Name": {"GivenName": "所子", "FamilyName": "関", "Formatted": "関 所子"},
    "Emails": [{"Value": "new@hoge.com", "Type": "work", "Primary": True}],
    "Addresses": [{"Country": "JP", "Locality": "箱根"}],
    "PhoneNumbers": [{"Value": "+81-0-0000-0000"}],
    "Title": "gatekeeper",
    "Timezone": "Asia/Tokyo",
}


def test_a_user_is_described_as_created(client: Any, store: str) -> None:
    made = client.create_user(IdentityStoreId=store, **WHOLE)
    found = client.describe_user(IdentityStoreId=store, UserId=made["UserId"])

    assert {name: found[name] for name in WHOLE} == WHOLE
    assert found["UserStatus"] == "ENABLED"
    assert found["UserArn"] == made["UserArn"]


def test_who_was_created_and_given_a_password_signs_in(
    client: Any, store: str, world: World
) -> None:
    client.create_user(IdentityStoreId=store, UserName="new@hoge.com", DisplayName="New")
    roster.set_password(
        world.center.database,
        "new@hoge.com",
        PASSWORD,
        keep_sessions=False,
        hasher=world.center.hasher,
        now=world.center.now(),
    )

    assert isinstance(people.authenticate(world.center, "new@hoge.com", PASSWORD), people.User)


def test_a_name_that_is_taken_is_a_conflict(client: Any, store: str) -> None:
    answer = refusal(client.create_user, IdentityStoreId=store, UserName=PERSON)

    assert answer["Error"]["Code"] == "ConflictException"
    assert answer["Reason"] == "UNIQUENESS_CONSTRAINT_VIOLATION"


def test_a_user_is_found_by_email_and_by_external_id(client: Any, store: str) -> None:
    made = client.create_user(IdentityStoreId=store, **WHOLE)["UserId"]
    external = {"Issuer": "https://idp.example.com", "Id": "42"}
    client.update_user(
        IdentityStoreId=store,
        UserId=made,
        Operations=[
            {
                "AttributePath": "externalIds",
                "AttributeValue": [{"issuer": external["Issuer"], "id": "42"}],
            }
        ],
    )
    by_email = {"AttributePath": "emails.value", "AttributeValue": "new@hoge.com"}

    for wanted in ({"UniqueAttribute": by_email}, {"ExternalId": external}):
        found = client.get_user_id(IdentityStoreId=store, AlternateIdentifier=wanted)
        assert found["UserId"] == made


def test_an_update_changes_what_it_names_and_takes_away_what_has_no_value(
    client: Any, store: str
) -> None:
    made = client.create_user(IdentityStoreId=store, **WHOLE)["UserId"]
    client.update_user(
        IdentityStoreId=store,
        UserId=made,
        Operations=[
            {"AttributePath": "displayName", "AttributeValue": "Seki Tokoroko"},
            {"AttributePath": "name.familyName", "AttributeValue": "Seki"},
            {"AttributePath": "emails", "AttributeValue": [{"value": "other@hoge.com"}]},
            {"AttributePath": "title"},
        ],
    )
    found = client.describe_user(IdentityStoreId=store, UserId=made)

    assert found["DisplayName"] == "Seki Tokoroko"
    assert found["Name"] == {**WHOLE["Name"], "FamilyName": "Seki"}  # type: ignore[dict-item]
    assert found["Emails"] == [{"Value": "other@hoge.com"}]
    assert "Title" not in found
    assert found["Revision"] == "2"


@pytest.mark.parametrize(
    "path, value",
    [("userName", "not a name"), ("nonsense", "x"), ("emails", "x"), ("emails.value", "x")],
)
def test_an_update_that_makes_no_sense_changes_nothing(
    client: Any, store: str, path: str, value: str
) -> None:
    made = client.create_user(IdentityStoreId=store, **WHOLE)["UserId"]
    operations = [
        {"AttributePath": "title", "AttributeValue": "traveller"},
        {"AttributePath": path, "AttributeValue": value},
    ]

    answer = refusal(client.update_user, IdentityStoreId=store, UserId=made, Operations=operations)

    assert answer["Error"]["Code"] == "ValidationException"
    assert client.describe_user(IdentityStoreId=store, UserId=made)["Title"] == "gatekeeper"


def test_who_is_deleted_is_signed_out_and_gone(clients: Clients, store: str, world: World) -> None:
    client = clients("identitystore")
    session = world.signed_in(OTHER)
    token = world.token_by_device(world.device_client(), session)["accessToken"]

    client.delete_user(IdentityStoreId=store, UserId=user_id(client, store, OTHER))

    assert world.portal("/assignment/accounts", token).status == 401
    assert people.authenticate(world.center, OTHER, PASSWORD) is None
    wanted = {"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": OTHER}}
    answer = refusal(client.get_user_id, IdentityStoreId=store, AlternateIdentifier=wanted)
    assert answer["Error"]["Code"] == "ResourceNotFoundException"
    assert answer["ResourceType"] == "USER"


def test_who_is_taken_out_of_a_group_loses_its_roles_at_once(
    client: Any, store: str, world: World
) -> None:
    made = client.create_user(IdentityStoreId=store, UserName="new@hoge.com")["UserId"]
    member = {"UserId": made}
    group = group_id(client, store)
    added = client.create_group_membership(IdentityStoreId=store, GroupId=group, MemberId=member)

    before = is_assigned(world.center, made, DEV, ADMIN)
    client.delete_group_membership(IdentityStoreId=store, MembershipId=added["MembershipId"])

    assert before
    assert not is_assigned(world.center, made, DEV, ADMIN)


def test_memberships_are_found_from_both_sides(client: Any, store: str) -> None:
    group, member = group_id(client, store), {"UserId": user_id(client, store)}
    of_group = client.list_group_memberships(IdentityStoreId=store, GroupId=group)
    of_member = client.list_group_memberships_for_member(IdentityStoreId=store, MemberId=member)
    found = client.get_group_membership_id(IdentityStoreId=store, GroupId=group, MemberId=member)
    described = client.describe_group_membership(
        IdentityStoreId=store, MembershipId=found["MembershipId"]
    )
    asked = client.is_member_in_groups(IdentityStoreId=store, MemberId=member, GroupIds=[group])

    assert of_group["GroupMemberships"] == of_member["GroupMemberships"]
    assert described["MemberId"] == member
    assert described["GroupId"] == group
    assert [each["MembershipExists"] for each in asked["Results"]] == [True]


def test_a_group_is_changed_and_deleted(client: Any, store: str) -> None:
    made = client.create_group(IdentityStoreId=store, DisplayName="guards", Description="at night")
    operations = [{"AttributePath": "displayName", "AttributeValue": "gatekeepers"}]
    client.update_group(IdentityStoreId=store, GroupId=made["GroupId"], Operations=operations)
    found = client.describe_group(IdentityStoreId=store, GroupId=made["GroupId"])
    client.delete_group(IdentityStoreId=store, GroupId=made["GroupId"])

    assert (found["DisplayName"], found["Description"]) == ("gatekeepers", "at night")
    answer = refusal(client.describe_group, IdentityStoreId=store, GroupId=made["GroupId"])
    assert answer["Error"]["Code"] == "ResourceNotFoundException"


def test_lists_come_in_pages_and_a_token_is_good_for_its_list_alone(
    client: Any, store: str
) -> None:
    names = [f"traveller-{number}@hoge.com" for number in range(5)]
    for name in names:
        client.create_user(IdentityStoreId=store, UserName=name)
    pages = list(
        client.get_paginator("list_users").paginate(
            IdentityStoreId=store, PaginationConfig={"PageSize": 2}
        )
    )
    found = [user["UserName"] for each in pages for user in each["Users"]]
    token = pages[0]["NextToken"]

    assert len(pages) == 4
    assert len(found) == len(set(found)) == 8
    assert set(names) <= set(found)
    answer = refusal(client.list_groups, IdentityStoreId=store, NextToken=token)
    assert answer["Error"]["Code"] == "ValidationException"


def test_a_user_is_found_by_a_filter(client: Any, store: str) -> None:
    wanted = [{"AttributePath": "UserName", "AttributeValue": PERSON}]
    found = client.list_users(IdentityStoreId=store, Filters=wanted)["Users"]

    assert [user["UserName"] for user in found] == [PERSON]


def test_another_identity_store_is_not_found(client: Any) -> None:
    answer = refusal(client.list_users, IdentityStoreId="d-0000000000")

    assert answer["Error"]["Code"] == "ResourceNotFoundException"
    assert answer["ResourceType"] == "IDENTITY_STORE"


def test_who_is_in_no_administering_group_is_refused(clients: Clients, store: str) -> None:
    answer = refusal(clients("identitystore", OTHER).list_users, IdentityStoreId=store)

    assert answer["Error"]["Code"] == "AccessDeniedException"


def test_an_administrator_who_is_disabled_is_refused_at_once(
    clients: Clients, store: str, world: World
) -> None:
    client = clients("identitystore")
    roster.disable(world.center.database, PERSON, now=world.center.now())

    assert refusal(client.list_users, IdentityStoreId=store)["Error"]["Code"] == (
        "AccessDeniedException"
    )


def test_whoever_does_not_sign_is_refused(world: World, store: str) -> None:
    answer = world.send(
        "POST",
        "/",
        json.dumps({"IdentityStoreId": store}).encode(),
        **{
            "X-Amz-Target": "AWSIdentityStore.ListUsers",
            "Content-Type": "application/x-amz-json-1.1",
        },
    )

    assert answer.status == 400
    assert answer.json()["__type"] == "MissingAuthenticationTokenException"
