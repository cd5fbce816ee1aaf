"""A role assumed with the credentials before it, and what each of STS's answers means."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest

from sekisho.credentials.interface import ChainRoute, Route
from sekisho.credentials.plan import plan
from sekisho.errors import (
    ExitStatus,
    MfaCodeNeeded,
    RoleNotTrusting,
    SekishoError,
    ServiceFailed,
    ServiceRejected,
    TokenMissing,
)
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp
from sekisho.wire.http import Request
from tests.unit.credentials.chained import DEPLOYER, RELEASER, SERIAL, Chain, link, refused


def form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


@pytest.mark.usefixtures("signed_in")
def test_the_role_is_assumed_with_the_credentials_of_the_source(
    chain: Chain, clock: FakeClock
) -> None:
    answer = chain.fetch(chain.assumed())
    request = chain.http.requests[0]

    assert answer.access_key_id == "ASIAASSUMED1"
    assert (answer.role.account_id, answer.role.role_name) == ("1234567891012", "deployer")
    assert request.url == "https://sts.eu-west-1.amazonaws.com/"
    assert "Credential=ASIAFAKE1/" in request.headers["Authorization"]
    assert "/eu-west-1/sts/" in request.headers["Authorization"]
    assert form(request) == {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": DEPLOYER,
        "RoleSessionName": f"botocore-session-{int(clock.now().timestamp())}",
    }


@pytest.mark.usefixtures("signed_in")
def test_what_the_profile_says_goes_along(chain: Chain) -> None:
    said = link(
        session_name="me", external_id="x-1", duration_seconds=900, source_identity="me@example.com"
    )
    chain.fetch(chain.assumed(), links=(said,))

    assert form(chain.http.requests[0]) == {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": DEPLOYER,
        "RoleSessionName": "me",
        "ExternalId": "x-1",
        "DurationSeconds": "900",
        "SourceIdentity": "me@example.com",
    }


@pytest.mark.usefixtures("signed_in")
def test_each_link_is_assumed_with_the_one_before(chain: Chain) -> None:
    answer = chain.fetch(
        chain.assumed("ASIAASSUMED1"),
        chain.assumed("ASIAASSUMED2"),
        links=(link("deploy"), link("release", RELEASER)),
    )
    first, second = chain.http.requests

    assert answer.access_key_id == "ASIAASSUMED2"
    assert "Credential=ASIAASSUMED1/" in second.headers["Authorization"]
    assert second.headers["X-Amz-Security-Token"] == "FAKESESSION-ASIAASSUMED1"
    assert (form(first)["RoleArn"], form(second)["RoleArn"]) == (
        DEPLOYER,
        RELEASER,
    )


@pytest.mark.usefixtures("signed_in")
def test_what_was_assumed_is_not_kept_where_other_tools_look(
    chain: Chain, store: NativeStore
) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    written = [path.read_text() for path in store.home.rglob("*") if path.is_file()]

    assert written
    assert "ASIAASSUMED" not in "".join(written)


@pytest.mark.usefixtures("signed_in")
def test_the_code_of_a_device_is_asked_for_and_sent(chain: Chain) -> None:
    chain.fetch(chain.assumed(), links=(link(mfa_serial=SERIAL),))
    sent = form(chain.http.requests[0])

    assert [each.mfa_serial for each in chain.asked] == [SERIAL]
    assert (sent["SerialNumber"], sent["TokenCode"]) == (SERIAL, "987654")


def test_nobody_is_asked_for_a_code_before_the_sign_in_that_is_needed(chain: Chain) -> None:
    with pytest.raises(TokenMissing) as refusal:
        chain.fetch(links=(link(mfa_serial=SERIAL),))

    assert refusal.value.do == "sekisho login --profile dev"
    assert chain.asked == []


@pytest.mark.usefixtures("signed_in")
def test_where_nobody_can_be_asked_nothing_is_sent(
    route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path
) -> None:
    http = ScriptedHttp()
    needs = ChainRoute(route, (link(mfa_serial=SERIAL),), route.portal)
    source = plan(needs, store=store, http=http, clock=clock, lock_folder=tmp_path / "locks")

    with pytest.raises(MfaCodeNeeded) as refusal:
        source.fetch()

    assert refusal.value.exit_status is ExitStatus.REFUSED
    assert SERIAL in refusal.value.what
    assert "sekisho whoami --profile deploy " in refusal.value.do
    assert http.requests == []


@pytest.mark.usefixtures("signed_in")
def test_a_role_that_does_not_trust_the_caller_is_named_with_its_place(chain: Chain) -> None:
    sentence = f"User: x is not authorized to perform: sts:AssumeRole on resource: {DEPLOYER}"
    with pytest.raises(RoleNotTrusting) as refusal:
        chain.fetch(refused("AccessDenied", sentence))

    assert refusal.value.exit_status is ExitStatus.REFUSED
    assert refusal.value.what == (
        f"An error occurred (AccessDenied) when calling the AssumeRole operation: {sentence}\n"
        f"~/.aws/config:9: role_arn = {DEPLOYER}"
    )


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    "code, message, do",
    [
        ("ExpiredToken", "It is over.", "sekisho login --profile dev"),
        ("InvalidClientTokenId", "Not ours.", "sekisho login --profile dev"),
        ("SignatureDoesNotMatch", "Signature expired: 1 is earlier", "set this machine's clock"),
        ("ValidationError", "Too long.", "profile deploy says of its role at ~/.aws/config:9"),
    ],
)
def test_another_rejection_says_what_it_is_about(
    chain: Chain, code: str, message: str, do: str
) -> None:
    with pytest.raises(ServiceRejected) as refusal:
        chain.fetch(refused(code, message))

    assert f"({code})" in refusal.value.what
    assert do in refusal.value.do


@pytest.mark.usefixtures("signed_in")
def test_credentials_that_are_over_on_arrival_are_the_service_s_fault(chain: Chain) -> None:
    with pytest.raises(ServiceFailed, match="still expired"):
        chain.fetch(chain.assumed(minutes=0))


def test_the_errors_of_the_source_are_those_of_the_chain(chain: Chain) -> None:
    with pytest.raises(SekishoError) as refusal:
        chain.fetch()

    assert refusal.value.exit_status is ExitStatus.SIGN_IN_NEEDED
    assert chain.http.requests == []
