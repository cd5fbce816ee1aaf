from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.errors import TokenInvalid, Unreachable
from sekisho.login.sign_out import AtService, SignedOut, sign_out
from sekisho.model import RoleCredentials, TokenKey
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken
from sekisho.store.keys import issued_digest
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import START
from sekisho.testing.http import ScriptedHttp, failure, success
from sekisho.wire.http import Response
from tests.unit.login.scene import (
    ELSEWHERE,
    LOGIN,
    OIDC,
    PKCE_CLIENT,
    PORTAL,
    ROLE,
    SESSION,
    World,
    cached,
    recorded,
    scripted,
    sent,
)

KEY = SESSION.token_key
TOKEN = cached(left=timedelta(hours=1))


def _credentials(left: timedelta) -> RoleCredentials:
    return RoleCredentials(
        "ASIANOTAREALKEYATALL", Secret("not-real"), Secret("not-real"), START + left, ROLE
    )


def _signed_in(left: timedelta = timedelta(minutes=30)) -> MemoryStore:
    store = MemoryStore()
    store.put_token(KEY, TOKEN, recorded(TOKEN))
    store.put_role_credentials(KEY, _credentials(left))
    return store


def _sign_out(
    world: World, store: MemoryStore, *, local: bool = False, portal: Endpoint = PORTAL
) -> SignedOut:
    return sign_out(
        SESSION,
        roles=(ROLE,),
        oidc=OIDC,
        portal=portal,
        store=store,
        http=world.http,
        clock=world.clock,
        local=local,
        login=LOGIN,
    )


def test_the_portal_is_told_and_everything_here_is_removed() -> None:
    world, store = scripted(success()), _signed_in()
    out = _sign_out(world, store)

    assert out.service is AtService.ENDED
    assert out.had_token
    assert store.is_empty
    assert isinstance(world.http, ScriptedHttp)
    assert [request.url for request in world.http.requests] == [f"{PORTAL.url}/logout"]


def test_it_says_until_when_issued_credentials_live() -> None:
    out = _sign_out(scripted(success()), _signed_in())

    assert out.credentials_until == START + timedelta(minutes=30)


def test_it_says_until_when_assumed_roles_live() -> None:
    world, store = scripted(success()), _signed_in()
    store.put_issued(KEY, recorded(TOKEN).token_sha256, _credentials(timedelta(minutes=30)))
    assert store.put_assumed(
        KEY,
        "{}",
        _credentials(timedelta(minutes=50)),
        source=issued_digest(_credentials(timedelta(minutes=30))),
        kept_at=START,
    )

    assert _sign_out(world, store).credentials_until == START + timedelta(minutes=50)
    assert store.is_empty


def test_credentials_that_are_over_are_not_worth_a_word() -> None:
    out = _sign_out(scripted(success()), _signed_in(left=timedelta(0)))

    assert out.credentials_until is None


@pytest.mark.parametrize(
    "answer",
    [
        Unreachable("https://portal", "refused"),
        failure(500, "InternalServerException"),
        failure(429, "TooManyRequestsException"),
        failure(400, "InvalidRequestException"),
    ],
)
def test_a_service_that_fails_does_not_keep_the_files(answer: Response | Exception) -> None:
    store = _signed_in()
    out = _sign_out(scripted(answer), store)

    assert out.service is AtService.NOT_REACHED
    assert out.reason
    assert store.is_empty


def test_a_token_that_the_service_no_longer_knows_is_gone() -> None:
    out = _sign_out(scripted(failure(401, "UnauthorizedException")), _signed_in())

    assert (out.service, out.reason) == (AtService.GONE, "")


def test_local_does_not_call_the_service() -> None:
    world, store = scripted(), _signed_in()
    out = _sign_out(world, store, local=True)

    assert out.service is AtService.NOT_ASKED
    assert sent(world) == []
    assert store.is_empty


def test_a_token_of_another_endpoint_is_removed_and_not_sent() -> None:
    world, store = scripted(), _signed_in()
    out = _sign_out(world, store, portal=ELSEWHERE)

    assert out.service is AtService.NOT_REACHED
    assert ELSEWHERE.url in out.reason
    assert sent(world) == []
    assert store.is_empty


@pytest.mark.parametrize("local", [True, False])
def test_a_torn_token_is_left_alone_and_named(local: bool) -> None:
    class Torn(MemoryStore):
        def token(self, key: TokenKey) -> CachedToken | None:
            raise TokenInvalid(key.value, Path("cache.json"), "it is cut off", login=LOGIN)

    store = Torn()
    store.put_token(KEY, TOKEN, recorded(TOKEN))
    out = _sign_out(scripted(), store, local=local)

    assert out.had_token
    assert out.service is (AtService.NOT_ASKED if local else AtService.NOT_REACHED)
    assert "cache.json: it is cut off" in out.left_alone
    assert store.tokens == {KEY: TOKEN}
    assert not store.records


def test_where_nobody_is_signed_in_that_is_said() -> None:
    world = scripted()
    out = _sign_out(world, MemoryStore())

    assert out == SignedOut(
        had_token=False, service=AtService.NOT_ASKED, reason="", credentials_until=None
    )
    assert sent(world) == []


def test_the_client_registration_stays() -> None:
    store = _signed_in()
    store.put_registration(SESSION, PKCE_CLIENT)
    _sign_out(scripted(success()), store)

    assert store.registrations == {SESSION: PKCE_CLIENT}


def test_another_sign_in_stays_as_it_was() -> None:
    store = _signed_in()
    other = TokenKey(KEY.form, "hoge-stg")
    store.put_token(other, TOKEN, recorded(TOKEN))
    _sign_out(scripted(success()), store)

    assert store.tokens == {other: TOKEN}
