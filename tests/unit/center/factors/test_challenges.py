from collections.abc import Callable

import pytest

from sekisho.center.directory.people import User
from sekisho.center.factors import challenges
from sekisho.center.factors.challenges import Ceremony, Purpose
from sekisho.center.factors.security_keys import Refusal
from tests.authenticator import Key
from tests.unit.center.factors.ceremonies import (
    ANOTHER,
    BROWSER,
    ORIGIN,
    PASSKEY,
    asked,
    checked,
    enrol,
    rows,
    second,
    used,
)
from tests.unit.center.scene import OTHER, PERSON, Build, World


@pytest.fixture
def person(world: World) -> User:
    return world.signed_in(PERSON).user


@pytest.fixture
def other(world: World) -> User:
    return world.signed_in(OTHER).user


def test_an_answer_is_good_once(world: World, person: User) -> None:
    key = Key(counts=False)
    enrol(world, person, key)
    answer = key.get(asked(world, second(person)), ORIGIN)

    assert checked(world, second(person), answer) == person
    assert checked(world, second(person), answer) is Refusal.TOO_LATE


def test_an_answer_is_good_once_at_whatever_replica(build: Build) -> None:
    one, two = build(in_memory=False), build(in_memory=False)
    person, key = one.signed_in().user, Key(counts=False)
    enrol(one, person, key)
    answer = key.get(asked(one, second(person)), ORIGIN)

    assert checked(two, second(person), answer) == person
    assert checked(one, second(person), answer) is Refusal.TOO_LATE


def test_a_challenge_lasts_five_minutes(world: World, person: User) -> None:
    key = Key()
    enrol(world, person, key)
    in_time, too_late = (key.get(asked(world, second(person)), ORIGIN) for _ in range(2))
    world.clock.advance(299)
    first = checked(world, second(person), in_time)
    world.clock.advance(1)

    assert first == person
    assert checked(world, second(person), too_late) is Refusal.TOO_LATE


@pytest.mark.parametrize(
    "made_for",
    [
        lambda person, _other: Ceremony(Purpose.PASSKEY, BROWSER, person.id),
        lambda person, _other: Ceremony(Purpose.ENROL, BROWSER, person.id),
        lambda person, _other: second(person, ANOTHER),
        lambda _person, other: second(other),
    ],
    ids=["a passkey", "enrolling", "another form", "another person"],
)
def test_a_challenge_is_good_for_what_it_was_made_for(
    world: World, person: User, other: User, made_for: Callable[[User, User], Ceremony]
) -> None:
    key = Key()
    enrol(world, person, key)
    answer = key.get(asked(world, made_for(person, other)), ORIGIN)

    assert checked(world, second(person), answer) is Refusal.TOO_LATE


@pytest.mark.parametrize("challenge", ["", "AAAA", "A" * 75, "A" * 4000])
def test_a_challenge_that_we_did_not_make_is_refused(
    world: World, person: User, challenge: str
) -> None:
    key = Key()
    enrol(world, person, key)

    assert used(world, second(person), key, challenge=challenge) is Refusal.TOO_LATE


def test_asking_costs_no_row_and_neither_does_a_wrong_answer(world: World, person: User) -> None:
    key = Key()
    enrol(world, person, key)
    before = rows(world)
    for _ in range(3):
        used(world, PASSKEY, key, origin="http://evil.example")

    assert rows(world) == before == 1


def test_used_challenges_are_forgotten_a_day_after_they_are_over(
    world: World, person: User
) -> None:
    enrol(world, person, Key())
    world.clock.advance(24 * 3600 + challenges.SECONDS)
    world.send("GET", "/healthz")
    kept = rows(world)
    world.clock.advance(60)
    world.send("GET", "/healthz")

    assert (kept, rows(world)) == (1, 0)
