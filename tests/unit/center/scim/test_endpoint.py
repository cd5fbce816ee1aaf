"""Who may ask, for what, in which form; what is told of the service; what is kept of it."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from sekisho.center.directory import networks, scim_tokens
from sekisho.center.limits import SCIM
from sekisho.center.storage.tables import audit_events
from sekisho.errors import UsageError
from sekisho.secret import Secret
from sekisho.testing.memory import MemoryHttp
from sekisho.wire.http import Headers, Request
from tests.unit.center.scene import ORIGIN, World
from tests.unit.center.scim.conftest import CORE, ENTERPRISE, NENE, YEAR, Provider, refused


def test_a_wrong_tenant_and_a_wrong_token_are_told_alike(provider: Provider) -> None:
    answers = [
        provider.send("GET", "/Users", tenant="another"),
        provider.send("GET", "/Users", secret=Secret("sks_scim_wrong")),
        provider.send("GET", "/Users", secret=Secret("")),
        provider.send("GET", "/nowhere", secret=Secret("wrong")),
        provider.world.http.send(
            Request("GET", f"{ORIGIN}/{provider.tenant}/scim/v2/Users", Headers())
        ),
    ]

    assert {refused(answer) for answer in answers} == {(401, None)}
    assert len({answer.body for answer in answers}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}


def test_a_token_ends_when_it_is_over_and_when_it_is_revoked(provider: Provider) -> None:
    world = provider.world
    database, now = world.center.database, world.center.now()
    token, other = scim_tokens.make(database, seconds=60, now=now)
    was_good = provider.send("GET", "/Users", secret=other).status
    world.clock.advance(61)
    scim_tokens.revoke(database, provider.token_id, now=now)

    assert was_good == 200
    assert refused(provider.send("GET", "/Users", secret=other)) == (401, None)
    assert refused(provider.send("GET", "/Users")) == (401, None)
    assert [each.id for each in scim_tokens.listed(database)] == [token.id]


def test_two_tokens_are_good_at_a_time_and_no_third(provider: Provider) -> None:
    center = provider.world.center
    _, second = scim_tokens.make(center.database, seconds=YEAR, now=center.now())

    with pytest.raises(UsageError, match="2 SCIM tokens"):
        scim_tokens.make(center.database, seconds=YEAR, now=center.now())
    assert provider.send("GET", "/Users", secret=second).status == 200
    assert provider.send("GET", "/Users").status == 200
    with pytest.raises(UsageError, match="no SCIM token"):
        scim_tokens.revoke(center.database, "st-nowhere", now=0)


def test_when_a_token_was_used_is_noted_once_an_hour(provider: Provider) -> None:
    world = provider.world
    used = []
    for seconds in (0, 1800, 1800):
        world.clock.advance(seconds)
        provider.get("/Users")
        used.append(scim_tokens.listed(world.center.database)[0].last_used_at)

    first, second, third = used
    assert first == second
    assert third is not None
    assert first is not None
    assert (third - first).total_seconds() == 3600


def test_who_asks_too_often_is_told_to_wait(provider: Provider) -> None:
    answers = [provider.send("GET", "/ServiceProviderConfig") for _ in range(SCIM.burst + 1)]

    assert {answer.status for answer in answers[:-1]} == {200}
    assert refused(answers[-1]) == (429, None)
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].headers["x-amzn-ErrorType"] == "ThrottlingException"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/ServiceProviderConfig", 405),
        ("DELETE", "/Users", 405),
        ("PATCH", "/Schemas", 405),
        ("GET", "/nowhere", 404),
        ("GET", "", 404),
        ("GET", "/", 404),
        ("GET", "/Users/1/2", 404),
        ("GET", "/Schemas/urn:nowhere", 404),
        ("GET", "/ResourceTypes/Nothing", 404),
        ("GET", "/Users/%00", 400),
        ("GET", "/Me", 501),
        ("POST", "/Bulk", 501),
        ("POST", "/.search", 501),
        ("GET", "/Schemas?filter=x", 403),
    ],
)
def test_what_is_not_there_is_refused_in_scims_form(
    provider: Provider, method: str, path: str, status: int
) -> None:
    assert refused(provider.send(method, path, {}))[0] == status


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"7", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 60_000, {}, 400),
        (b'{"userName": NaN}', {}, 400),
        (b"1" * 10_000, {}, 400),
        (b"x" * 66_000, {}, 413),
        (b"a=b", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_a_body_that_is_none_is_refused(
    provider: Provider, body: bytes, more: dict[str, Any], status: int
) -> None:
    assert refused(provider.send("POST", "/Users", body, **more))[0] == status


def test_plain_json_is_read_too(provider: Provider) -> None:
    answer = provider.send("POST", "/Users", NENE, Content_Type="application/json; charset=utf-8")

    assert answer.status == 201


def test_what_is_told_of_the_service_is_what_it_does(provider: Provider) -> None:
    config = provider.get("/ServiceProviderConfig")
    schemas = {schema["id"]: schema for schema in provider.get("/Schemas")["Resources"]}
    kinds = {kind["name"]: kind for kind in provider.get("/ResourceTypes")["Resources"]}

    assert (config["patch"], config["bulk"]["supported"]) == ({"supported": True}, False)
    assert config["pagination"]["cursor"] is True
    assert {CORE, ENTERPRISE} < schemas.keys()
    assert provider.get(f"/Schemas/{CORE}") == schemas[CORE]
    assert kinds["User"]["schemaExtensions"] == [{"schema": ENTERPRISE, "required": False}]
    assert provider.get("/ResourceTypes/Group") == kinds["Group"]


# --- lists ---


def people(provider: Provider, count: int) -> set[str]:
    """More people, and the ids of everybody."""
    for number in range(count):
        provider.create(userName=f"p{number}@hoge.com", externalId=f"p{number}", emails=[])
    return {each["id"] for each in provider.get("/Users")["Resources"]}


def test_pages_by_number_have_everybody_once(provider: Provider) -> None:
    everybody = people(provider, 4)
    pages = [provider.get("/Users", startIndex=start, count=3) for start in (1, 4, 7)]

    assert {page["totalResults"] for page in pages} == {7}
    assert [page["itemsPerPage"] for page in pages] == [3, 3, 1]
    assert [page["startIndex"] for page in pages] == [1, 4, 7]
    assert {each["id"] for page in pages for each in page["Resources"]} == everybody


def test_pages_by_cursor_have_everybody_once_and_no_count(provider: Provider) -> None:
    everybody, seen = people(provider, 4), []
    cursor: str | None = ""
    while cursor is not None:
        page = provider.get("/Users", cursor=cursor, count=3)
        seen += [each["id"] for each in page["Resources"]]
        cursor = page.get("nextCursor")
        assert "totalResults" not in page

    assert len(seen) == len(everybody)
    assert set(seen) == everybody


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("cursor=x", "invalidCursor"),
        ("cursor=&count=0", "invalidCount"),
        ("count=x", "invalidValue"),
        ("startIndex=1e3", "invalidValue"),
        ("count=9999999999999", "invalidValue"),
    ],
)
def test_a_page_that_is_none_is_refused(provider: Provider, query: str, kind: str) -> None:
    assert refused(provider.send("GET", f"/Users?{query}")) == (400, kind)


def test_a_cursor_is_good_for_its_own_list_alone(provider: Provider) -> None:
    cursor = provider.get("/Users", cursor="", count=1)["nextCursor"]

    assert refused(provider.send("GET", f"/Groups?cursor={cursor}")) == (400, "invalidCursor")


def test_numbers_out_of_range_are_brought_into_it(provider: Provider) -> None:
    assert provider.get("/Users", count=1000, startIndex=-5)["itemsPerPage"] == 3
    nobody = provider.get("/Users", count=0)
    assert (nobody["totalResults"], nobody["Resources"]) == (3, [])


def test_people_are_found_by_what_aws_has(provider: Provider) -> None:
    nene = provider.create(**{ENTERPRISE: {"manager": {"value": "boss"}}})
    group = provider.group("makers", nene["id"])
    for text in (
        'userName eq "nene@hoge.com"',
        'USERNAME EQ "nene@hoge.com"',
        'externalId eq "00u1"',
        f'id eq "{nene["id"]}"',
        f'groups.value eq "{group}"',
        f'id eq "{nene["id"]}" and manager eq "boss"',
        f'{ENTERPRISE}:manager.value eq "boss" AND id eq "{nene["id"]}"',
        f'{CORE}:userName eq "nene@hoge.com"',
    ):
        found = provider.get("/Users", filter=text)
        assert [each["id"] for each in found["Resources"]] == [nene["id"]], text
    assert provider.get("/Users", filter='userName eq "nobody"')["totalResults"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "", "x", 'userName sw "n"', 'userName eq "a" or userName eq "b"', "(userName eq \"a\")",
        'not userName eq "a"', "userName pr", 'shoe eq "39"', 'manager eq "boss"', "userName eq a",
        'userName eq "a', 'userName eq "a" and', 'userName eq "\\x"', "userName eq true",
        'emails[type eq "work"]', 'userName eq "' + "x" * 3000 + '"',
    ],
)  # fmt: skip
def test_any_other_filter_is_refused(provider: Provider, text: str) -> None:

    answer = provider.send("GET", f"/Users?{urlencode({'filter': text})}")

    assert refused(answer) == (400, "invalidFilter")


def test_what_is_asked_for_is_told_and_no_more(provider: Provider) -> None:
    made = provider.create(**{ENTERPRISE: {"department": "Tea", "division": "Leaves"}})
    path = f"/Users/{made['id']}"
    some = provider.get(path, attributes=f"userName,name.givenName,{ENTERPRISE}:division")
    fewer = provider.get(path, excludedAttributes="emails.type,name,meta")

    assert some == {
        "schemas": made["schemas"],
        "id": made["id"],
        "userName": made["userName"],
        "name": {"givenName": "Nene"},
        ENTERPRISE: {"division": "Leaves"},
    }
    assert made.keys() - fewer.keys() == {"name", "meta"}
    assert fewer["emails"] == [{"value": "nene@hoge.com", "primary": True}]
    listed = provider.get("/Users", filter='externalId eq "00u1"', attributes="title")
    assert listed["Resources"] == [{"schemas": made["schemas"], "id": made["id"]}]


def test_each_change_is_in_the_trail_with_the_tokens_id(world: World, provider: Provider) -> None:

    made = provider.create()
    group = provider.group("makers", made["id"])
    provider.get("/Users")
    provider.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"active": False}})
    provider.send("DELETE", f"/Groups/{group}")
    with world.center.database.reading() as connection:
        rows = connection.execute(
            select(audit_events)
            .where(audit_events.c.by_id == provider.token_id)
            .order_by(audit_events.c.id)
        ).all()
        groups = connection.execute(
            select(audit_events).where(audit_events.c.person_id == provider.token_id)
        ).all()

    told: list[Any] = [(row.event, row.facts.get("operation"), row.person_name) for row in rows]
    assert told == [
        ("administration.changed", "scim.CreateUser", "nene@hoge.com"),
        ("user.disabled", None, "nene@hoge.com"),
        ("administration.changed", "scim.PatchUser", "nene@hoge.com"),
    ]
    assert [row.facts["operation"] for row in groups] == ["scim.CreateGroup", "scim.DeleteGroup"]
    assert provider.secret.reveal() not in json.dumps([row.facts for row in [*rows, *groups]])


def test_a_token_that_is_over_for_a_day_is_removed(provider: Provider) -> None:
    world = provider.world
    scim_tokens.make(world.center.database, seconds=60, now=world.center.now())
    world.clock.advance(2 * 86400)
    provider.get("/Users")  # the first request of a minute sweeps

    assert [each.id for each in scim_tokens.listed(world.center.database)] == [provider.token_id]


@pytest.mark.parametrize(
    "configuration, status",
    [
        ({"VpceAccessRequired": False}, 200),
        ({"VpceAccessRequired": False, "ApiRestrictSourceVpcs": ["vpc-01234567"]}, 200),
        ({"VpceAccessRequired": True, "ApiAllowSourceIps": ["203.0.113.0/24"]}, 403),
        ({"VpceAccessRequired": True, "ScimAllowSourceIps": ["203.0.113.0/24"]}, 200),
        ({"VpceAccessRequired": False, "ScimAllowSourceIps": ["10.0.0.0/8"]}, 403),
    ],
)
def test_a_provider_asks_from_the_networks_that_are_let_in(
    provider: Provider, world: World, configuration: dict[str, object], status: int
) -> None:
    store = world.center.instance.identity_store_id
    with world.center.database.writing() as connection:
        networks.configure(connection, store, configuration, world.center.now())
    world.http = MemoryHttp(world.app, client="203.0.113.9")

    assert provider.send("GET", "/Users").status == status
