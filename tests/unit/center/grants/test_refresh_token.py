from concurrent.futures import ThreadPoolExecutor

import pytest

from sekisho.center import clients, sessions
from sekisho.center.grants import refresh_token
from tests.unit.center.scene import Build, World, refusal


def test_a_refresh_yields_new_tokens_and_always_a_refresh_token(world: World) -> None:
    client = world.pkce_client()
    first = world.redeem(client, world.code_for(client)).json()
    second = world.refresh(client, first["refreshToken"]).json()

    assert second.keys() == first.keys()
    assert second["refreshToken"] != first["refreshToken"]
    assert second["accessToken"] != first["accessToken"]
    assert world.portal("/assignment/accounts", second["accessToken"]).status == 200


def test_within_the_grace_the_same_token_yields_the_same_successors(world: World) -> None:
    client = world.device_client()
    old = world.token_by_device(client)["refreshToken"]
    first = world.refresh(client, old).json()
    world.clock.advance(60)
    again = world.refresh(client, old).json()

    assert again["refreshToken"] == first["refreshToken"]
    assert again["accessToken"] == first["accessToken"]
    assert again["expiresIn"] == first["expiresIn"] - 60


def test_after_the_grace_a_used_token_ends_the_whole_sign_in(world: World) -> None:
    client = world.device_client()
    old = world.token_by_device(client)["refreshToken"]
    fresh = world.refresh(client, old).json()
    world.clock.advance(61)
    reused = world.refresh(client, old)

    assert refusal(reused).error == "InvalidGrantException"
    assert refusal(world.refresh(client, fresh["refreshToken"])).error == "InvalidGrantException"
    assert world.portal("/assignment/accounts", fresh["accessToken"]).status == 401


def test_reuse_does_not_end_the_sign_ins_beside_it(world: World) -> None:
    client, session = world.device_client(), world.signed_in()
    stolen = world.token_by_device(client, session)["refreshToken"]
    sibling = world.token_by_device(client, session)
    world.refresh(client, stolen)
    world.clock.advance(61)
    world.refresh(client, stolen)

    assert world.portal("/assignment/accounts", sibling["accessToken"]).status == 200


def test_a_refresh_token_is_bound_to_its_client(world: World) -> None:
    token = world.token_by_device(world.device_client())["refreshToken"]
    stranger = world.refresh(world.device_client(), token)

    assert refusal(stranger).error == "InvalidGrantException"


def test_a_stranger_with_the_token_does_not_use_it_up(world: World) -> None:
    client = world.device_client()
    token = world.token_by_device(client)["refreshToken"]
    world.refresh(world.device_client(), token)

    assert world.refresh(client, token).status == 200


@pytest.mark.parametrize("token", ["never-issued", "sks_rt_never-issued"])
def test_an_unknown_token_is_an_invalid_grant(world: World, token: str) -> None:
    assert refusal(world.refresh(world.device_client(), token)).error == "InvalidGrantException"


def test_an_access_token_is_no_refresh_token(world: World) -> None:
    client = world.device_client()
    token = world.token_by_device(client)["accessToken"]

    assert refusal(world.refresh(client, token)).error == "InvalidGrantException"


def test_a_client_in_the_legacy_form_may_not_refresh(world: World) -> None:
    answer = world.refresh(world.legacy_client(), "whatever")

    assert refusal(answer).error == "UnauthorizedClientException"


def test_refreshing_goes_on_until_the_session_ends_and_no_longer(world: World) -> None:
    client = world.device_client()
    token = world.token_by_device(client)
    lifetimes = []
    for _ in range(8):
        world.clock.advance(3000)
        token = world.refresh(client, token["refreshToken"]).json()
        lifetimes.append(token["expiresIn"])
    world.clock.advance(8 * 3600 - 8 * 3000 - 600)
    last = world.refresh(client, token["refreshToken"]).json()
    world.clock.advance(600)
    over = world.refresh(client, last["refreshToken"])

    assert lifetimes == [3600] * 8
    assert last["expiresIn"] == 600
    assert refusal(over).error == "InvalidGrantException"


def test_signing_out_in_the_browser_ends_refreshing(world: World) -> None:
    client, session = world.device_client(), world.signed_in()
    token = world.token_by_device(client, session)
    sessions.end_session(world.center, session)

    assert refusal(world.refresh(client, token["refreshToken"])).error == "InvalidGrantException"


def test_a_registration_that_is_over_ends_refreshing(world: World) -> None:
    client = world.device_client()
    token = world.token_by_device(client)
    world.clock.advance(90 * 86400)

    assert refusal(world.refresh(client, token["refreshToken"])).error == "InvalidClientException"


def test_processes_that_refresh_at_once_get_one_successor(build: Build) -> None:
    world = build(in_memory=False)
    registered = world.device_client()
    client = clients.client_of(world.center, registered.client_id)
    assert client is not None
    params = {"refreshToken": world.token_by_device(registered)["refreshToken"]}

    with ThreadPoolExecutor(16) as threads:
        issued = list(
            threads.map(lambda _: refresh_token.redeem(world.center, client, params), range(16))
        )

    assert all(one.refresh_token == issued[0].refresh_token for one in issued)
    assert all(one.access_token == issued[0].access_token for one in issued)
