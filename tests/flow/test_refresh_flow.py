import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.center.settings import Lifetimes
from sekisho.errors import RefreshFailed, TokenExpired, Unreachable
from sekisho.login.sign_out import AtService, sign_out
from sekisho.store.interface import CachedToken
from sekisho.testing.clock import START
from sekisho.testing.http import InterposedHttp
from sekisho.wire.http import Request
from tests.flow.world import (
    BY_CODE,
    CENTER,
    DEV,
    LEGACY,
    LOGIN,
    PERSON,
    SESSION,
    World,
    build_world,
)

HOUR = 3600.0
DOWN = Unreachable("http://127.0.0.1:8765/token", "refused")


@pytest.fixture
def signed_in(world: World) -> World:
    world.sign_in(world.comes_back())
    world.center.requests.clear()
    return world


def _end_session(world: World) -> None:
    """The person signs out elsewhere: the session at the service is over, the files stay."""
    token = world.store.token(SESSION.token_key)
    record = world.store.record(SESSION.token_key)
    assert token is not None
    assert record is not None
    out = sign_out(
        SESSION,
        roles=(),
        oidc=CENTER,
        portal=CENTER,
        store=world.store,
        http=world.http,
        clock=world.clock,
        local=False,
        login=LOGIN,
    )
    assert out.service is AtService.ENDED
    world.store.put_token(SESSION.token_key, token, record)


def test_inside_the_window_the_service_gives_a_successor(signed_in: World) -> None:
    old = signed_in.store.token(SESSION.token_key)
    signed_in.clock.advance(HOUR - 14 * 60)
    token, record = signed_in.fresh_token()

    assert old is not None
    assert token.access_token != old.access_token
    assert token.expires_at == signed_in.clock.now() + (old.expires_at - START)
    assert record is not None
    assert record.person == PERSON
    assert signed_in.store.token(SESSION.token_key) == token


def test_before_the_window_nobody_is_asked(signed_in: World) -> None:
    signed_in.clock.advance(HOUR - 16 * 60)
    signed_in.fresh_token()

    assert signed_in.operations() == []


def test_an_expired_token_is_refreshed_again_and_again_while_the_session_lives(
    signed_in: World,
) -> None:
    for _ in range(3):
        signed_in.clock.advance(1.5 * HOUR)
        token, _ = signed_in.fresh_token()
        assert token.expires_at > signed_in.clock.now()


def test_role_credentials_of_the_sign_in_stay_good_over_a_refresh(signed_in: World) -> None:
    before = signed_in.store.record(SESSION.token_key)
    signed_in.clock.advance(HOUR)
    _, after = signed_in.fresh_token()

    assert before is not None
    assert after is not None
    assert after.issued == before.issued != ()


def test_after_the_sessions_end_the_refresh_is_refused_and_says_how_to_go_on(
    signed_in: World,
) -> None:
    signed_in.clock.advance(9 * HOUR)

    with pytest.raises(RefreshFailed) as raised:
        signed_in.fresh_token()
    assert "InvalidGrantException" in str(raised.value)
    assert raised.value.do == LOGIN


def test_a_session_that_ended_elsewhere_leaves_a_valid_token_in_use(signed_in: World) -> None:
    _end_session(signed_in)
    signed_in.clock.advance(HOUR - 60)
    token, _ = signed_in.fresh_token()

    assert token == signed_in.store.token(SESSION.token_key)
    assert token.expires_at > signed_in.clock.now()


def test_a_session_that_ended_elsewhere_ends_an_expired_token(signed_in: World) -> None:
    _end_session(signed_in)
    signed_in.clock.advance(HOUR + 60)

    with pytest.raises(RefreshFailed):
        signed_in.fresh_token()


def test_a_service_that_is_down_does_not_matter_while_the_token_is_valid(
    signed_in: World,
) -> None:
    signed_in.clock.advance(HOUR - 60)
    token, _ = signed_in.fresh_token(http=InterposedHttp(signed_in.center, lambda _r: DOWN))

    assert token.expires_at > signed_in.clock.now()


def test_a_service_that_is_down_matters_once_it_has_expired(signed_in: World) -> None:
    signed_in.clock.advance(HOUR)

    with pytest.raises(Unreachable):
        signed_in.fresh_token(http=InterposedHttp(signed_in.center, lambda _r: DOWN))


def test_a_device_sign_in_with_scopes_refreshes_too(world: World) -> None:
    world.after(1, world.person)
    old = world.sign_in(options=BY_CODE).token
    world.clock.advance(HOUR)
    token, _ = world.fresh_token()

    assert token.access_token != old.access_token


def test_the_legacy_form_lives_its_eight_hours_and_then_asks_for_a_sign_in(world: World) -> None:
    world.after(1, world.person)
    world.sign_in(target=LEGACY)
    world.clock.advance(7 * HOUR)
    world.fresh_token(LEGACY)
    world.clock.advance(1 * HOUR)

    with pytest.raises(TokenExpired):
        world.fresh_token(LEGACY)


def test_threads_with_one_expired_token_make_one_refresh(tmp_path: Path) -> None:
    world = build_world(tmp_path, lifetimes=Lifetimes(refresh_grace=0))
    world.sign_in(world.comes_back())
    world.clock.advance(HOUR + 60)
    world.center.requests.clear()
    together = threading.Barrier(8)

    def ask(_number: int) -> CachedToken:
        together.wait()
        return world.fresh_token()[0]

    with ThreadPoolExecutor(8) as threads:
        tokens = list(threads.map(ask, range(8)))

    assert world.operations() == ["/token"]
    assert all(token == tokens[0] for token in tokens)


def test_a_token_that_the_service_forgot_is_refused_by_the_service_and_not_lost(
    signed_in: World,
) -> None:
    kept = signed_in.store.token(SESSION.token_key)
    signed_in.forget_everything()
    signed_in.clock.advance(HOUR)

    with pytest.raises(RefreshFailed, match="InvalidClientException"):
        signed_in.fresh_token()
    assert signed_in.store.token(SESSION.token_key) == kept


def test_what_the_aws_cli_refreshed_meanwhile_is_used_without_a_person(signed_in: World) -> None:
    signed_in.clock.advance(HOUR)
    ours, record = signed_in.fresh_token()
    assert record is not None
    signed_in.store.put_record(SESSION.token_key, replace(record, token_sha256="0" * 64))
    token, bound = signed_in.fresh_token()

    assert token == ours
    assert bound is None


def test_a_sign_out_ends_the_token_at_the_service_and_leaves_no_file(world: World) -> None:
    world.sign_in(world.comes_back())
    requests: list[Request] = world.center.requests
    out = sign_out(
        SESSION,
        roles=(DEV,),
        oidc=CENTER,
        portal=CENTER,
        store=world.store,
        http=world.http,
        clock=world.clock,
        local=False,
        login=LOGIN,
    )

    assert out.service is AtService.ENDED
    assert out.credentials_until is not None
    assert requests[-1].url.endswith("/logout")
    assert world.store.token(SESSION.token_key) is None
    assert world.store.role_credentials(SESSION.token_key, DEV) is None
