from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho import files
from sekisho.aws.endpoint import Endpoint
from sekisho.errors import (
    Mismatch,
    PlainHttpRefused,
    RefreshFailed,
    ServiceFailed,
    Throttled,
    TokenExpired,
    TokenMissing,
    TokenNotAdopted,
    Unreachable,
)
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken
from sekisho.store.keys import sha256_hex
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import START
from sekisho.testing.http import InterposedHttp, ScriptedHttp, failure
from sekisho.wire.http import Request, Response
from tests.unit.login.scene import (
    ELSEWHERE,
    ISSUED,
    ISSUED_WITHOUT_REFRESH,
    LEGACY,
    LOGIN,
    PORTAL,
    SESSION,
    US_EAST_1,
    World,
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
DOWN = Unreachable("https://oidc.us-east-1.amazonaws.com/token", "refused")
TROUBLES = [
    (said("InvalidGrantException"), RefreshFailed),
    (said("InvalidClientException", 401), RefreshFailed),
    (failure(429, "TooManyRequestsException"), Throttled),
    (failure(500, "InternalServerException"), ServiceFailed),
    (DOWN, Unreachable),
]


@pytest.mark.parametrize("left", [15 * MINUTES, 60 * MINUTES])
def test_a_token_with_fifteen_minutes_left_is_used_and_nobody_is_asked(
    tmp_path: Path, left: timedelta
) -> None:
    token = cached(left=left)
    world = scripted()

    assert fresh(world, holding(token), tmp_path) == (token, recorded(token))


@pytest.mark.parametrize("left", [15 * MINUTES - timedelta(seconds=1), EXPIRED])
def test_inside_the_window_and_after_it_the_token_is_refreshed(
    tmp_path: Path, left: timedelta
) -> None:
    world, store = scripted(ISSUED), holding(cached(left=left))
    token, _ = fresh(world, store, tmp_path)

    assert token.access_token.reveal() == "not-a-real-access-token"
    assert token.expires_at == START + timedelta(hours=1)
    assert token.refresh_token == Secret("not-a-real-refresh-token")
    assert store.tokens[KEY] == token
    assert sent(world) == [
        {
            "grantType": "refresh_token",
            "clientId": "client-one",
            "clientSecret": "not-a-real-secret",
            "refreshToken": "an-old-refresh-token",
        }
    ]


def test_registration_start_url_and_region_stay(tmp_path: Path) -> None:
    old = cached(left=EXPIRED)
    token, _ = fresh(scripted(ISSUED), holding(old), tmp_path)

    assert token == replace(
        old,
        access_token=token.access_token,
        expires_at=token.expires_at,
        refresh_token=token.refresh_token,
    )


def test_the_old_refresh_token_stays_good_when_the_answer_has_none(tmp_path: Path) -> None:
    store = holding(cached(left=EXPIRED))
    token, _ = fresh(scripted(ISSUED_WITHOUT_REFRESH), store, tmp_path)

    assert token.refresh_token == Secret("an-old-refresh-token")


def test_person_and_issued_credentials_go_over_to_the_new_record(tmp_path: Path) -> None:
    store = holding(cached(left=EXPIRED))
    _, record = fresh(scripted(ISSUED), store, tmp_path)

    assert record == store.records[KEY]
    assert record is not None
    assert record.token_sha256 == sha256_hex("not-a-real-access-token")
    assert (record.person, record.issued) == ("hoge@hoge.com", ("a-digest",))


def test_a_token_that_another_tool_replaced_has_no_person_and_gets_none(tmp_path: Path) -> None:
    store = holding(cached(left=EXPIRED, access="by-another-tool"))
    store.put_record(KEY, recorded(cached(left=EXPIRED)))
    _, record = fresh(scripted(ISSUED), store, tmp_path)

    assert record is not None
    assert (record.person, record.issued) == (None, ())
    assert record.portal_endpoint == PORTAL.url


@pytest.mark.parametrize(("answer", "_error"), TROUBLES)
def test_a_token_that_is_still_valid_is_used_whatever_happens_to_its_refresh(
    tmp_path: Path, answer: Response | Exception, _error: type[Exception]
) -> None:
    token = cached(left=MINUTES)
    store = holding(token)

    assert fresh(scripted(answer), store, tmp_path) == (token, recorded(token))
    assert store.tokens[KEY] == token


@pytest.mark.parametrize(("answer", "error"), TROUBLES)
def test_an_expired_token_whose_refresh_fails_is_an_error(
    tmp_path: Path, answer: Response | Exception, error: type[Exception]
) -> None:
    store = holding(cached(left=EXPIRED))
    before = dict(store.tokens)

    with pytest.raises(error):
        fresh(scripted(answer), store, tmp_path)
    assert store.tokens == before


def test_a_refused_refresh_says_aws_sentence_the_reason_and_the_login(tmp_path: Path) -> None:
    store = holding(cached(left=EXPIRED))

    with pytest.raises(RefreshFailed) as raised:
        fresh(scripted(said("InvalidGrantException")), store, tmp_path)
    assert "Token has expired and refresh failed" in str(raised.value)
    assert "hoge-dev: InvalidGrantException" in str(raised.value)
    assert raised.value.do == LOGIN


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (cached(left=EXPIRED, refresh=None), "there is no refresh token"),
        (
            cached(left=EXPIRED, registration_left=EXPIRED),
            "its client registration ended at 2026-11-22 08:59 UTC",
        ),
        (replace(cached(left=EXPIRED), client_id=None), "is not known"),
        (replace(cached(left=EXPIRED), client_secret=None), "is not known"),
        (replace(cached(left=EXPIRED), registration_expires_at=None), "until when"),
    ],
)
def test_an_expired_token_that_cannot_be_refreshed_says_why(
    tmp_path: Path, token: CachedToken, why: str
) -> None:
    world = scripted()

    with pytest.raises(TokenExpired, match=why) as raised:
        fresh(world, holding(token), tmp_path)
    assert raised.value.do == LOGIN


