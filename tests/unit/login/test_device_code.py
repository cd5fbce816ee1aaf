import json
from collections.abc import Mapping

import pytest

from sekisho.aws.oidc import IssuedToken
from sekisho.errors import (
    ServiceFailed,
    ServiceRejected,
    SignInDenied,
    SignInTimedOut,
    Throttled,
    TlsNotVerified,
    Unreachable,
)
from sekisho.login import device_code
from sekisho.login.interface import SignInOptions
from sekisho.testing.http import InterposedHttp, ScriptedHttp, failure, success
from sekisho.wire.http import Request, Response
from sekisho.wire.rejection import Rejection
from tests.unit.login.scene import (
    DEVICE,
    DEVICE_CLIENT,
    ISSUED,
    LOGIN,
    OPTIONS,
    SESSION,
    START_URL,
    World,
    said,
    scripted,
    sent,
)

PENDING = said("AuthorizationPendingException")
SLOW_DOWN = said("SlowDownException")
DOWN = Unreachable("https://oidc.us-east-1.amazonaws.com/token", "Connection refused")


def _sign_in(world: World, options: SignInOptions = OPTIONS) -> IssuedToken | Rejection:
    return device_code.sign_in(SESSION, world.oidc, DEVICE_CLIENT, world.ports, options)


def _device(**changed: object) -> Response:
    fields: Mapping[str, object] = json.loads(DEVICE.body)
    return success({**fields, **changed})


def _for_ever(answer: Response | Exception) -> World:
    """A service that starts a sign-in, and then always gives this answer."""

    def rule(request: Request) -> Response | Exception:
        return answer if request.url.endswith("/token") else DEVICE

    return World(InterposedHttp(ScriptedHttp(), rule))


def test_a_sign_in_yields_the_token() -> None:
    issued = _sign_in(scripted(DEVICE, PENDING, ISSUED))

    assert isinstance(issued, IssuedToken)


def test_it_says_to_the_service_what_the_aws_cli_says() -> None:
    world = scripted(DEVICE, ISSUED)
    _sign_in(world)

    assert sent(world) == [
        {
            "clientId": "client-one",
            "clientSecret": "not-a-real-secret",
            "startUrl": START_URL,
        },
        {
            "grantType": "urn:ietf:params:oauth:grant-type:device_code",
            "clientId": "client-one",
            "clientSecret": "not-a-real-secret",
            "deviceCode": "not-a-real-device-code",
        },
    ]


def test_the_code_is_shown_and_one_interval_passes_before_the_first_poll() -> None:
    moments: list[tuple[float, int]] = []
    world = scripted(DEVICE, ISSUED)
    inner = world.http

    def rule(request: Request) -> None:
        if request.url.endswith("/token"):
            moments.append((world.clock.monotonic(), len(world.progress.codes)))

    world.http = InterposedHttp(inner, rule)
    _sign_in(world)

    assert moments == [(5.0, 1)]


def test_what_a_careful_person_compares_is_shown() -> None:
    world = scripted(DEVICE, ISSUED)
    _sign_in(world)

    assert world.progress.codes == [
        ("BCDF-GHJK", "https://hoge.awsapps.com/start/#/device", "hoge.awsapps.com", "us-east-1")
    ]


def test_the_browser_opens_the_page_that_has_the_code_filled_in() -> None:
    world = scripted(DEVICE, ISSUED)
    _sign_in(world)

    assert world.browser.opened == ["https://hoge.awsapps.com/start/#/device?user_code=BCDF-GHJK"]
    assert world.progress.opened == [True]


def test_no_browser_opens_nothing() -> None:
    world = scripted(DEVICE, ISSUED)
    _sign_in(world, SignInOptions(no_browser=True))

    assert world.browser.opened == []
    assert world.progress.opened == [False]


def test_plain_http_to_another_machine_is_shown_and_not_opened() -> None:
    url = "http://sso.example.com/device?user_code=BCDF-GHJK"
    world = scripted(_device(verificationUriComplete=url), ISSUED)
    _sign_in(world)

    assert world.browser.opened == []
    assert world.progress.urls == [url]
    assert world.progress.opened == [False]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "--help"])
def test_what_is_no_web_address_is_not_even_shown(url: str) -> None:
    world = scripted(_device(verificationUriComplete=url))

    with pytest.raises(ServiceFailed):
        _sign_in(world)
    assert (world.browser.opened, world.progress.urls) == ([], [])


def test_plain_http_on_this_machine_is_opened() -> None:
    url = "http://127.0.0.1:8765/device?user_code=BCDF-GHJK"
    world = scripted(_device(verificationUriComplete=url), ISSUED)
    _sign_in(world)

    assert world.browser.opened == [url]


