import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from sekisho.aws.oidc import IssuedToken
from sekisho.errors import (
    PortTaken,
    ServiceFailed,
    ServiceRejected,
    SignInDenied,
    SignInTimedOut,
)
from sekisho.login import pkce
from sekisho.login.interface import SignInOptions
from sekisho.login.pkce import code_challenge
from sekisho.secret import Secret
from sekisho.testing.http import ScriptedHttp, failure
from sekisho.testing.loopback import Deliver, visit
from sekisho.wire.http import Response
from sekisho.wire.rejection import Rejection
from tests.unit.login.scene import (
    ISSUED,
    LOGIN,
    OPTIONS,
    PKCE_CLIENT,
    SESSION,
    World,
    said,
    scripted,
    sent,
)


def _sign_in(world: World, options: SignInOptions = OPTIONS) -> IssuedToken | Rejection:
    return pkce.sign_in(SESSION, world.oidc, PKCE_CLIENT, world.ports, options)


def _asked(world: World) -> dict[str, str]:
    """The query of the authorize URL that was shown."""
    return {name: v[0] for name, v in parse_qs(urlsplit(world.progress.urls[-1]).query).items()}


def _comes_back(world: World, query: str = "code=abc") -> Callable[[Deliver], Response]:
    """The browser is sent back with the right state and this `query`."""

    def happening(deliver: Deliver) -> Response:
        asked = _asked(world)
        return deliver(visit(f"{asked['redirect_uri']}?{query}&state={asked['state']}"))

    return happening


def _stranger(query: str, answers: list[Response]) -> Callable[[Deliver], None]:
    def happening(deliver: Deliver) -> None:
        answers.append(deliver(visit(f"http://127.0.0.1:49152/oauth/callback?{query}")))

    return happening


def test_the_challenge_is_the_one_of_the_rfcs_own_example() -> None:
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")

    assert code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_sign_in_yields_the_token() -> None:
    world = scripted(ISSUED)
    world.happenings = (_comes_back(world),)

    issued = _sign_in(world)

    assert isinstance(issued, IssuedToken)
    assert issued.access_token.reveal() == "not-a-real-access-token"


def test_the_browser_is_sent_to_the_authorize_url_of_the_aws_cli() -> None:
    world = scripted(ISSUED)
    world.happenings = (_comes_back(world),)
    _sign_in(world)
    asked = _asked(world)

    assert world.browser.opened == world.progress.urls
    assert world.progress.opened == [True]
    assert world.browser.opened[0].startswith("https://oidc.us-east-1.amazonaws.com/authorize?")
    assert list(asked) == [
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "code_challenge_method",
        "scopes",
        "code_challenge",
    ]
    assert asked["redirect_uri"] == "http://127.0.0.1:49152/oauth/callback"
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f-]{16}", asked["state"])


def test_the_code_is_exchanged_with_the_verifier_of_the_challenge() -> None:
    world = scripted(ISSUED)
    world.happenings = (_comes_back(world),)
    _sign_in(world)
    (body,) = sent(world)
    assert isinstance(body, dict)

    assert body["grantType"] == "authorization_code"
    assert body["code"] == "abc"
    assert body["redirectUri"] == "http://127.0.0.1:49152/oauth/callback"
    assert re.fullmatch(r"[A-Za-z0-9\-._~]{64}", body["codeVerifier"])
    assert code_challenge(Secret(body["codeVerifier"])) == _asked(world)["code_challenge"]


def test_two_sign_ins_share_neither_state_nor_verifier() -> None:
    seen = set()
    for _ in range(2):
        world = scripted(ISSUED)
        world.happenings = (_comes_back(world),)
        _sign_in(world)
        seen |= {_asked(world)["state"], _asked(world)["code_challenge"]}

    assert len(seen) == 4


def test_a_wrong_state_is_refused_and_the_right_one_then_succeeds() -> None:
    world, answers = scripted(ISSUED), list[Response]()
    world.happenings = (_stranger("code=planted&state=guess", answers), _comes_back(world))

    issued = _sign_in(world)

    assert isinstance(issued, IssuedToken)
    assert [answer.status for answer in answers] == [400]
    assert world.progress.troubles == ["an answer with a wrong state was refused"]


def test_an_error_from_somebody_without_the_state_does_not_end_the_sign_in() -> None:
    world, answers = scripted(ISSUED), list[Response]()
    world.happenings = (_stranger("error=access_denied", answers), _comes_back(world))

    assert isinstance(_sign_in(world), IssuedToken)
    assert [answer.status for answer in answers] == [400]


def test_the_person_can_deny() -> None:
    world = scripted()
    world.happenings = (_comes_back(world, "error=access_denied"),)

    with pytest.raises(SignInDenied):
        _sign_in(world)
    assert sent(world) == []


def test_a_browser_that_never_comes_back_ends_at_the_deadline() -> None:
    world = scripted()

    with pytest.raises(SignInTimedOut) as raised:
        _sign_in(world)
    assert "within 10 minutes" in str(raised.value)
    assert raised.value.do == LOGIN
    assert world.clock.monotonic() == 600
    assert world.progress.waits == [600]


def test_the_port_is_given_back_however_it_ends() -> None:
    world = scripted()
    ports = world.ports

    with pytest.raises(SignInTimedOut):
        pkce.sign_in(SESSION, world.oidc, PKCE_CLIENT, ports, OPTIONS)
    assert not ports.loopback.open_ports  # type: ignore[attr-defined]


def test_no_browser_opens_nothing_and_waits() -> None:
    world = scripted(ISSUED)
    world.happenings = (_comes_back(world),)

    issued = _sign_in(world, SignInOptions(no_browser=True))

    assert isinstance(issued, IssuedToken)
    assert world.browser.opened == []
    assert world.progress.opened == [False]


def test_the_callback_port_can_be_chosen() -> None:
    world = scripted(ISSUED)
    world.happenings = (_comes_back(world),)
    _sign_in(world, SignInOptions(callback_port=8400))

    assert _asked(world)["redirect_uri"] == "http://127.0.0.1:8400/oauth/callback"


def test_a_port_that_is_taken_is_said_before_the_browser_opens() -> None:
    world = scripted()
    world.taken_ports = (8400,)

    with pytest.raises(PortTaken):
        _sign_in(world, SignInOptions(callback_port=8400))
    assert world.browser.opened == []


def test_a_code_that_the_service_refuses_ends_the_sign_in() -> None:
    world = scripted(said("InvalidGrantException"))
    world.happenings = (_comes_back(world),)

    with pytest.raises(ServiceRejected, match=r"\(InvalidGrantException\).*CreateToken"):
        _sign_in(world)


def test_a_registration_that_the_service_forgot_is_left_to_the_caller() -> None:
    world = scripted(said("InvalidClientException", 401))
    world.happenings = (_comes_back(world),)

    answer = _sign_in(world)

    assert isinstance(answer, Rejection)
    assert answer.error == "InvalidClientException"


def test_a_service_that_fails_at_the_exchange_is_said_to_have_failed() -> None:
    world = scripted(failure(500, "InternalServerException"))
    world.happenings = (_comes_back(world),)

    with pytest.raises(ServiceFailed):
        _sign_in(world)


def test_a_session_without_scopes_asks_for_the_aws_clis() -> None:
    world = World(ScriptedHttp(ISSUED))
    world.happenings = (_comes_back(world),)
    without = type(SESSION)(SESSION.start_url, SESSION.region, SESSION.session, None)
    pkce.sign_in(without, world.oidc, PKCE_CLIENT, world.ports, OPTIONS)

    assert _asked(world)["scopes"] == "sso:account:access"
