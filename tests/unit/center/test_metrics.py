"""What Prometheus reads of a center, read by Prometheus's own parser."""

import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sekisho.center.directory import people
from sekisho.center.limits import REGISTER
from sekisho.center.logs import log_to_stderr
from sekisho.center.metrics import metrics_served
from sekisho.errors import PortTaken
from sekisho.secret import Secret
from tests.unit.center.scene import PERSON, Build, World


class Shown:
    """The figures at a URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def text(self) -> str:
        with urllib.request.urlopen(self.url, timeout=30) as answer:
            return str(answer.read().decode())

    def figure(self, name: str, **labels: str) -> float:
        found = [
            sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
            if sample.name == f"sekisho_center_{name}" and sample.labels == labels
        ]
        assert len(found) == 1, (name, labels, found)
        return found[0]


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def world(build: Build) -> World:
    return build(in_memory=False)


@pytest.fixture
def shown(world: World) -> Iterator[Shown]:
    with log_to_stderr(), metrics_served(world.center.database, 0) as url:
        yield Shown(url)


def test_they_are_on_this_machine_only(shown: Shown) -> None:
    assert shown.url.startswith("http://127.0.0.1:")


def test_requests_are_counted_by_operation_and_status(world: World, shown: Shown) -> None:
    world.device_client()
    world.device_client()
    world.portal("/assignment/accounts", "no-token")
    world.send("GET", "/nonsense")

    assert shown.figure("requests_total", operation="RegisterClient", status="200") == 2
    assert shown.figure("requests_total", operation="ListAccounts", status="401") == 1
    assert shown.figure("requests_total", operation="page", status="404") == 1
    assert shown.figure("request_seconds_count", operation="RegisterClient") == 2


def test_sign_ins_are_counted(world: World, shown: Shown) -> None:
    token = world.token_by_device(world.device_client())
    client = world.device_client()
    world.refresh(client, token["refreshToken"])

    assert shown.figure("sign_ins_total") == 1
    assert shown.figure("tokens_issued_total", grant="device_code") == 1


def test_guesses_and_lock_outs_are_counted(world: World, shown: Shown) -> None:
    for _ in range(7):
        people.authenticate(world.center, PERSON, Secret("obviously-wrong"), address="192.0.2.1")

    assert shown.figure("sign_ins_failed_total") == 5
    assert shown.figure("lock_outs_total") == 2


def test_who_was_told_to_wait_is_counted(world: World, shown: Shown) -> None:
    for _ in range(REGISTER.burst + 3):
        world.post("/client/register", clientName="a-tool", clientType="public")

    assert shown.figure("limited_total", bucket="register") == 3


def test_the_pool_is_shown_as_it_is(world: World, shown: Shown) -> None:
    with world.center.database.reading():
        inside = shown.figure("pool_connections", state="used")

    assert inside == 1
    assert shown.figure("pool_connections", state="used") == 0


def test_no_name_address_or_secret_gets_into_them(world: World, shown: Shown) -> None:
    client = world.device_client()
    token = world.token_by_device(client)
    world.portal("/assignment/accounts", token["accessToken"])
    people.authenticate(world.center, PERSON, Secret("obviously-wrong"), address="192.0.2.1")
    text = shown.text()

    for hidden in (PERSON, "hoge", "a-tool", "192.0.2.1", token["accessToken"], client.client_id):
        assert hidden not in text


def test_nothing_is_counted_afterwards_and_a_port_that_is_taken_is_said(world: World) -> None:
    with metrics_served(world.center.database, 0) as url:
        port = int(url.rpartition(":")[2].removesuffix("/metrics"))
        with (
            pytest.raises(PortTaken, match=str(port)) as raised,
            metrics_served(world.center.database, port),
        ):
            pass

    assert raised.value.do == "choose another --metrics-port"
