from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.errors import Mismatch, NothingToAdopt, PlainHttpRefused, Unreachable
from sekisho.login.adopt import Adopted, adopt
from sekisho.login.interface import SignInRoute
from sekisho.model import Region, StartUrl
from sekisho.store.interface import CachedToken
from sekisho.store.keys import sha256_hex
from sekisho.store.memory import MemoryStore
from sekisho.testing.http import failure
from tests.unit.login.scene import (
    ELSEWHERE,
    LOGIN,
    OIDC,
    ROLE_CREDENTIALS,
    ROUTE,
    SESSION,
    US_EAST_1,
    World,
    cached,
    identity,
    recorded,
    scripted,
    sent,
)

KEY = SESSION.token_key
OVERRIDDEN = replace(ROUTE, oidc=ELSEWHERE, portal=ELSEWHERE, sts=ELSEWHERE)
THEIRS = cached(left=timedelta(hours=1), access="by-the-aws-cli")


def _adopt(world: World, store: MemoryStore, route: SignInRoute = OVERRIDDEN) -> Adopted:
    return adopt(route, store=store, http=world.http, clock=world.clock, login=LOGIN)


def _holding(token: CachedToken) -> MemoryStore:
    store = MemoryStore()
    store.tokens[KEY] = token
    return store


def test_the_record_alone_is_written() -> None:
    store = _holding(THEIRS)
    adopted = _adopt(scripted(ROLE_CREDENTIALS, identity()), store)

    assert store.records == {KEY: adopted.record}
    assert store.tokens == {KEY: THEIRS}
    assert not store.credentials
    assert not store.registrations


def test_the_record_binds_the_token_to_the_endpoints_that_are_configured_now() -> None:
    record = _adopt(scripted(ROLE_CREDENTIALS, identity()), _holding(THEIRS)).record

    assert record.token_sha256 == sha256_hex("by-the-aws-cli")
    assert record.oidc_endpoint == record.portal_endpoint == ELSEWHERE.url
    assert (record.person, record.issued) == ("hoge@hoge.com", ())


def test_a_person_who_cannot_be_learnt_does_not_stop_it() -> None:
    adopted = _adopt(scripted(failure(403, "ForbiddenException")), _holding(THEIRS))

    assert adopted.record.person is None
    assert "not assigned" in adopted.note


@pytest.mark.parametrize(
    "token",
    [
        cached(left=timedelta(0)),
        replace(THEIRS, start_url=None),
        replace(THEIRS, region=None),
    ],
)
def test_what_has_expired_or_does_not_say_what_it_is_for_is_not_taken(token: CachedToken) -> None:
    world, store = scripted(), _holding(token)

    with pytest.raises(NothingToAdopt) as raised:
        _adopt(world, store)
    assert raised.value.do == LOGIN
    assert not store.records
    assert sent(world) == []


def test_where_there_is_no_token_there_is_nothing_to_take() -> None:
    with pytest.raises(NothingToAdopt):
        _adopt(scripted(), MemoryStore())


@pytest.mark.parametrize(
    "token",
    [
        replace(THEIRS, start_url=StartUrl("https://other.awsapps.com/start")),
        replace(THEIRS, region=Region("eu-west-1")),
    ],
)
def test_what_was_issued_for_another_portal_is_refused_by_both_names(token: CachedToken) -> None:
    world, store = scripted(), _holding(token)

    with pytest.raises(Mismatch) as raised:
        _adopt(world, store)
    assert any(value in str(raised.value) for value in ("other.awsapps.com", "eu-west-1"))
    assert any(value in str(raised.value) for value in (SESSION.start_url, SESSION.region))
    assert sent(world) == []


def test_a_token_that_sekisho_itself_got_elsewhere_is_refused() -> None:
    world, store = scripted(), _holding(THEIRS)
    store.records[KEY] = recorded(THEIRS)

    with pytest.raises(Mismatch, match=f"{OIDC.url}.*{ELSEWHERE.url}"):
        _adopt(world, store)
    assert sent(world) == []
    assert store.records == {KEY: recorded(THEIRS)}


def test_what_another_tool_has_put_in_the_place_of_such_a_token_is_taken() -> None:
    store = _holding(THEIRS)
    store.records[KEY] = recorded(cached(left=timedelta(0)))
    adopted = _adopt(scripted(ROLE_CREDENTIALS, identity()), store)

    assert store.records == {KEY: adopted.record}


def test_a_token_that_the_portal_does_not_accept_is_not_taken() -> None:
    store = _holding(THEIRS)

    with pytest.raises(NothingToAdopt):
        _adopt(scripted(failure(401, "UnauthorizedException")), store)
    assert not store.records


def test_a_portal_that_gives_no_answer_adopts_nothing() -> None:
    store = _holding(THEIRS)

    with pytest.raises(Unreachable):
        _adopt(scripted(Unreachable(ELSEWHERE.url, "refused")), store)

    assert not store.records


def test_no_token_goes_over_plain_http_to_another_machine() -> None:
    plain = Endpoint("http://sso.example.com", US_EAST_1, overridden=True, source="a variable")
    world = scripted()

    with pytest.raises(PlainHttpRefused):
        _adopt(world, _holding(THEIRS), replace(ROUTE, portal=plain))
    assert sent(world) == []
