import pytest

from sekisho.center import clients
from sekisho.center.clients import NewClient
from sekisho.secret import Secret
from tests.unit.center.scene import Build, World


@pytest.fixture
def registered(world: World) -> NewClient:
    return clients.register(
        world.center,
        name="a tool, 関所",
        scopes=("sso:account:access",),
        grants=("authorization_code", "refresh_token"),
        redirect_uris=("http://127.0.0.1/oauth/callback",),
    )


def test_a_client_id_carries_what_was_registered(world: World, registered: NewClient) -> None:
    assert clients.client_of(world.center, registered.client.client_id) == registered.client


def test_the_secret_belongs_to_its_id(world: World, registered: NewClient) -> None:
    client_id = registered.client.client_id
    right = clients.authenticate_client(world.center, client_id, registered.secret)
    wrong = clients.authenticate_client(world.center, client_id, Secret("sks_cs_wrong"))

    assert (right, wrong) == (registered.client, None)


def test_any_changed_character_makes_an_id_unknown(world: World, registered: NewClient) -> None:
    client_id = registered.client.client_id
    changed = [
        client_id[:at] + ("A" if letter != "A" else "B") + client_id[at + 1 :]
        for at, letter in enumerate(client_id)
    ]

    assert not [one for one in changed if clients.client_of(world.center, one)]


@pytest.mark.parametrize(
    "client_id", ["", "x", "sks_ci_", "sks_ci_a.b.c", "sks_ci_..", "é.é.é", "sks_ci_k.é.é"]
)
def test_anything_else_is_unknown(world: World, client_id: str) -> None:
    assert clients.client_of(world.center, client_id) is None


def test_letters_outside_ascii_in_the_proof_are_unknown(
    world: World, registered: NewClient
) -> None:
    head, _, _ = registered.client.client_id.rpartition(".")

    assert clients.client_of(world.center, f"{head}.é") is None


def test_a_registration_ends_after_ninety_days(world: World, registered: NewClient) -> None:
    world.clock.advance(90 * 86400 - 1)
    before = clients.client_of(world.center, registered.client.client_id)
    world.clock.advance(1)

    assert before is not None
    assert clients.client_of(world.center, registered.client.client_id) is None


def test_another_centers_registration_is_unknown(build: Build, registered: NewClient) -> None:
    other = build(folder="other")

    assert clients.client_of(other.center, registered.client.client_id) is None


def test_registering_twice_makes_two_clients(world: World, registered: NewClient) -> None:
    again = clients.register(
        world.center, name="a tool, 関所", scopes=(), grants=(), redirect_uris=()
    )

    assert again.client.hash != registered.client.hash


def test_a_registration_outlives_the_database(build: Build, registered: NewClient) -> None:
    anew = build()  # beside the same keys

    client = registered.client
    found = clients.authenticate_client(anew.center, client.client_id, registered.secret)
    assert found == client
