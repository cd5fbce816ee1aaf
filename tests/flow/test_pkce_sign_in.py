from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from sekisho.aws.oidc import IssuedToken, Oidc
from sekisho.errors import ServiceRejected, SignInDenied, SignInTimedOut
from sekisho.login.interface import Flow, SignInOptions
from sekisho.login.pkce import code_challenge
from sekisho.login.registration import register
from sekisho.model import RoleName
from sekisho.secret import Secret
from sekisho.testing.clock import START
from sekisho.testing.http import InterposedHttp
from sekisho.testing.loopback import Deliver, visit
from sekisho.wire.http import Request, Response
from sekisho.wire.rejection import Rejection
from tests.flow.world import CENTER, NOBODYS, PERSON, SESSION, World


def _answer_to(world: World) -> str:
    """The loopback address that the person's browser is sent to, code and all."""
    addresses: list[str] = []

    def note(request: Request) -> Response:
        addresses.append(request.url)
        return Response(200)

    world.person(deliver=note)
    return addresses[0]


def test_a_sign_in_through_the_pages_yields_a_token_that_is_the_persons(world: World) -> None:
    result = world.sign_in(world.comes_back())

    assert result.flow is Flow.PKCE
    assert result.record.person == PERSON
    assert result.token.refresh_token is not None
    assert result.credentials is not None
    assert world.store.token(SESSION.token_key) == result.token


def test_the_browser_ends_at_the_page_that_points_to_the_terminal(world: World) -> None:
    last = []
    world.sign_in(lambda deliver: last.append(world.person(deliver=deliver)))

    assert last[0].title == "Your answer has arrived"
    assert "terminal" in last[0].text


def test_a_wrong_state_is_refused_and_the_person_still_gets_in(world: World) -> None:
    answers: list[Response] = []

    def stranger(deliver: Deliver) -> None:
        address = parse_qs(urlsplit(world.progress.urls[-1]).query)["redirect_uri"][0]
        answers.append(deliver(visit(f"{address}?code=planted&state=guess")))
        answers.append(deliver(visit(f"{address}?error=access_denied&state=guess")))

    result = world.sign_in(stranger, world.comes_back())

    assert [answer.status for answer in answers] == [400, 400]
    assert result.record.person == PERSON
    assert world.progress.troubles == ["an answer with a wrong state was refused"] * 2


def test_a_wrong_verifier_gets_no_token(world: World) -> None:
    oidc = Oidc(world.http, CENTER)
    client = register(oidc, SESSION, Flow.PKCE, world.clock)
    redirect_uri = "http://127.0.0.1:49152/oauth/callback"
    verifier = Secret("v" * 43)
    world.progress.urls.append(
        oidc.authorize_url(
            client_id=client.client_id,
            redirect_uri=redirect_uri,
            state="s",
            scopes=("sso:account:access",),
            code_challenge=code_challenge(verifier),
        )
    )
    code = Secret(parse_qs(urlsplit(_answer_to(world)).query)["code"][0])

    def exchange(verifier: Secret) -> IssuedToken | Rejection:
        return oidc.create_token_with_code(
            client_id=client.client_id,
            client_secret=client.client_secret,
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
        )

    wrong = exchange(Secret("w" * 43))
    assert isinstance(wrong, Rejection)
    assert wrong.error == "InvalidGrantException"
    assert isinstance(exchange(verifier), IssuedToken)


def test_a_code_that_was_stolen_and_used_first_stores_nothing(world: World) -> None:
    spent: list[Response] = []

    def thief(request: Request) -> None:
        if b'"authorization_code"' in request.body and request.url.endswith("/token"):
            spent.append(world.center.send(request))

    world.http = InterposedHttp(world.center, thief)

    with pytest.raises(ServiceRejected, match="InvalidGrantException"):
        world.sign_in(world.comes_back())
    assert spent[0].status == 200
    assert world.stored_files == []


def test_the_persons_deny_ends_the_sign_in_at_once(world: World) -> None:
    with pytest.raises(SignInDenied, match="The person denied the request"):
        world.sign_in(world.comes_back("Deny"))
    assert world.clock.monotonic() == 0
    assert world.stored_files == []


def test_a_browser_that_never_comes_back_ends_at_the_deadline(world: World) -> None:
    with pytest.raises(SignInTimedOut):
        world.sign_in()
    assert world.clock.monotonic() == 600
    assert world.stored_files == []


def test_no_browser_waits_for_the_person_who_opens_the_url(world: World) -> None:
    result = world.sign_in(world.comes_back(), options=SignInOptions(no_browser=True))

    assert world.browser.opened == []
    assert result.record.person == PERSON


def test_the_token_and_the_registration_live_as_the_service_says(world: World) -> None:
    token = world.sign_in(world.comes_back()).token

    assert token.expires_at == START + timedelta(hours=1)
    assert token.registration_expires_at == START + timedelta(days=90)


def test_a_second_sign_in_uses_the_registration_again(world: World) -> None:
    first = world.sign_in(world.comes_back())
    second = world.sign_in(world.comes_back())

    assert second.token.client_id == first.token.client_id
    assert second.token.access_token != first.token.access_token
    assert world.operations().count("/client/register") == 1


def test_a_role_that_is_not_assigned_leaves_the_person_unknown(world: World) -> None:
    result = world.sign_in(world.comes_back(), role=NOBODYS)

    assert result.record.person is None
    assert RoleName("NobodyHasThis") in result.note
    assert world.store.token(SESSION.token_key) == result.token


def test_a_session_without_scopes_gets_a_token_that_refreshes(world: World) -> None:
    without = type(SESSION)(SESSION.start_url, SESSION.region, SESSION.session, None)
    result = world.sign_in(world.comes_back(), target=without)

    assert result.token.refresh_token is not None
    assert result.record.person == PERSON
