from datetime import timedelta

import msgspec
import pytest

from sekisho.aws.endpoint import Service, resolve
from sekisho.credentials.formats import process_json
from sekisho.credentials.interface import Route
from sekisho.errors import AgentNotUnderstood, Mismatch
from sekisho.guard.answers import Credentials
from sekisho.guard.client import AgentClient
from sekisho.guard.source import ReleasedSource
from sekisho.model import (
    AccountId,
    Delivery,
    ProfileName,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.secret import Secret
from sekisho.testing.agent import ScriptedAgent
from sekisho.testing.clock import FakeClock

REGION = Region("us-east-1")
ROLE = Role(AccountId("123456789012"), RoleName("ReadOnlyAccess"))
ROUTE = Route(
    SignInTarget(
        StartUrl("https://hoge.awsapps.com/start"),
        REGION,
        SessionName("hoge"),
        ("sso:account:access",),
        Delivery.GUARDED,
    ),
    ROLE,
    ProfileName("dev"),
    resolve(Service.SSO_OIDC, REGION, environ={}, overrides={}),
    resolve(Service.SSO, REGION, environ={}, overrides={}),
)
UNTIL = FakeClock().now().replace(microsecond=0) + timedelta(hours=1)
CREDENTIALS = RoleCredentials("ASIAFAKE", Secret("fake/secret"), Secret("FAKE"), UNTIL, ROLE)


def source(document: bytes) -> ReleasedSource:
    agent = ScriptedAgent((Credentials(msgspec.Raw(document)),))
    return ReleasedSource(AgentClient(agent.connect), ROUTE, "/home/you/.aws/config")


def test_what_is_released_are_the_credentials_of_the_role() -> None:
    released = source(process_json(CREDENTIALS).encode()).fetch()

    assert released == CREDENTIALS


def test_credentials_for_another_account_are_refused() -> None:
    document = process_json(CREDENTIALS).replace("123456789012", "210987654321")

    with pytest.raises(Mismatch) as raised:
        source(document.encode()).fetch()

    assert "210987654321" in raised.value.what
    assert "123456789012" in raised.value.what


@pytest.mark.parametrize("document", [b"[]", b"{}", b'{"Version": 1}', b"1"])
def test_what_are_no_credentials_is_said_without_quoting_it(document: bytes) -> None:
    with pytest.raises(AgentNotUnderstood, match="are no credentials"):
        source(document).fetch()
