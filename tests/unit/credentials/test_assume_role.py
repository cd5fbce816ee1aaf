"""A role assumed with the credentials before it, and what each of STS's answers means."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.awsconfig.chain import RoleLink
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
from sekisho.model import ProfileName, Region, RoleCredentials
from sekisho.secret import Secret
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp
from sekisho.wire.http import Headers, Request, Response

DEPLOYER = "arn:aws:iam::1234567891012:role/deployer"
SERIAL = "arn:aws:iam::111122223333:mfa/me"


def link(name: str = "deploy", role_arn: str = DEPLOYER, **more: Any) -> RoleLink:
    unsaid: dict[str, Any] = dict.fromkeys(
        ("session_name", "external_id", "duration_seconds", "mfa_serial", "source_identity")
    )
    return RoleLink(ProfileName(name), role_arn, **{**unsaid, **more}, place="~/.aws/config:9")


def xml(status: int, body: str) -> Response:
    return Response(status, Headers({"Content-Type": "text/xml"}), body.encode())


def refused(code: str, message: str = "No.") -> Response:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return xml(403, f"<ErrorResponse>{error}</ErrorResponse>")


class Chain:
    """A chain that begins at the profile `dev`, signed in, its role credentials cached."""

    def __init__(self, route: Route, store: NativeStore, clock: FakeClock, folder: Path) -> None:
        self._route, self._store, self._clock, self._folder = route, store, clock, folder
        self.asked: list[RoleLink] = []
        self.http = ScriptedHttp()

    def assumed(self, key_id: str = "ASIAASSUMED1", *, minutes: float = 60) -> Response:
        until = self._clock.now() + timedelta(minutes=minutes)
        return xml(
            200,
            "<R><AssumeRoleResult><AssumedRoleUser>"
            "<Arn>arn:aws:sts::1234567891012:assumed-role/deployer/s</Arn></AssumedRoleUser>"
            f"<Credentials><AccessKeyId>{key_id}</AccessKeyId>"
            "<SecretAccessKey>fake</SecretAccessKey>"
            f"<SessionToken>FAKESESSION-{key_id}</SessionToken>"
            f"<Expiration>{until.isoformat()}</Expiration></Credentials></AssumeRoleResult></R>",
        )

    def fetch(self, *answers: Response, links: tuple[RoleLink, ...] = (link(),)) -> RoleCredentials:
        self.http = ScriptedHttp(*answers)
        sts = Endpoint("https://sts.eu-west-1.amazonaws.com", Region("eu-west-1"), False, "AWS")
        return plan(
            ChainRoute(self._route, links, sts),
            store=self._store,
            http=self.http,
            clock=self._clock,
            lock_folder=self._folder / "locks",
            ask_code=self._ask,
        ).fetch()

    def _ask(self, asking: RoleLink) -> Secret:
        self.asked.append(asking)
        return Secret("123456")


@pytest.fixture
def chain(route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path) -> Chain:
    return Chain(route, store, clock, tmp_path)


@pytest.fixture
def signed_in(
    sign_in: Any, route: Route, store: NativeStore, make_credentials: Any
) -> RoleCredentials:
    sign_in()
    credentials: RoleCredentials = make_credentials("ASIAFAKE1")
    assert store.put_issued(route.target.token_key, sha256_hex("FAKETOKEN"), credentials)
    return credentials


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
        links=(link("deploy"), link("release", "arn:aws:iam::1234567891012:role/releaser")),
    )
    first, second = chain.http.requests

    assert answer.access_key_id == "ASIAASSUMED2"
    assert "Credential=ASIAASSUMED1/" in second.headers["Authorization"]
    assert second.headers["X-Amz-Security-Token"] == "FAKESESSION-ASIAASSUMED1"
    assert (form(first)["RoleArn"], form(second)["RoleArn"]) == (
        DEPLOYER,
        "arn:aws:iam::1234567891012:role/releaser",
    )


@pytest.mark.usefixtures("signed_in")
def test_what_was_assumed_is_kept_nowhere(chain: Chain, store: NativeStore) -> None:
    chain.fetch(chain.assumed("ASIAASSUMED1"))
    again = chain.fetch(chain.assumed("ASIAASSUMED2"))
    written = [path.read_text() for path in store.home.rglob("*") if path.is_file()]

    assert again.access_key_id == "ASIAASSUMED2"
    assert written
    assert "ASIAASSUMED" not in "".join(written)


@pytest.mark.usefixtures("signed_in")
def test_the_code_of_a_device_is_asked_for_and_sent(chain: Chain) -> None:
    chain.fetch(chain.assumed(), links=(link(mfa_serial=SERIAL),))
    sent = form(chain.http.requests[0])

    assert [each.mfa_serial for each in chain.asked] == [SERIAL]
    assert (sent["SerialNumber"], sent["TokenCode"]) == (SERIAL, "123456")


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
