"""Role credentials kept in memory: nobody waits for what is at hand, and one fetches for all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from sekisho.credentials.kept import KeptCredentials
from sekisho.errors import TokenExpired, Unreachable
from sekisho.model import RoleCredentials
from sekisho.testing.clock import FakeClock
from tests.unit.credentials.conftest import MakeCredentials

LONG = 60.0  # seconds; what these tests wait for comes long before


@dataclass
class FakeSource:
    """Gives what it was given, in order; each fetch waits until it may end."""

    answers: list[RoleCredentials | Exception]
    may_end: threading.Event = field(default_factory=threading.Event)
    began: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    calls: int = 0

    def fetch(self) -> RoleCredentials:
        self.calls += 1
        self.began.release()
        assert self.may_end.wait(LONG)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Scene:
    clock: FakeClock
    make: MakeCredentials

    def lasting(self, minutes: float, name: str = "FAKEKEY") -> RoleCredentials:
        """Credentials that expire so many minutes from now."""
        return self.make(name, minutes)

    def before(
        self, *answers: RoleCredentials | Exception, at_once: bool = True, patience: float = LONG
    ) -> tuple[KeptCredentials, FakeSource]:
        source = FakeSource(list(answers))
        if at_once:
            source.may_end.set()
        return KeptCredentials(source, self.clock, patience=patience), source


@pytest.fixture
def scene(clock: FakeClock, make_credentials: MakeCredentials) -> Scene:
    return Scene(clock, make_credentials)


def test_credentials_with_15_minutes_left_are_not_fetched_again(scene: Scene) -> None:
    kept, source = scene.before(scene.lasting(60))
    first = kept.fetch()
    scene.clock.advance(45 * 60)

    assert kept.fetch() is first
    assert source.calls == 1


def test_with_less_left_new_ones_are_fetched(scene: Scene) -> None:
    old, new = scene.lasting(60), scene.lasting(120)
    kept, _ = scene.before(old, new)
    kept.fetch()
    scene.clock.advance(45 * 60 + 1)

    assert kept.fetch() is new


def test_what_was_fetched_elsewhere_is_handed_out_first(scene: Scene) -> None:
    kept, source = scene.before()
    at_hand = scene.lasting(60)
    kept.keep(at_hand)

    assert kept.fetch() is at_hand
    assert source.calls == 0


def test_any_number_who_ask_at_once_make_one_fetch(scene: Scene) -> None:
    kept, source = scene.before(scene.lasting(60), at_once=False)
    with ThreadPoolExecutor(16) as pool:
        asking = [pool.submit(kept.fetch) for _ in range(16)]
        assert source.began.acquire(timeout=LONG)
        source.may_end.set()
        got = {each.result().access_key_id for each in asking}

    assert (got, source.calls) == ({"FAKEKEY"}, 1)


def test_while_the_old_ones_live_nobody_waits_for_a_slow_service(scene: Scene) -> None:
    old = scene.lasting(10)
    kept, source = scene.before(scene.lasting(60), at_once=False, patience=0.0)
    kept.keep(old)

    assert kept.fetch() is old
    source.may_end.set()


def test_what_a_slow_service_brings_is_there_for_the_next(scene: Scene) -> None:
    new = scene.lasting(60)
    kept, source = scene.before(new, at_once=False, patience=0.0)
    kept.keep(scene.lasting(10))
    kept.fetch()
    source.may_end.set()
    scene.clock.advance(10 * 60)

    assert kept.fetch() is new
    assert source.calls == 1


def test_while_the_old_ones_live_nobody_sees_a_fetch_fail(scene: Scene) -> None:
    old = scene.lasting(10)
    kept, _ = scene.before(Unreachable("http://127.0.0.1", "nobody there"))
    kept.keep(old)

    assert kept.fetch() is old


def test_a_fetch_that_failed_is_tried_again_after_a_pause(scene: Scene) -> None:
    new = scene.lasting(60)
    kept, source = scene.before(Unreachable("http://127.0.0.1", "nobody there"), new)
    kept.keep(scene.lasting(10))
    kept.fetch()
    kept.fetch()
    calls_before_the_pause = source.calls
    scene.clock.advance(30)

    assert (calls_before_the_pause, kept.fetch()) == (1, new)


def test_when_nothing_lives_the_reason_is_seen_each_time(scene: Scene) -> None:
    expired = TokenExpired("hoge-dev", login="sekisho login --profile dev")
    kept, source = scene.before(expired, expired)

    for _ in range(2):
        with pytest.raises(TokenExpired):
            kept.fetch()
    assert source.calls == 2


def test_what_expires_within_a_minute_is_handed_to_nobody(scene: Scene) -> None:
    kept, _ = scene.before(TokenExpired("hoge-dev", login="sekisho login --profile dev"))
    kept.keep(scene.lasting(0.9))

    with pytest.raises(TokenExpired):
        kept.fetch()


def test_after_a_new_sign_in_it_goes_on(scene: Scene) -> None:
    new = scene.lasting(60)
    kept, _ = scene.before(TokenExpired("hoge-dev", login="sekisho login --profile dev"), new)
    with pytest.raises(TokenExpired):
        kept.fetch()

    assert kept.fetch() is new


def test_short_lived_roles_are_asked_for_each_time_and_never_fail_for_it(scene: Scene) -> None:
    answers = [scene.lasting(15 - 0.1, f"FAKEKEY{n}") for n in range(3)]
    kept, _ = scene.before(*answers)

    assert [kept.fetch() for _ in answers] == answers
