from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.errors import ServiceRejected, Unreachable
from sekisho.login.interface import Flow
from sekisho.login.registration import is_known, is_reusable, register
from sekisho.model import SessionName
from sekisho.store.interface import Registration
from sekisho.testing.clock import START
from tests.unit.login.scene import (
    DEVICE_CLIENT,
    ISSUED,
    LEGACY,
    PKCE_CLIENT,
    REGISTERED,
    SESSION,
    START_URL,
    said,
    scripted,
    sent,
)

WITHOUT_SCOPES = replace(SESSION, scopes=None)


def test_pkce_registers_as_the_aws_cli_does() -> None:
    world = scripted(REGISTERED)
    registration = register(world.oidc, WITHOUT_SCOPES, Flow.PKCE, world.clock)

    assert sent(world) == [
        {
            "clientName": "botocore-client-hoge-dev",
            "clientType": "public",
            "grantTypes": ["authorization_code", "refresh_token"],
            "redirectUris": ["http://127.0.0.1/oauth/callback"],
            "issuerUrl": START_URL,
            "scopes": ["sso:account:access"],
        }
    ]
    assert registration.scopes == ("sso:account:access",)
    assert registration.grant_types == ("authorization_code", "refresh_token")
    assert registration.expires_at == START + timedelta(days=90)


def test_the_device_flow_names_no_grants_and_only_configured_scopes() -> None:
    world = scripted(REGISTERED, REGISTERED)
    register(world.oidc, SESSION, Flow.DEVICE_CODE, world.clock)
    register(world.oidc, WITHOUT_SCOPES, Flow.DEVICE_CODE, world.clock)

    assert sent(world) == [
        {
            "clientName": "botocore-client-hoge-dev",
            "clientType": "public",
            "scopes": ["sso:account:access"],
        },
        {"clientName": "botocore-client-hoge-dev", "clientType": "public"},
    ]


def test_the_legacy_form_is_named_by_the_time() -> None:
    world = scripted(REGISTERED)
    register(world.oidc, LEGACY, Flow.DEVICE_CODE, world.clock)

    assert sent(world) == [
        {"clientName": f"botocore-client-{START.timestamp():.0f}", "clientType": "public"}
    ]


def test_blanks_in_a_sessions_name_are_kept() -> None:
    world = scripted(REGISTERED)
    named = replace(SESSION, session=SessionName("hoge dev"))
    register(world.oidc, named, Flow.DEVICE_CODE, world.clock)
    (body,) = sent(world)
    assert isinstance(body, dict)

    assert body["clientName"] == "botocore-client-hoge dev"


def test_a_registration_that_is_refused_is_said() -> None:
    world = scripted(said("InvalidScopeException"))

    with pytest.raises(ServiceRejected, match="RegisterClient"):
        register(world.oidc, SESSION, Flow.PKCE, world.clock)


@pytest.mark.parametrize(
    ("registration", "flow", "reusable"),
    [
        (PKCE_CLIENT, Flow.PKCE, True),
        (DEVICE_CLIENT, Flow.DEVICE_CODE, True),
        (PKCE_CLIENT, Flow.DEVICE_CODE, False),
        (DEVICE_CLIENT, Flow.PKCE, False),
    ],
)
def test_a_registration_serves_the_flow_that_it_was_made_for(
    registration: Registration, flow: Flow, reusable: bool
) -> None:
    assert is_reusable(registration, flow, START) is reusable


@pytest.mark.parametrize(
    ("left", "reusable"), [(timedelta(minutes=15), False), (timedelta(minutes=15, seconds=1), True)]
)
def test_a_registration_needs_more_than_fifteen_minutes(left: timedelta, reusable: bool) -> None:
    ending = replace(PKCE_CLIENT, expires_at=START + left)

    assert is_reusable(ending, Flow.PKCE, START) is reusable


def test_the_service_is_asked_whether_it_knows_a_client_with_a_code_that_nobody_issued() -> None:
    world = scripted(said("InvalidGrantException"))

    assert is_known(world.oidc, PKCE_CLIENT)
    (body,) = sent(world)
    assert isinstance(body, dict)
    assert body["grantType"] == "authorization_code"
    assert body["clientId"] == "client-one"


def test_a_client_that_it_does_not_know_is_unknown() -> None:
    assert not is_known(scripted(said("InvalidClientException", 401)).oidc, PKCE_CLIENT)


def test_a_service_that_takes_any_code_knows_the_client() -> None:
    assert is_known(scripted(ISSUED).oidc, PKCE_CLIENT)


def test_a_service_that_is_down_is_found_out_here() -> None:
    with pytest.raises(Unreachable):
        is_known(scripted(Unreachable("https://oidc", "refused")).oidc, PKCE_CLIENT)
