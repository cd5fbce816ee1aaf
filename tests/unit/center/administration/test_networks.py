"""From where the identity store may be asked, as UpdateIdentityStore has it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sekisho.center.storage.tables import audit_events
from sekisho.testing.memory import MemoryHttp
from tests.unit.center.administration.conftest import Clients
from tests.unit.center.scene import World

ELSEWHERE, THEIR_NETWORK = "203.0.113.9", "203.0.113.0/24"


@pytest.fixture
def store(world: World) -> str:
    return world.center.instance.identity_store_id


@pytest.fixture
def client(clients: Clients) -> Any:
    return clients("identitystore")


def configure(client: Any, store: str, **configuration: object) -> None:
    client.update_identity_store(IdentityStoreId=store, NetworkConfiguration=configuration)


def answer_of(call: Any, **parameters: object) -> str:
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "answered"


def test_what_is_configured_is_described_and_replaced_whole(client: Any, store: str) -> None:
    ours = {"VpceAccessRequired": False, "ApiAllowSourceIps": ["127.0.0.1", "2001:db8::/32"]}
    before = client.describe_identity_store(IdentityStoreId=store)
    configure(client, store, **ours)
    first = client.describe_identity_store(IdentityStoreId=store)["NetworkConfiguration"]
    configure(client, store, VpceAccessRequired=False)
    second = client.describe_identity_store(IdentityStoreId=store)["NetworkConfiguration"]

    assert "NetworkConfiguration" not in before
    assert first == ours
    assert second == {"VpceAccessRequired": False}


@pytest.mark.parametrize(
    "configuration, answer",
    [
        ({"VpceAccessRequired": False}, "answered"),
        ({"VpceAccessRequired": False, "ApiAllowSourceIps": ["10.0.0.0/8"]}, "answered"),
        ({"VpceAccessRequired": False, "ScimAllowSourceIps": ["10.0.0.0/8"]}, "answered"),
        ({"VpceAccessRequired": True, "ApiAllowSourceIps": [THEIR_NETWORK]}, "answered"),
        ({"VpceAccessRequired": True, "ApiAllowSourceIps": ["::/0"]}, "AccessDeniedException"),
        (
            {"VpceAccessRequired": True, "ScimAllowSourceIps": [THEIR_NETWORK]},
            "AccessDeniedException",
        ),
        (
            {"VpceAccessRequired": False, "ApiRestrictSourceVpcs": ["vpc-01234567"]},
            "AccessDeniedException",
        ),
    ],
)
def test_the_api_is_open_to_the_addresses_that_are_let_in(
    client: Any, store: str, world: World, configuration: dict[str, object], answer: str
) -> None:
    configure(client, store, **configuration)
    world.http = MemoryHttp(world.app, client=ELSEWHERE)

    assert answer_of(client.list_users, IdentityStoreId=store) == answer
    assert answer_of(client.update_identity_store, IdentityStoreId=store) == answer


def test_from_the_centers_own_machine_it_can_always_be_changed_back(
    client: Any, store: str
) -> None:
    configure(client, store, VpceAccessRequired=True)
    shut = answer_of(client.list_users, IdentityStoreId=store)
    configure(client, store, VpceAccessRequired=False)

    assert shut == "AccessDeniedException"
    assert answer_of(client.list_users, IdentityStoreId=store) == "answered"


def test_what_is_no_range_of_addresses_is_refused(client: Any, store: str) -> None:
    with pytest.raises(ClientError) as refused:
        configure(client, store, VpceAccessRequired=False, ApiAllowSourceIps=["1:2:3:4::5:6:7:8"])

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_refusal_is_in_the_trail(client: Any, store: str, world: World) -> None:
    configure(client, store, VpceAccessRequired=True)
    answer_of(client.list_users, IdentityStoreId=store)
    with world.center.database.reading() as connection:
        query = audit_events.select().where(
            audit_events.c.event == "administration.network_refused"
        )
        row = connection.execute(query).one()

    assert row.facts["operation"] == "ListUsers"