def test_pending_goes_on_at_the_services_interval() -> None:
    world = scripted(DEVICE, PENDING, PENDING, PENDING, ISSUED)
    _sign_in(world)

    assert world.clock.slept == [5, 5, 5, 5]


def test_slow_down_makes_the_interval_five_seconds_longer_for_good() -> None:
    world = scripted(DEVICE, SLOW_DOWN, PENDING, SLOW_DOWN, PENDING, ISSUED)
    _sign_in(world)

    assert world.clock.slept == [5, 10, 10, 15, 15]


def test_without_an_interval_it_is_five_seconds() -> None:
    fields = json.loads(DEVICE.body)
    del fields["interval"]
    world = scripted(success(fields), ISSUED)
    _sign_in(world)

    assert world.clock.slept == [5]


def test_the_person_can_deny() -> None:
    with pytest.raises(SignInDenied, match="AccessDeniedException of a test"):
        _sign_in(scripted(DEVICE, PENDING, said("AccessDeniedException")))


def test_an_expired_code_is_a_sign_in_that_timed_out() -> None:
    with pytest.raises(SignInTimedOut) as raised:
        _sign_in(scripted(DEVICE, PENDING, said("ExpiredTokenException")))
    assert raised.value.do == LOGIN


@pytest.mark.parametrize(
    "error",
    [
        "InvalidGrantException",
        "InvalidRequestException",
        "UnauthorizedClientException",
        "UnsupportedGrantTypeException",
        "InvalidScopeException",
        "400",
    ],
)
def test_any_other_rejection_ends_it_in_the_services_words(error: str) -> None:
    with pytest.raises(ServiceRejected) as raised:
        _sign_in(scripted(DEVICE, said(error)))
    assert str(raised.value).startswith(
        f"An error occurred ({error}) when calling the CreateToken operation"
    )


def test_a_service_that_never_stops_pending_ends_at_the_codes_own_life() -> None:
    world = _for_ever(PENDING)

    with pytest.raises(SignInTimedOut, match="within 10 minutes"):
        _sign_in(world)
    assert world.clock.monotonic() == 600


def test_a_shorter_life_of_the_code_is_the_deadline() -> None:
    world = scripted(_device(expiresIn=12), PENDING, PENDING, PENDING)

    with pytest.raises(SignInTimedOut):
        _sign_in(world)
    assert world.clock.slept == [5, 5, 2]
    assert world.progress.waits == [12]


def test_a_longer_life_of_the_code_does_not_make_it_wait_longer() -> None:
    def rule(request: Request) -> Response:
        return PENDING if request.url.endswith("/token") else _device(expiresIn=3600)

    world = World(InterposedHttp(ScriptedHttp(), rule))

    with pytest.raises(SignInTimedOut):
        _sign_in(world)
    assert world.clock.monotonic() == 600


@pytest.mark.parametrize(
    "trouble", [DOWN, failure(503, "503"), failure(429, "TooManyRequestsException")]
)
def test_trouble_while_polling_doubles_the_wait_and_does_not_end_it(
    trouble: Response | Exception,
) -> None:
    world = scripted(DEVICE, trouble, trouble, PENDING, ISSUED)
    issued = _sign_in(world)

    assert isinstance(issued, IssuedToken)
    assert world.clock.slept == [5, 10, 20, 5]
    assert len(world.progress.troubles) == 2


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (DOWN, Unreachable),
        (failure(503, "503"), ServiceFailed),
        (failure(429, "TooManyRequestsException"), Throttled),
    ],
)
def test_trouble_until_the_deadline_is_what_is_said(
    trouble: Response | Exception, error: type[Exception]
) -> None:
    world = _for_ever(trouble)

    with pytest.raises(error):
        _sign_in(world)
    assert world.clock.monotonic() == 600


def test_a_certificate_that_does_not_verify_is_not_tried_again() -> None:
    world = scripted(DEVICE, TlsNotVerified("https://oidc.us-east-1.amazonaws.com", "self-signed"))

    with pytest.raises(TlsNotVerified):
        _sign_in(world)


@pytest.mark.parametrize(
    "script",
    [(said("InvalidClientException", 401),), (DEVICE, said("InvalidClientException", 401))],
)
def test_a_registration_that_the_service_forgot_is_left_to_the_caller(
    script: tuple[Response, ...],
) -> None:
    answer = _sign_in(scripted(*script))

    assert isinstance(answer, Rejection)
    assert answer.error == "InvalidClientException"


def test_a_start_url_that_the_service_does_not_know_is_said() -> None:
    with pytest.raises(ServiceRejected, match="StartDeviceAuthorization") as raised:
        _sign_in(scripted(said("InvalidRequestException")))
    assert "sso_start_url" in raised.value.do


def test_a_throttled_start_says_to_wait() -> None:
    with pytest.raises(Throttled, match="StartDeviceAuthorization"):
        _sign_in(scripted(SLOW_DOWN))
