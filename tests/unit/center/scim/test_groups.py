"""Groups by SCIM: who is in them is changed, asked for by filters, and never told."""

from typing import Any

import pytest

from tests.unit.center.scim.conftest import Provider, refused


@pytest.fixture
def nene(provider: Provider) -> str:
    return str(provider.create()["id"])


@pytest.fixture
def mio(provider: Provider) -> str:
    return str(provider.create(userName="mio@hoge.com", externalId="00u2")["id"])


def test_a_group_is_told_with_no_members_and_asked_with_a_filter(
    provider: Provider, nene: str, mio: str
) -> None:
    body = {"displayName": "makers", "externalId": "g1", "members": [{"value": nene}]}
    answer = provider.send("POST", "/Groups", body)
    made = answer.json()

    assert answer.status == 201
    assert (made["displayName"], made["externalId"], made["members"]) == ("makers", "g1", [])
    assert provider.get(f"/Groups/{made['id']}") == made
    assert provider.is_member(made["id"], nene)
    assert not provider.is_member(made["id"], mio)
    theirs = provider.get("/Groups", filter=f'members eq "{nene}"')
    assert [group["id"] for group in theirs["Resources"]] == [made["id"]]


CHANGES: dict[str, tuple[Any, Any]] = {
    "a list": (
        lambda user: {"op": "add", "path": "members", "value": [{"value": user}]},
        lambda user: {"op": "remove", "path": "members", "value": [{"value": user}]},
    ),
    "as Entra ID": (
        lambda user: {"op": "Add", "path": "members", "value": [{"$ref": None, "value": user}]},
        lambda user: {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": user}]},
    ),
    "as Okta": (
        lambda user: {"op": "add", "value": {"members": [{"value": user, "display": "Nene"}]}},
        lambda user: {"op": "remove", "path": f'members[value eq "{user}"]'},
    ),
    "one and no list": (
        lambda user: {"op": "add", "path": "members", "value": {"value": user, "type": "User"}},
        lambda user: {"op": "remove", "path": "members", "value": {"value": user}},
    ),
}


@pytest.mark.parametrize("way", CHANGES)
def test_members_come_and_go_as_providers_say(provider: Provider, nene: str, way: str) -> None:
    come, go = CHANGES[way]
    group = provider.group()
    came = provider.patch(f"/Groups/{group}", come(nene))
    is_in = provider.is_member(group, nene)
    went = provider.patch(f"/Groups/{group}", go(nene))

    assert (came.status, came.body, went.status) == (204, b"", 204)
    assert is_in
    assert not provider.is_member(group, nene)


def test_a_change_that_is_made_already_is_no_fault(provider: Provider, nene: str, mio: str) -> None:
    group = provider.group("makers", nene)
    again = provider.patch(
        f"/Groups/{group}",
        {"op": "add", "path": "members", "value": [{"value": nene}]},
        {"op": "remove", "path": f'members[value eq "{mio}"]'},
    )

    assert again.status == 204
    assert provider.is_member(group, nene)


def test_the_last_word_about_a_member_counts(provider: Provider, nene: str, mio: str) -> None:
    group = provider.group("makers", mio)
    answer = provider.patch(
        f"/Groups/{group}",
        {"op": "add", "path": "members", "value": [{"value": nene}]},
        {"op": "remove", "path": f'members[value eq "{nene}"]'},
        {"op": "remove", "path": f'members[value eq "{mio}"]'},
        {"op": "add", "path": "members", "value": [{"value": mio}]},
    )

    assert answer.status == 204
    assert not provider.is_member(group, nene)
    assert provider.is_member(group, mio)


def test_a_group_gets_another_name_as_okta_and_aws_write_it(provider: Provider, nene: str) -> None:
    group = provider.group("makers", nene)
    answer = provider.patch(
        f"/Groups/{group}",
        {"op": "replace", "value": {"id": group, "displayName": "bakers"}},
        {"op": "add", "path": "externalId", "value": "g2"},
    )
    told = provider.get(f"/Groups/{group}")

    assert answer.status == 204
    assert (told["displayName"], told["externalId"]) == ("bakers", "g2")
    assert provider.is_member(group, nene)
    provider.patch(f"/Groups/{group}", {"op": "remove", "path": "externalId"})
    assert "externalId" not in provider.get(f"/Groups/{group}")


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "replace", "path": "members", "value": []}, "invalidValue"),
        ({"op": "replace", "value": {"members": [{"value": "x"}]}}, "invalidValue"),
        ({"op": "remove", "path": "members"}, "invalidValue"),
        ({"op": "add", "path": "members", "value": [{"value": "nobody"}]}, "invalidValue"),
        ({"op": "add", "path": "members", "value": [{"display": "x", "type": "User"}]}, "invalidValue"),
        ({"op": "add", "path": "members", "value": [{"value": "x", "type": "Group"}]}, "invalidValue"),
        ({"op": "add", "path": 'members[value eq "x"]', "value": "x"}, "invalidPath"),
        ({"op": "remove", "path": 'members[type eq "User"]'}, "invalidPath"),
        ({"op": "replace", "path": "members.value", "value": "x"}, "mutability"),
        ({"op": "remove", "path": "displayName"}, "mutability"),
        ({"op": "replace", "path": "displayName", "value": ""}, "mutability"),
        ({"op": "replace", "path": "displayName", "value": "x" * 257}, "invalidValue"),
        ({"op": "replace", "path": "description", "value": "x"}, "invalidPath"),
    ],
)  # fmt: skip
def test_what_aws_refuses_or_cannot_be_is_refused(
    provider: Provider, nene: str, operation: Any, kind: str
) -> None:
    group = provider.group("makers", nene)
    before = provider.get(f"/Groups/{group}")
    rename = {"op": "replace", "path": "displayName", "value": "bakers"}
    answer = provider.patch(f"/Groups/{group}", rename, operation)

    assert refused(answer) == (400, kind)
    assert provider.get(f"/Groups/{group}") == before
    assert provider.is_member(group, nene)


