"""The service forgets, refuses, throttles, fails: each is a clear error, and nothing is stored."""

import pytest

from sekisho.errors import (
    SekishoError,
    ServiceFailed,
    ServiceRejected,
    Throttled,
    Unreachable,
)
from sekisho.login.interface import SignInOptions
from sekisho.model import SessionName, SignInTarget, StartUrl
from sekisho.testing.http import InterposedHttp, failure
from sekisho.wire.http import Request, Response
from tests.flow.world import BY_BROWSER, BY_CODE, PERSON, SESSION, US_EAST_1, World

ANSWERS: list[tuple[Response | Exception, type[SekishoError]]] = [
    (failure(401, "InvalidClientException"), ServiceRejected),
    (failure(403, "ForbiddenException"), ServiceRejected),
    (failure(429, "TooManyRequestsException"), Throttled),
    (failure(500, "InternalServerException"), ServiceFailed),
    (failure(503, "503"), ServiceFailed),
    (Response(200, body=b"<html>a proxy's page</html>"), ServiceFailed),
    (Unreachable("http://127.0.0.1:8765/", "refused"), Unreachable),
]


def _put_in_the_way(world: World, path: str, answer: Response | Exception) -> None:
    def rule(request: Request) -> Response | Exception | None:
        return answer if request.url.endswith(path) else None

    world.http = InterposedHttp(world.center, rule)


@pytest.mark.parametrize(("answer", "error"), ANSWERS)
@pytest.mark.parametrize("path", ["/client/register", "/device_authorization"])
def test_a_device_sign_in_says_what_the_service_said(
    world: World, path: str, answer: Response | Exception, error: type[SekishoError]
) -> None:
    _put_in_the_way(world, path, answer)

    with pytest.raises(error):
        world.sign_in(options=BY_CODE)
    assert world.stored_files == []


@pytest.mark.parametrize(("answer", "error"), ANSWERS)
@pytest.mark.parametrize("path", ["/client/register", "/token"])
def test_a_sign_in_by_the_browser_says_what_the_service_said(
    world: World, path: str, answer: Response | Exception, error: type[SekishoError]
) -> None:
    _put_in_the_way(world, path, answer)

    with pytest.raises(error):
        world.sign_in(world.comes_back())
    assert world.stored_files == []


@pytest.mark.parametrize(("answer", "_error"), ANSWERS)
def test_a_portal_in_trouble_leaves_a_sign_in_without_a_person(
    world: World, answer: Response | Exception, _error: type[SekishoError]
) -> None:
    def rule(request: Request) -> Response | Exception | None:
        return answer if "/federation/credentials" in request.url else None

    world.http = InterposedHttp(world.center, rule)
    result = world.sign_in(world.comes_back())

    assert result.record.person is None
    assert result.note
    assert world.store.token(SESSION.token_key) == result.token


@pytest.mark.parametrize("options", [BY_BROWSER, BY_CODE])
def test_a_registration_that_the_service_forgot_is_made_anew(
    world: World, options: SignInOptions
) -> None:
    def sign_in() -> str | None:
        if options is BY_CODE:
            world.after(1, world.person)
        return world.sign_in(world.comes_back(), options=options).record.person

    sign_in()
    world.forget_everything()

    assert sign_in() == PERSON
    assert world.operations().count("/client/register") == 1


def test_a_start_url_of_nobodys_is_refused(world: World) -> None:
    elsewhere = SignInTarget(
        StartUrl("https://other.awsapps.com/start"), US_EAST_1, SessionName("other"), None
    )

    with pytest.raises(ServiceRejected) as raised:
        world.sign_in(target=elsewhere, options=BY_CODE)
    assert "start" in raised.value.do
    assert world.stored_files == []
