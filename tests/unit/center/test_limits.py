import pytest

from sekisho.center.limits import _MOST_BUCKETS, Bucket, Buckets
from tests.unit.center.scene import DEV, OTHER, Build, World, refusal
from tests.unit.center.services.test_sts import BODY, FORM, code_of, keys_of, signed

THREE = Bucket("three", burst=3, per_second=0.5)


def test_a_bucket_holds_its_burst_and_then_fills_slowly() -> None:
    buckets = Buckets()
    first = [buckets.take(THREE, "me", 100) for _ in range(4)]
    later = [buckets.take(THREE, "me", 102), buckets.take(THREE, "me", 102.5)]

    assert first == [None, None, None, 2]
    assert later == [None, 2]


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    buckets = Buckets()
    buckets.take(THREE, "me", 0)
    taken = [buckets.take(THREE, "me", 9999) for _ in range(4)]

    assert taken == [None, None, None, 2]


def test_everybody_has_a_bucket_of_their_own_for_each_thing() -> None:
    buckets, other = Buckets(), Bucket("other", burst=1, per_second=1)
    for _ in range(4):
        buckets.take(THREE, "me", 0)

    assert buckets.take(THREE, "you", 0) is None
    assert buckets.take(other, "me", 0) is None


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    buckets = Buckets()
    for number in range(_MOST_BUCKETS + 500):
        buckets.take(THREE, f"machine {number}", 0)

    assert len(buckets._levels) == _MOST_BUCKETS


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    buckets = Buckets()

    assert [buckets.take(THREE, "me", at) for at in (100, 0, 0)] == [None, None, None]


def test_the_eleventh_registration_in_a_minute_has_to_slow_down(world: World) -> None:
    fields = {"clientName": "a-tool", "clientType": "public"}
    answers = [world.post("/client/register", **fields) for _ in range(11)]
    world.clock.advance(6)
    after = world.post("/client/register", **fields)

    assert [answer.status for answer in answers] == [200] * 10 + [400]
    assert refusal(answers[-1]).error == "SlowDownException"
    assert answers[-1].headers["Retry-After"] == "6"
    assert after.status == 200


def test_the_eleventh_device_code_in_a_minute_has_to_slow_down(world: World) -> None:
    client = world.device_client()
    fields = {**client.fields, "startUrl": "https://hoge.awsapps.com/start"}
    answers = [world.post("/device_authorization", **fields) for _ in range(11)]

    assert refusal(answers[-1]).error == "SlowDownException"
    assert [answer.status for answer in answers[:10]] == [200] * 10


def test_the_portal_gives_each_person_a_hundred_calls_at_once_and_twenty_a_second(
    world: World,
) -> None:
    client = world.device_client()
    token = world.token_by_device(client)["accessToken"]
    other = world.token_by_device(client, world.signed_in(OTHER))["accessToken"]
    path = f"/assignment/roles?account_id={DEV}"
    answers = [world.portal(path, token) for _ in range(101)]
    beside = world.portal("/assignment/accounts", other)
    world.clock.advance(1)
    after = [world.portal(path, token).status for _ in range(21)]

    assert {answer.status for answer in answers[:100]} == {200}
    assert (answers[100].status, refusal(answers[100]).error) == (429, "TooManyRequestsException")
    assert answers[100].headers["Retry-After"] == "1"
    assert beside.status == 200
    assert after == [200] * 20 + [429]


def test_unknown_tokens_are_counted_with_their_machine(world: World) -> None:
    token = world.token_by_device(world.device_client())["accessToken"]
    answers = [world.portal("/assignment/accounts", "sks_at_nothing") for _ in range(101)]

    assert [answer.status for answer in answers] == [401] * 100 + [429]
    assert world.portal("/assignment/accounts", token).status == 200


def test_sts_throttles_as_it_does_at_aws(world: World) -> None:
    request = signed(world, keys_of(world))
    answers = [world.send("POST", "/", BODY, **FORM) for _ in range(600)]
    throttled = world.http.send(request)
    world.clock.advance(1)

    assert {answer.status for answer in answers} == {403}
    assert code_of(throttled) == (400, "Throttling")
    assert world.http.send(request).status == 200


@pytest.mark.parametrize("count", [11, 30])
def test_without_limits_nobody_waits(build: Build, count: int) -> None:
    world = build(limits=False)
    fields = {"clientName": "a-tool", "clientType": "public"}

    assert {world.post("/client/register", **fields).status for _ in range(count)} == {200}
