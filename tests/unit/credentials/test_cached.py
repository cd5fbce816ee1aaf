"""Cached role credentials: for how long, and for whom, they count."""

import json
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from sekisho import files
from sekisho.credentials.cached import CachedSource, cached_credentials
from sekisho.credentials.interface import CredentialSource, Issued, Route
from sekisho.errors import Mismatch, RoleNotAssigned, TokenInvalid, TokenMissing, TokenNotAdopted
from sekisho.model import AccountId, Region, RoleCredentials, RoleName, StartUrl
from sekisho.store import keys
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock


@dataclass
class FakeIssuer:
    """Issues what it was given, in order, to the token that it was told."""

    answers: list[RoleCredentials | Exception]
    token: str = "FAKETOKEN"
    calls: int = 0
    meanwhile: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self) -> Issued:
        with self.lock:
            self.calls += 1
            answer = self.answers.pop(0)
        if self.meanwhile:
            self.meanwhile()
        if isinstance(answer, Exception):
            raise answer
        return Issued(answer, sha256_hex(self.token))


@dataclass
class World:
    route: Route
    store: NativeStore
    clock: FakeClock
    locks: Path

    def source(self, *answers: RoleCredentials | Exception) -> tuple[CredentialSource, FakeIssuer]:
        issuer = FakeIssuer(list(answers))
        return CachedSource(self.route, issuer, self.store, self.clock, self.locks), issuer

    @property
    def cached(self) -> RoleCredentials | None:
        return cached_credentials(self.route, self.store, self.clock)


@pytest.fixture
def world(route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path) -> World:
    return World(route, store, clock, tmp_path / "locks")


