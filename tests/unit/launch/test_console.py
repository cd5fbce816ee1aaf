from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.errors import EndpointInvalid, PlainHttpRefused, ServiceRejected, UsageError
from sekisho.launch.console import Console, console_in, console_url
from sekisho.model import AccountId, Region, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.testing.clock import START, FakeClock
from tests.unit.center.scene import ADMIN, DEV, ORIGIN, START_URL, World, settings_in
from tests.unit.center.services.test_sts import keys_of


def found(region: str, service: str | None = None, **environ: str) -> Console:
    return console_in(Region(region), service, environ=environ, overrides={})


@pytest.mark.parametrize(
    "region, signin, destination",
    [
        ("us-east-1", "https://signin.aws.amazon.com", "us-east-1.console.aws.amazon.com"),
        ("ap-northeast-1", "https://ap-northeast-1.signin.aws.amazon.com",
         "ap-northeast-1.console.aws.amazon.com"),
        ("cn-north-1", "https://cn-north-1.signin.amazonaws.cn",
         "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "https://us-gov-west-1.signin.amazonaws-us-gov.com",
         "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("eusc-de-east-1", "https://eusc-de-east-1.signin.amazonaws-eusc.eu",
         "eusc-de-east-1.console.amazonaws-eusc.eu"),
    ],
)  # fmt: skip
def test_each_partition_has_a_console_of_its_own(
    region: str, signin: str, destination: str
) -> None:
    console = found(region)

    assert console.signin.url == signin
    assert console.destination == f"https://{destination}/console/home?region={region}"


def test_a_service_has_a_page_of_its_own() -> None:
    destination = "https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1"

    assert found("eu-west-1", "s3").destination == destination


@pytest.mark.parametrize("service", ["", "S3", "a/b", "a?b", "../x", "-x", "é"])
def test_a_service_that_is_none_is_refused(service: str) -> None:
    with pytest.raises(UsageError, match="--service"):
        found("us-east-1", service)


def test_a_partition_whose_console_is_not_known_is_refused() -> None:
    with pytest.raises(UsageError, match="aws-iso"):
        found("us-iso-east-1")


def test_the_variable_of_the_service_overrides_the_sign_in_and_not_the_destination() -> None:
    console = found("us-east-1", AWS_ENDPOINT_URL_SIGNIN="http://127.0.0.1:8765/")

    assert console.signin.url == "http://127.0.0.1:8765"
    assert console.destination.startswith("https://us-east-1.console.aws.amazon.com/")


def test_an_override_that_is_no_url_is_refused() -> None:
    with pytest.raises(EndpointInvalid):
        found("us-east-1", AWS_ENDPOINT_URL_SIGNIN="nonsense")


# --- against the center ---


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(settings_in(tmp_path), FakeClock())
    yield made
    made.center.database.close()


@pytest.fixture
def credentials(world: World) -> RoleCredentials:
    keys = keys_of(world)
    return RoleCredentials(
        keys["accessKeyId"],
        Secret(keys["secretAccessKey"]),
        Secret(keys["sessionToken"]),
        START,
        Role(AccountId(DEV), RoleName(ADMIN)),
    )


CENTER = found("eu-west-1", "s3", AWS_ENDPOINT_URL_SIGNIN=ORIGIN)


def test_the_address_opens_the_console_as_the_role(
    world: World, credentials: RoleCredentials
) -> None:
    url = console_url(world.http, CENTER, credentials, issuer=START_URL).reveal()
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    page = world.send("GET", f"{parts.path}?{parts.query}")

    assert url.startswith(f"{ORIGIN}/federation?Action=login&")
    assert query["Issuer"] == [START_URL]
    assert query["Destination"] == [CENTER.destination]
    assert page.status == 200
    assert DEV in page.body.decode()
    assert ADMIN in page.body.decode()


def test_no_credentials_are_in_the_address(world: World, credentials: RoleCredentials) -> None:
    url = console_url(world.http, CENTER, credentials, issuer=START_URL).reveal()

    assert credentials.secret_access_key.reveal() not in url
    assert credentials.session_token.reveal() not in url


def test_credentials_that_are_over_are_rejected(world: World, credentials: RoleCredentials) -> None:
    world.clock.advance(3600)

    with pytest.raises(ServiceRejected, match="ExpiredToken"):
        console_url(world.http, CENTER, credentials, issuer=START_URL)


def test_credentials_do_not_go_over_plain_http(world: World, credentials: RoleCredentials) -> None:
    away = Endpoint("http://example.com", Region("us-east-1"), overridden=True, source="a test")
    with pytest.raises(PlainHttpRefused):
        console_url(world.http, Console(away, "https://x"), credentials, issuer=START_URL)
