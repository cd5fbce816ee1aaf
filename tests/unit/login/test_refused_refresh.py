"""A refresh token that the service has refused for good is remembered, and never sent again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.errors import RefreshFailed, SekishoError, TokenNotAccepted, Unreachable
from sekisho.login.refresh import can_be_refreshed
from sekisho.store.interface import CachedToken
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import START
from sekisho.testing.http import failure
from sekisho.wire.http import Response
from tests.unit.login.scene import (
    ISSUED,
    LOGIN,
    SESSION,
    cached,
    fresh,
    holding,
    recorded,
    said,
    scripted,
    sent,
)

KEY = SESSION.token_key
MINUTES = timedelta(minutes=1)
EXPIRED = -1 * MINUTES
FOR_GOOD = [
    said("InvalidGrantException"),
    said("InvalidClientException", 401),
    said("UnauthorizedClientException"),
]
MAY_PASS = [
    said("SlowDownException"),
    said("ExpiredTokenException"),
    said("AccessDeniedException"),
    said("InvalidRequestException"),
    failure(429, "TooManyRequestsException"),
    failure(500, "InternalServerException"),
    failure(503, "InvalidGrantException"),
    Unreachable("https://oidc.us-east-1.amazonaws.com/token", "refused"),
]


def refused_by(answer: Response | Exception, token: CachedToken, folder: Path) -> MemoryStore:
    """A store from which one call has been made that ended with `answer`."""
    store = holding(token)
    try:
        fresh(scripted(answer), store, folder)
    except SekishoError:
        assert token.expires_at < START
    return store


@pytest.mark.parametrize("answer", FOR_GOOD)
def test_the_next_call_with_an_expired_token_asks_for_a_sign_in_and_sends_nothing(
    tmp_path: Path, answer: Response
) -> None:
    store, world = refused_by(answer, cached(left=EXPIRED), tmp_path), scripted()

    with pytest.raises(RefreshFailed) as raised:
        fresh(world, store, tmp_path)
    assert sent(world) == []
    assert "Token has expired and refresh failed" in raised.value.what
    assert "the service has refused its refresh token" in raised.value.what
    assert raised.value.do == LOGIN


@pytest.mark.parametrize("answer", MAY_PASS)
def test_trouble_that_may_pass_is_no_refusal(tmp_path: Path, answer: Response | Exception) -> None:
    store = refused_by(answer, cached(left=EXPIRED), tmp_path)

    token, _ = fresh(scripted(ISSUED), store, tmp_path)
    assert token.access_token.reveal() == "not-a-real-access-token"


@pytest.mark.parametrize("answer", FOR_GOOD)
def test_while_the_access_token_lives_it_is_used_with_the_warning_and_nobody_is_asked(
    tmp_path: Path, answer: Response
) -> None:
    token = cached(left=5 * MINUTES)
    store, world, told = refused_by(answer, token, tmp_path), scripted(), list[str]()

    used, record = fresh(world, store, tmp_path, notice=told.append)

    assert used == token
    assert record is not None
    assert record.person == "hoge@hoge.com"
    assert sent(world) == []
    (warning,) = told
    assert "could not be refreshed (the service has refused its refresh token" in warning
    assert warning.endswith("its token is good for 5 more minutes")


@pytest.mark.parametrize(
    "another",
    [
        cached(left=EXPIRED, refresh="the-refresh-token-of-another-tool"),
        replace(cached(left=EXPIRED), client_id="client-two"),
    ],
)
def test_a_token_that_another_tool_has_put_there_starts_afresh(
    tmp_path: Path, another: CachedToken
) -> None:
    store = refused_by(FOR_GOOD[0], cached(left=EXPIRED), tmp_path)
    store.tokens[KEY] = another

    token, _ = fresh(scripted(ISSUED), store, tmp_path)

    assert token.access_token.reveal() == "not-a-real-access-token"


def test_another_access_token_beside_the_refused_refresh_token_does_not_revive_it(
    tmp_path: Path,
) -> None:
    store = refused_by(FOR_GOOD[0], cached(left=EXPIRED), tmp_path)
    store.tokens[KEY] = cached(left=EXPIRED, access="of-another-tool")
    world = scripted()

    with pytest.raises(RefreshFailed):
        fresh(world, store, tmp_path)
    assert sent(world) == []


def test_a_sign_in_starts_afresh(tmp_path: Path) -> None:
    store = refused_by(FOR_GOOD[0], cached(left=EXPIRED), tmp_path)
    new = cached(left=EXPIRED, access="a-new-one", refresh="a-new-refresh-token")
    store.put_token(KEY, new, recorded(new))

    token, _ = fresh(scripted(ISSUED), store, tmp_path)

    assert token.access_token.reveal() == "not-a-real-access-token"


def test_a_token_that_the_portal_refused_then_asks_for_a_sign_in_at_once(tmp_path: Path) -> None:
    token = cached(left=60 * MINUTES)
    store, world = holding(token), scripted()
    with pytest.raises(TokenNotAccepted):
        fresh(scripted(FOR_GOOD[0]), store, tmp_path, refused=token)

    with pytest.raises(TokenNotAccepted):
        fresh(world, store, tmp_path, refused=token)
    assert sent(world) == []


def test_no_record_is_made_for_a_token_that_nobody_took_over(tmp_path: Path) -> None:
    store = MemoryStore()
    store.tokens[KEY] = cached(left=EXPIRED)
    with pytest.raises(RefreshFailed):
        fresh(scripted(FOR_GOOD[0]), store, tmp_path)

    assert store.records == {}


def test_what_was_refused_no_longer_counts_as_refreshable(tmp_path: Path) -> None:
    token = cached(left=EXPIRED)
    store = holding(token)
    before = can_be_refreshed(SESSION, token, store.record(KEY), START)
    with pytest.raises(RefreshFailed):
        fresh(scripted(FOR_GOOD[0]), store, tmp_path)

    assert before
    assert not can_be_refreshed(SESSION, token, store.record(KEY), START)


def test_the_record_holds_no_refresh_token(tmp_path: Path) -> None:
    store = refused_by(FOR_GOOD[0], cached(left=EXPIRED), tmp_path)

    assert "an-old-refresh-token" not in repr(store.records[KEY].refused)
