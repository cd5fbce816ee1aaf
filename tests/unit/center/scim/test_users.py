"""Users by SCIM: made, found, changed, disabled and removed."""

from typing import Any

import pytest
from sqlalchemy import select, update

from sekisho.center.directory import people, roster
from sekisho.center.storage.tables import users
from tests.unit.center.scene import PASSWORD, PERSON, World
from tests.unit.center.scim.conftest import CORE, ENTERPRISE, NENE, Provider, refused


def test_who_is_made_is_told_with_what_was_said(provider: Provider) -> None:
    answer = provider.send("POST", "/Users", NENE)

    made = answer.json()
    assert answer.status == 201
    assert answer.headers["Location"] == made["meta"]["location"]
    assert answer.headers["Content-Type"] == "application/scim+json"
    assert made["meta"]["location"].endswith(f"/{provider.tenant}/scim/v2/Users/{made['id']}")
    assert made["meta"]["resourceType"] == "User"
    assert {name: made[name] for name in NENE} == dict(NENE)
    assert provider.get(f"/Users/{made['id']}") == made


@pytest.mark.parametrize(
    ("missing", "path"),
    [("userName", None), ("displayName", None), ("name", None), ("name", {"givenName": "Nene"})],
)
def test_what_aws_requires_is_required(
    provider: Provider, missing: str, path: dict[str, str] | None
) -> None:
    body = {**NENE, missing: path}

    assert refused(provider.send("POST", "/Users", body)) == (400, "invalidValue")


@pytest.mark.parametrize(
    "more",
    [
        {"password": "obviously-not-a-real-one"},
        {"photos": [{"value": "https://hoge.com/nene.png"}]},
        {"urn:example:2.0:User": {"shoe": 39}},
        {"emails": [{"value": "a@hoge.com"}, {"value": "b@hoge.com"}]},
        {"userName": "with space"},
        {"userName": 7},
        {"active": "maybe"},
        {"title": "x" * 1025},
        {"externalId": "x" * 257},
        {"displayName": "a\0b"},
        {"displayName": "\ud800"},
        {"USERNAME": "twice@hoge.com"},
        {ENTERPRISE: {"department": "x" * 1025}},
        {ENTERPRISE: {"shoe": "39"}},
        {ENTERPRISE: "x"},
        {"name": "Nene"},
    ],
)
def test_what_there_is_no_room_for_is_refused(provider: Provider, more: dict[str, Any]) -> None:
    status, kind = refused(provider.send("POST", "/Users", {**NENE, **more}))

    assert (status, kind) in {(400, "invalidValue"), (400, "invalidSyntax")}
    assert provider.get("/Users", filter='userName eq "nene@hoge.com"')["totalResults"] == 0


def test_names_of_attributes_compare_without_regard_to_case(provider: Provider) -> None:
    lower = {name.lower(): value for name, value in NENE.items()}

    assert provider.send("POST", "/Users", lower).json()["userName"] == NENE["userName"]


def test_what_is_ours_to_say_and_what_is_empty_is_passed_over(provider: Provider) -> None:
    made = provider.create(
        id="mine", meta={"resourceType": "User"}, groups=[], title="", locale=None, addresses=[]
    )

    assert made["id"] != "mine"
    assert not {"groups", "title", "locale", "addresses"} & made.keys()


def test_a_name_or_an_external_id_is_one_persons(provider: Provider) -> None:
    provider.create()
    same_name = provider.send("POST", "/Users", {**NENE, "externalId": "00u2"})
    same_id = provider.send("POST", "/Users", {**NENE, "userName": "mio@hoge.com"})

    assert refused(same_name) == refused(same_id) == (409, "uniqueness")
    assert provider.get("/Users", filter='userName eq "mio@hoge.com"')["totalResults"] == 0