def test_a_valid_token_that_cannot_be_refreshed_is_used(tmp_path: Path) -> None:
    token = cached(left=MINUTES, refresh=None)

    assert fresh(scripted(), holding(token), tmp_path)[0] == token


def test_no_token_is_aws_sentence(tmp_path: Path) -> None:
    with pytest.raises(TokenMissing) as raised:
        fresh(scripted(), MemoryStore(), tmp_path)
    assert str(raised.value) == "Error loading SSO Token: Token for hoge-dev does not exist"


def test_the_legacy_form_uses_its_token_to_the_last_second(tmp_path: Path) -> None:
    token = cached(left=timedelta(seconds=1))
    store = holding(token, LEGACY)

    assert fresh(scripted(), store, tmp_path, target=LEGACY)[0] == token


def test_the_legacy_form_never_refreshes(tmp_path: Path) -> None:
    store = holding(cached(left=timedelta(0)), LEGACY)
    world = scripted()

    with pytest.raises(TokenExpired, match="The SSO session associated with this profile"):
        fresh(world, store, tmp_path, target=LEGACY)
    assert sent(world) == []


@pytest.mark.parametrize("left", [60 * MINUTES, EXPIRED])
def test_a_token_of_another_endpoint_goes_nowhere(tmp_path: Path, left: timedelta) -> None:
    world = scripted()

    with pytest.raises(Mismatch):
        fresh(world, holding(cached(left=left)), tmp_path, oidc=ELSEWHERE)
    assert sent(world) == []


def test_another_tools_token_is_not_sent_to_an_overridden_endpoint(tmp_path: Path) -> None:
    store = MemoryStore()
    store.tokens[KEY] = cached(left=EXPIRED)
    world = scripted()

    with pytest.raises(TokenNotAdopted):
        fresh(world, store, tmp_path, oidc=ELSEWHERE)
    assert sent(world) == []


def test_no_refresh_token_goes_over_plain_http_to_another_machine(tmp_path: Path) -> None:
    plain = Endpoint("http://sso.example.com", US_EAST_1, overridden=True, source="a variable")
    token = cached(left=EXPIRED)
    store = MemoryStore()
    store.put_token(KEY, token, recorded(token, oidc=plain))
    world = scripted()

    with pytest.raises(PlainHttpRefused):
        fresh(world, store, tmp_path, oidc=plain)
    assert sent(world) == []


