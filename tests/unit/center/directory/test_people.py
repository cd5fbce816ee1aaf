import threading
from dataclasses import replace
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from sekisho.center.directory import people
from sekisho.center.directory.people import User
from sekisho.center.lockouts import LockedOut
from sekisho.center.storage import tables
from sekisho.secret import Secret
from tests.unit.center.scene import PASSWORD, PERSON, Build, World

WRONG = Secret("obviously-wrong")


def _try(world: World, password: Secret, name: str = PERSON, address: str = "192.0.2.1") -> object:
    return people.authenticate(world.center, name, password, address=address)


def test_the_right_password_is_that_person(world: World) -> None:
    found = _try(world, PASSWORD)

    assert isinstance(found, User)
    assert (found.name, found.display_name) == (PERSON, "Hoge")


@pytest.mark.parametrize(
    "name, password",
    [
        (PERSON, WRONG),
        (PERSON, Secret("")),
        ("nobody@hoge.com", PASSWORD),
        ("", Secret("")),
        (PERSON.upper(), PASSWORD),
    ],
)
def test_anything_else_is_nobody(world: World, name: str, password: Secret) -> None:
    assert _try(world, password, name) is None


def test_five_wrong_tries_lock_even_the_right_password_out(world: World) -> None:
    tries = [_try(world, WRONG) for _ in range(5)]
    locked = _try(world, PASSWORD)

    assert tries == [None] * 5
    assert locked == LockedOut(30)


def test_waiting_opens_again_and_the_next_wrong_one_waits_twice_as_long(world: World) -> None:
    for _ in range(5):
        _try(world, WRONG)
    world.clock.advance(30)
    sixth = _try(world, WRONG)

    assert sixth is None
    assert _try(world, PASSWORD) == LockedOut(60)


def test_the_longest_wait_is_a_quarter_of_an_hour(world: World) -> None:
    for _ in range(20):
        _try(world, WRONG)
        world.clock.advance(15 * 60)
    _try(world, WRONG)

    assert _try(world, WRONG) == LockedOut(15 * 60)


def test_the_right_password_forgets_the_wrong_ones(world: World) -> None:
    for _ in range(4):
        _try(world, WRONG)
    _try(world, PASSWORD)
    tries = [_try(world, WRONG) for _ in range(5)]

    assert tries == [None] * 5


def test_an_unknown_user_is_locked_out_just_the_same(world: World) -> None:
    for _ in range(5):
        _try(world, WRONG, "nobody@hoge.com")

    assert _try(world, WRONG, "nobody@hoge.com") == LockedOut(30)


def test_a_stranger_elsewhere_does_not_lock_a_person_out(world: World) -> None:
    for _ in range(6):
        _try(world, WRONG, address="203.0.113.9")

    assert isinstance(_try(world, PASSWORD), User)


def test_all_addresses_of_the_loopback_are_one_machines(world: World) -> None:
    for number in range(1, 6):
        _try(world, WRONG, address=f"127.0.0.{number}")

    assert _try(world, PASSWORD, address="127.9.9.9") == LockedOut(30)


def test_a_lock_out_survives_a_restart(build: Build) -> None:
    before = build(in_memory=False)
    for _ in range(5):
        _try(before, WRONG)
    before.center.database.close()

    assert _try(build(in_memory=False), PASSWORD) == LockedOut(30)


def test_what_was_typed_as_a_name_is_not_kept(world: World) -> None:
    _try(world, WRONG, "my-fake-password-in-the-wrong-field")

    with world.center.database.reading() as connection:
        rows = connection.execute(select(tables.sign_in_failures)).all()
    assert len(rows) == 1
    assert "fake" not in repr(rows)


def test_without_limits_nobody_is_locked_out(build: Build) -> None:
    free = build(limits=False)
    for _ in range(9):
        _try(free, WRONG)

    assert isinstance(_try(free, PASSWORD), User)


def test_a_disabled_user_is_nobody(world: World) -> None:
    with world.center.database.writing() as connection:
        connection.execute(update(tables.users).values(enabled=False))

    assert _try(world, PASSWORD) is None


def test_a_user_without_a_password_cannot_sign_in(world: World) -> None:
    with world.center.database.writing() as connection:
        connection.execute(update(tables.users).values(password_hash=None))

    assert _try(world, PASSWORD) is None


class _NotingHasher(PasswordHasher):
    """Notes the hashes that passwords are checked against, and finds none that fits."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str | bytes] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.seen.append(hash)
        return True


def test_an_unknown_user_is_checked_against_somebodys_hash_whatever_it_costs(world: World) -> None:
    hasher = _NotingHasher()
    center = replace(world.center, hasher=hasher)
    found = [people.authenticate(center, "nobody@hoge.com", WRONG) for _ in range(3)]
    with world.center.database.reading() as connection:
        hashes = connection.execute(select(tables.users.c.password_hash)).scalars().all()

    assert found == [None] * 3
    assert len(set(hasher.seen)) == 1
    assert set(hasher.seen) < set(hashes)


def test_four_passwords_are_checked_at_once_and_a_fifth_waits(world: World) -> None:
    five = threading.Barrier(5)

    class Meeting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            five.wait(timeout=0.2)
            return True

    center = replace(world.center, hasher=Meeting())
    outcomes: list[bool] = []

    def ask(name: str) -> None:
        try:
            people.authenticate(center, name, WRONG)
        except threading.BrokenBarrierError:
            outcomes.append(False)
        else:
            outcomes.append(True)

    callers = [threading.Thread(target=ask, args=(f"nobody{n}@hoge.com",)) for n in range(5)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert outcomes == [False] * 5