def test_more_than_a_hundred_members_at_once_are_refused(provider: Provider) -> None:
    members = [{"value": str(number)} for number in range(101)]
    made = provider.send("POST", "/Groups", {"displayName": "all", "members": members})
    path = f"/Groups/{provider.group()}"
    changed = provider.patch(path, {"op": "add", "path": "members", "value": members})

    assert refused(made) == refused(changed) == (400, "invalidValue")
    assert provider.get("/Groups", filter='displayName eq "all"')["totalResults"] == 0


def test_a_name_is_one_groups(provider: Provider) -> None:
    provider.group("makers")
    other = provider.group("bakers")
    rename = {"op": "replace", "path": "displayName", "value": "makers"}

    assert refused(provider.send("POST", "/Groups", {"displayName": "makers"})) == (
        409,
        "uniqueness",
    )
    assert refused(provider.patch(f"/Groups/{other}", rename)) == (409, "uniqueness")
    assert refused(provider.send("POST", "/Groups", {"members": []})) == (400, "invalidValue")


def test_a_group_is_removed_and_its_people_stay(provider: Provider, nene: str) -> None:
    group = provider.group("makers", nene)
    answer = provider.send("DELETE", f"/Groups/{group}")

    assert answer.status == 204
    assert refused(provider.send("GET", f"/Groups/{group}")) == (404, None)
    assert provider.get(f"/Users/{nene}")["id"] == nene


def test_a_group_is_not_replaced_as_a_whole_since_nobody_is_told_its_members(
    provider: Provider, nene: str
) -> None:
    group = provider.group("makers", nene)
    answer = provider.send("PUT", f"/Groups/{group}", provider.get(f"/Groups/{group}"))

    assert refused(answer) == (405, None)
    assert answer.headers["Allow"] == "DELETE, GET, PATCH"
    assert provider.is_member(group, nene)