def test_what_another_process_refreshed_meanwhile_is_taken(tmp_path: Path) -> None:
    theirs = cached(left=60 * MINUTES, access="refreshed-by-another")

    class Overtaken(MemoryStore):
        """Another process writes its token between our two readings."""

        reads = 0

        def token(self, key: object) -> CachedToken | None:
            self.reads += 1
            if self.reads == 2:
                self.put_token(KEY, theirs, recorded(theirs))
            return self.tokens.get(KEY)

    store = Overtaken()
    ours = cached(left=EXPIRED)
    store.put_token(KEY, ours, recorded(ours))
    world = scripted()

    assert fresh(world, store, tmp_path)[0] == theirs
    assert sent(world) == []


def test_a_sign_out_during_the_exchange_stands(tmp_path: Path) -> None:
    store = holding(cached(left=EXPIRED))

    def rule(_request: Request) -> Response:
        store.forget(KEY, ())
        return ISSUED

    with pytest.raises(TokenMissing):
        fresh(World(InterposedHttp(ScriptedHttp(), rule)), store, tmp_path)
    assert store.is_empty


def test_a_sign_in_during_the_exchange_stands_and_its_token_is_taken(tmp_path: Path) -> None:
    store = holding(cached(left=EXPIRED))
    theirs = cached(left=60 * MINUTES, access="of-a-new-sign-in")

    def rule(_request: Request) -> Response:
        store.put_token(KEY, theirs, recorded(theirs, person="somebody@hoge.com"))
        return ISSUED

    world = World(InterposedHttp(ScriptedHttp(), rule))

    assert fresh(world, store, tmp_path) == (theirs, recorded(theirs, person="somebody@hoge.com"))
    assert store.tokens == {KEY: theirs}


def test_the_lock_is_held_around_the_exchange_and_given_back(tmp_path: Path) -> None:
    names: list[str] = []

    def rule(_request: Request) -> Response:
        names.extend(sorted(path.name for path in tmp_path.glob("refresh-*.lock.pid")))
        return ISSUED

    world = World(InterposedHttp(ScriptedHttp(), rule))
    fresh(world, holding(cached(left=EXPIRED)), tmp_path)
    (lock,) = tmp_path.glob("refresh-*.lock")

    assert names == [f"{lock.name}.pid"]
    with files.lock(lock, seconds=0):
        pass


def test_a_token_with_minutes_left_does_not_wait_for_another_processs_refresh(
    tmp_path: Path,
) -> None:
    fresh(scripted(ISSUED), holding(cached(left=EXPIRED)), tmp_path)
    (lock,) = tmp_path.glob("refresh-*.lock")
    token, world = cached(left=10 * MINUTES), scripted()

    with files.lock(lock):
        assert fresh(world, holding(token), tmp_path)[0] == token
    assert sent(world) == []


def test_no_token_shows_in_what_is_raised(tmp_path: Path) -> None:
    store = holding(cached(left=EXPIRED))

    with pytest.raises(RefreshFailed) as raised:
        fresh(scripted(said("InvalidGrantException")), store, tmp_path)
    assert "an-old" not in str(raised.value)


@pytest.mark.parametrize(("answer", "_error"), TROUBLES)
def test_that_a_refresh_failed_is_told_with_the_minutes_that_are_left(
    tmp_path: Path, answer: Response | Exception, _error: type[Exception]
) -> None:
    notices: list[str] = []
    fresh(scripted(answer), holding(cached(left=9 * MINUTES)), tmp_path, notice=notices.append)
    (notice,) = notices

    assert notice.startswith("the sign-in to hoge-dev could not be refreshed (")
    assert notice.endswith("its token is good for 9 more minutes")
    assert "has expired" not in notice


def test_a_token_that_was_never_to_be_refreshed_is_no_news(tmp_path: Path) -> None:
    notices: list[str] = []
    token = cached(left=9 * MINUTES, refresh=None)
    fresh(scripted(), holding(token), tmp_path, notice=notices.append)

    assert notices == []
