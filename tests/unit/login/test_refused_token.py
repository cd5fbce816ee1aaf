"""A token that the portal refuses (401) although it has not expired: one refresh, or a sign-in."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho import files
from sekisho.errors import TokenNotAccepted
from sekisho.store.interface import CachedToken
from sekisho.wire.http import Response
from tests.unit.login.scene import (
    ISSUED,
    LEGACY,
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


def test_a_token_that_the_portal_refused_is_refreshed_whatever_time_it_has_left(
    tmp_path: Path,
) -> None:
    token = cached(left=60 * MINUTES)
    store = holding(token)

    new, _ = fresh(scripted(ISSUED), store, tmp_path, refused=token)

    assert new.access_token.reveal() == "not-a-real-access-token"
    assert store.tokens[KEY] == new


def test_what_another_process_has_put_in_the_place_of_a_refused_token_is_taken(
    tmp_path: Path,
) -> None:
    theirs = cached(left=60 * MINUTES, access="of-another-process")
    world = scripted()

    new, _ = fresh(world, holding(theirs), tmp_path, refused=cached(left=60 * MINUTES))

    assert new == theirs
    assert sent(world) == []


@pytest.mark.parametrize(
    ("token", "answers"),
    [
        (cached(left=60 * MINUTES), [said("InvalidGrantException")]),
        (cached(left=60 * MINUTES, refresh=None), []),
    ],
)
def test_a_refused_token_that_cannot_be_refreshed_asks_for_a_sign_in(
    tmp_path: Path, token: CachedToken, answers: list[Response]
) -> None:
    store = holding(token)

    with pytest.raises(TokenNotAccepted) as raised:
        fresh(scripted(*answers), store, tmp_path, refused=token)
    assert raised.value.do == LOGIN
    assert store.tokens[KEY] == token


def test_a_refused_token_of_the_legacy_form_asks_for_a_sign_in(tmp_path: Path) -> None:
    token = cached(left=60 * MINUTES)

    with pytest.raises(TokenNotAccepted):
        fresh(scripted(), holding(token, LEGACY), tmp_path, target=LEGACY, refused=token)


def test_a_refused_token_waits_for_another_processs_refresh(tmp_path: Path) -> None:
    fresh(scripted(ISSUED), holding(cached(left=EXPIRED)), tmp_path)
    (lock,) = tmp_path.glob("refresh-*.lock")
    token = cached(left=60 * MINUTES)
    theirs = cached(left=60 * MINUTES, access="of-another-process")
    store = holding(token)
    done = threading.Event()

    def waits() -> None:
        assert fresh(scripted(), store, tmp_path, refused=token)[0] == theirs
        done.set()

    with files.lock(lock):
        waiting = threading.Thread(target=waits)
        waiting.start()
        store.put_token(KEY, theirs, recorded(theirs))
    waiting.join()

    assert done.is_set()