def test_what_was_fetched_once_is_not_fetched_again(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    source, issuer = world.source(make_credentials())

    assert source.fetch() == source.fetch() == make_credentials()
    assert issuer.calls == 1


def test_credentials_count_until_less_than_15_minutes_are_left(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    source, issuer = world.source(make_credentials("ASIAFAKE1"), make_credentials("ASIAFAKE2"))
    source.fetch()
    world.clock.advance(45 * 60)
    at_15_minutes = source.fetch().access_key_id
    world.clock.advance(1)

    assert (at_15_minutes, issuer.calls) == ("ASIAFAKE1", 1)
    assert source.fetch().access_key_id == "ASIAFAKE2"


def test_credentials_with_a_short_life_are_used_and_fetched_each_time(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    source, issuer = world.source(make_credentials("A", 10), make_credentials("B", 10))

    assert [source.fetch().access_key_id for _ in range(2)] == ["A", "B"]
    assert issuer.calls == 2


def test_credentials_outlive_the_token_they_were_fetched_with(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    source, issuer = world.source(make_credentials(minutes=12 * 60))
    source.fetch()
    world.clock.advance(9 * 3600)

    assert source.fetch().access_key_id == "ASIAFAKE1"
    assert issuer.calls == 1


def test_after_somebody_else_has_signed_in_the_old_credentials_do_not_count(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in("FAKETOKEN", "hoge@hoge.com")
    world.source(make_credentials("ASIAFAKE1"))[0].fetch()
    sign_in("FAKEOTHER", "fuga@hoge.com")

    assert world.cached is None


def test_after_another_tool_has_replaced_the_token_the_old_credentials_do_not_count(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in("FAKETOKEN")
    world.source(make_credentials("ASIAFAKE1"))[0].fetch()
    path = keys.token_file(world.store.home, world.route.target.token_key)
    path.write_bytes(path.read_bytes().replace(b"FAKETOKEN", b"FAKEOTHER"))

    assert world.cached is None


def test_after_another_tool_has_refreshed_the_token_new_credentials_count_again(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in("FAKETOKEN")
    path = keys.token_file(world.store.home, world.route.target.token_key)
    path.write_bytes(path.read_bytes().replace(b"FAKETOKEN", b"FAKEOTHER"))
    source, issuer = world.source(make_credentials("ASIAFAKE2"))
    issuer.token = "FAKEOTHER"
    source.fetch()

    assert source.fetch().access_key_id == "ASIAFAKE2"
    assert issuer.calls == 1


@pytest.mark.parametrize(
    "other",
    [
        {"account_id": AccountId("1234567891012")},
        {"role_name": RoleName("ReadOnlyAccess")},
    ],
)
def test_a_file_that_came_to_lie_under_another_roles_name_does_not_count(
    world: World, sign_in: Any, make_credentials: Any, other: dict[str, Any]
) -> None:
    sign_in()
    world.source(make_credentials("ASIAFAKE1"))[0].fetch()
    key, role = world.route.target.token_key, replace(world.route.role, **other)
    served = keys.role_file(world.store.home, key, world.route.role).read_bytes()
    fields = json.loads(served)
    del fields["Credentials"]["AccountId"]  # as other tools leave it out
    keys.role_file(world.store.home, key, role).write_text(json.dumps(fields))

    assert world.store.role_credentials(key, role) is not None
    assert cached_credentials(replace(world.route, role=role), world.store, world.clock) is None


def test_credentials_that_another_tool_put_there_do_not_count(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    world.store.put_role_credentials(world.route.target.token_key, make_credentials("ASIAFOREIGN"))

    assert world.cached is None


def test_credentials_fetched_while_somebody_else_signed_in_are_used_and_not_kept(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in("FAKETOKEN")
    source, issuer = world.source(make_credentials("ASIAFAKE1"))
    issuer.meanwhile = lambda: sign_in("FAKEOTHER", "fuga@hoge.com")
    fetched = source.fetch()

    assert fetched.access_key_id == "ASIAFAKE1"
    assert world.cached is None
    assert not keys.role_file(
        world.store.home, world.route.target.token_key, world.route.role
    ).exists()


def test_after_logging_out_cached_credentials_do_not_count(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    world.source(make_credentials())[0].fetch()
    keys.token_file(world.store.home, world.route.target.token_key).unlink()
    source, _ = world.source(TokenMissing("hoge-dev", login="sekisho login"))

    with pytest.raises(TokenMissing):
        source.fetch()


@pytest.mark.parametrize(
    "what, changed",
    [
        ("start URL", {"start_url": StartUrl("https://fuga.awsapps.com/start")}),
        ("Region", {"region": Region("eu-west-1")}),
    ],
)
def test_cached_credentials_do_not_serve_another_start_url_or_region(
    world: World, sign_in: Any, make_credentials: Any, what: str, changed: dict[str, Any]
) -> None:
    sign_in()
    world.source(make_credentials())[0].fetch()
    world.route = replace(world.route, target=replace(world.route.target, **changed))
    source, issuer = world.source()

    with pytest.raises(Mismatch, match=f"another {what}"):
        source.fetch()
    assert issuer.calls == 0


def test_cached_credentials_do_not_serve_another_endpoint(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    world.source(make_credentials())[0].fetch()
    elsewhere = replace(world.route.portal, url="http://127.0.0.1:8765", overridden=True)
    world.route = replace(world.route, portal=elsewhere)

    with pytest.raises(Mismatch, match="another portal endpoint"):
        world.source()[0].fetch()


def test_a_token_without_a_record_is_not_sent_to_an_overridden_endpoint(
    world: World, sign_in: Any
) -> None:
    sign_in()
    key = world.route.target.token_key
    keys.record_file(world.store.state, world.store.home, key).unlink()
    elsewhere = replace(world.route.oidc, url="http://127.0.0.1:8765", overridden=True)
    world.route = replace(world.route, oidc=elsewhere)

    with pytest.raises(TokenNotAdopted):
        world.source()[0].fetch()


def test_a_token_without_a_record_gets_credentials_that_are_not_kept(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    key = world.route.target.token_key
    keys.record_file(world.store.state, world.store.home, key).unlink()
    source, issuer = world.source(make_credentials("A"), make_credentials("B"))

    assert [source.fetch().access_key_id for _ in range(2)] == ["A", "B"]
    assert issuer.calls == 2


def test_a_torn_token_file_says_which_profile_to_sign_in_for(world: World, sign_in: Any) -> None:
    sign_in()
    keys.token_file(world.store.home, world.route.target.token_key).write_bytes(b"{")

    with pytest.raises(TokenInvalid) as refusal:
        world.source()[0].fetch()

    assert refusal.value.do == "sekisho login --profile dev"


def test_a_torn_role_credentials_file_is_fetched_anew(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    source, _ = world.source(make_credentials("A"), make_credentials("B"))
    source.fetch()
    path = keys.role_file(world.store.home, world.route.target.token_key, world.route.role)
    path.write_bytes(path.read_bytes()[:40])

    assert source.fetch().access_key_id == "B"


def test_many_that_find_the_cache_cold_make_one_call(
    world: World, sign_in: Any, make_credentials: Any
) -> None:
    sign_in()
    issuer = FakeIssuer([make_credentials(f"ASIAFAKE{n}") for n in range(20)])
    fetched: list[str] = []

    def fetch() -> None:
        source = CachedSource(world.route, issuer, world.store, world.clock, world.locks)
        fetched.append(source.fetch().access_key_id)

    threads = [threading.Thread(target=fetch) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert fetched == ["ASIAFAKE0"] * 20
    assert issuer.calls == 1


def test_a_refusal_gives_the_lock_back(world: World, sign_in: Any, make_credentials: Any) -> None:
    sign_in()
    refusal = RoleNotAssigned(profile="dev", account="1", role="r", answer="ForbiddenException")
    source, _ = world.source(refusal, make_credentials())

    with pytest.raises(RoleNotAssigned):
        source.fetch()

    key = world.route.target.token_key
    with files.lock(keys.role_lock(world.locks, key, world.route.role), seconds=0):
        pass
    assert source.fetch() == make_credentials()