def test_a_put_replaces_what_was_said_and_lets_nobody_in_again(provider: Provider) -> None:
    made = provider.create(title="Maker", active=False, **{ENTERPRISE: {"department": "Tea"}})
    wanted = {name: value for name, value in NENE.items() if name not in ("active", "emails")}
    answer = provider.send("PUT", f"/Users/{made['id']}", {**wanted, "displayName": "N. H."})

    assert answer.status == 200
    after = answer.json()
    assert (after["displayName"], after["active"]) == ("N. H.", False)
    assert not {"title", "emails", ENTERPRISE} & after.keys()
    assert after["schemas"] == [CORE]
    assert after["meta"]["version"] != made["meta"]["version"]


def test_what_identitystore_alone_knows_outlives_a_put(world: World, provider: Provider) -> None:

    made = provider.create()
    with world.center.database.writing() as connection:
        attributes = {"Website": "https://hoge.com", "Extensions": {"aws:identitystore:other": {}}}
        connection.execute(
            update(users).where(users.c.id == made["id"]).values(attributes=attributes)
        )
    provider.send("PUT", f"/Users/{made['id']}", NENE)
    with world.center.database.reading() as connection:
        kept = connection.execute(
            select(users.c.attributes).where(users.c.id == made["id"])
        ).scalar_one()

    assert kept["Website"] == "https://hoge.com"
    assert kept["Extensions"] == {"aws:identitystore:other": {}}


def test_who_is_made_inactive_is_signed_out_and_kept_out(world: World, provider: Provider) -> None:
    client = world.device_client()
    token = world.token_by_device(client)["accessToken"]
    listed = provider.get("/Users", filter=f'userName eq "{PERSON}"')
    user_id = listed["Resources"][0]["id"]
    before = world.portal("/assignment/accounts", token).status
    answer = provider.patch(f"/Users/{user_id}", {"op": "replace", "value": {"active": False}})

    assert (before, answer.status, answer.json()["active"]) == (200, 200, False)
    assert world.portal("/assignment/accounts", token).status == 401
    assert people.authenticate(world.center, PERSON, PASSWORD) is None
    provider.patch(f"/Users/{user_id}", {"op": "replace", "path": "active", "value": True})
    assert isinstance(people.authenticate(world.center, PERSON, PASSWORD), people.User)
    assert world.portal("/assignment/accounts", token).status == 401


def test_who_was_disabled_on_the_machine_is_inactive_and_of_another_version(
    world: World, provider: Provider
) -> None:
    made = provider.create()
    roster.disable(world.center.database, NENE["userName"], now=world.center.now())

    after = provider.get(f"/Users/{made['id']}")
    assert after["active"] is False
    assert after["meta"]["version"] != made["meta"]["version"]


def test_who_is_removed_is_gone_and_their_name_is_free(provider: Provider) -> None:
    made = provider.create()
    answer = provider.send("DELETE", f"/Users/{made['id']}")

    assert (answer.status, answer.body) == (204, b"")
    for method in ("GET", "PUT", "DELETE"):
        assert refused(provider.send(method, f"/Users/{made['id']}", NENE)) == (404, None)
    assert refused(
        provider.patch(f"/Users/{made['id']}", {"op": "add", "value": {"title": "x"}})
    ) == (
        404,
        None,
    )
    assert provider.create()["id"] != made["id"]


def test_a_change_of_what_was_changed_meanwhile_is_refused(provider: Provider) -> None:
    made = provider.create()
    path = f"/Users/{made['id']}"
    version = made["meta"]["version"]
    first = provider.send("PUT", path, {**NENE, "title": "Maker"}, If_Match=version)
    second = provider.send("PUT", path, {**NENE, "title": "Baker"}, If_Match=version)

    assert first.status == 200
    assert refused(second) == (412, None)
    assert provider.get(path)["title"] == "Maker"


def test_who_has_not_changed_needs_no_telling(provider: Provider) -> None:
    made = provider.create()
    version = made["meta"]["version"]
    answer = provider.send("GET", f"/Users/{made['id']}", If_None_Match=f'"x", {version}')

    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", version)
