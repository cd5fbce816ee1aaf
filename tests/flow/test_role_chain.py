"""A role chain from a sign-in to its end, with the center at the other end of the wire."""

from typing import Any

import pytest

from sekisho.aws.retry import RetryingHttp
from sekisho.aws.sts import Sts
from sekisho.awsconfig.chain import RoleLink
from sekisho.credentials.interface import ChainRoute, Route
from sekisho.credentials.plan import never_ask, plan
from sekisho.errors import MfaCodeNeeded, RoleNotTrusting, ServiceRejected
from sekisho.model import CallerIdentity, ProfileName, RoleCredentials
from sekisho.secret import Secret
from tests.flow.world import CENTER, DEV, SESSION, World

DEPLOYER = "arn:aws:iam::1234567891012:role/deployer"
RELEASER = "arn:aws:iam::1234567891011:role/releaser"
SERIAL = "arn:aws:iam::1234567891011:mfa/me"


def link(role_arn: str, **more: Any) -> RoleLink:
    unsaid: dict[str, Any] = dict.fromkeys(
        ("session_name", "external_id", "duration_seconds", "mfa_serial", "source_identity")
    )
    return RoleLink(ProfileName("deploy"), role_arn, **{**unsaid, **more}, place="config:9")


TO_DEPLOYER = link(DEPLOYER, external_id="x-1", session_name="me", source_identity="me@example.com")


def fetch(world: World, *links: RoleLink, code: str | None = None) -> RoleCredentials:
    start = Route(SESSION, DEV, ProfileName("dev"), CENTER, CENTER)
    return plan(
        ChainRoute(start, links, CENTER),
        store=world.store,
        http=RetryingHttp(world.http, world.clock),
        clock=world.clock,
        lock_folder=world.home / "state" / "locks",
        ask_code=never_ask if code is None else lambda _link, _profile: Secret(code),
    ).fetch()


def identity_of(world: World, credentials: RoleCredentials) -> CallerIdentity:
    answer = Sts(world.http, CENTER, world.clock).get_caller_identity(credentials)
    assert isinstance(answer, CallerIdentity)
    return answer


@pytest.fixture
def signed_in(world: World) -> World:
    world.sign_in(world.comes_back())
    return world


def test_a_chain_of_two_ends_in_the_second_role(signed_in: World) -> None:
    first = identity_of(signed_in, fetch(signed_in, TO_DEPLOYER))
    second = identity_of(
        signed_in, fetch(signed_in, TO_DEPLOYER, link(RELEASER, source_identity="me@example.com"))
    )

    assert first.arn == "arn:aws:sts::1234567891012:assumed-role/deployer/me"
    assert second.arn.startswith("arn:aws:sts::1234567891011:assumed-role/releaser/")
    assert second.person == f"botocore-session-{int(signed_in.clock.now().timestamp())}"


def test_the_credentials_say_whose_they_are_and_for_how_long(signed_in: World) -> None:
    credentials = fetch(signed_in, link(DEPLOYER, external_id="x-1", duration_seconds=900))

    assert (credentials.role.account_id, credentials.role.role_name) == (
        "1234567891012",
        "deployer",
    )
    assert (credentials.expires_at - signed_in.clock.now()).total_seconds() == 900


@pytest.mark.parametrize(
    "asked",
    [link(DEPLOYER), link(DEPLOYER, external_id="x-2"), link(RELEASER), link(DEPLOYER + "s")],
)
def test_what_does_not_trust_the_source_is_refused(signed_in: World, asked: RoleLink) -> None:
    with pytest.raises(RoleNotTrusting) as refusal:
        fetch(signed_in, asked)

    assert f"sts:AssumeRole on resource: {asked.role_arn}" in refusal.value.what


def test_more_than_an_hour_is_refused_by_the_service(signed_in: World) -> None:
    with pytest.raises(ServiceRejected, match="1 hour session limit"):
        fetch(signed_in, link(DEPLOYER, external_id="x-1", duration_seconds=7200))


def test_a_code_that_is_no_device_s_is_refused(signed_in: World) -> None:
    asked = link(DEPLOYER, external_id="x-1", mfa_serial=SERIAL)

    with pytest.raises(RoleNotTrusting, match="invalid MFA one time pass code"):
        fetch(signed_in, asked, code="123456")
    with pytest.raises(MfaCodeNeeded):
        fetch(signed_in, asked)
