from hypothesis import given
from hypothesis import strategies as st

from sekisho.center import lockouts
from sekisho.center.lockouts import LockedOut
from tests.unit.center.scene import Build, World

WHAT, ADDRESS, NAME = "guesses", "192.0.2.1", "hoge"


def guess(world: World, address: str = ADDRESS, name: str = NAME) -> LockedOut | None:
    return lockouts.count_try(world.center, lockouts.tries(world.center, WHAT, address, name))


def test_five_tries_are_free_and_the_sixth_waits(world: World) -> None:
    assert [guess(world) for _ in range(6)] == [None] * 5 + [LockedOut(30)]


def test_what_is_not_looked_at_is_not_counted(world: World) -> None:
    for _ in range(20):
        guess(world)

    assert guess(world) == LockedOut(30)


def test_names_addresses_and_kinds_of_guesses_are_counted_apart(world: World) -> None:
    for _ in range(6):
        guess(world)

    assert guess(world, name="fuga") is None
    assert guess(world, address="192.0.2.2") is None
    other = lockouts.tries(world.center, "other guesses", ADDRESS, NAME)
    assert lockouts.count_try(world.center, other) is None


def test_a_try_that_was_right_is_given_back_and_frees_no_wrong_one(world: World) -> None:
    these = lockouts.tries(world.center, WHAT, ADDRESS, NAME)
    for _ in range(4):
        guess(world)
    for _ in range(9):
        assert guess(world) is None
        lockouts.give_back(world.center, these)

    assert [guess(world), guess(world)] == [None, LockedOut(30)]


def test_a_restart_forgets_nothing(build: Build) -> None:
    before = build(in_memory=False)
    for _ in range(6):
        guess(before)
    before.center.database.close()

    assert guess(build(in_memory=False)) == LockedOut(30)


@given(host=st.integers(0, 2**64 - 1))
def test_a_home_of_ipv6_addresses_is_one_machine(host: int) -> None:
    one, other = (lockouts.machine(f"2001:db8::{text}") for text in ("1", "2"))
    assert lockouts.machine(f"2001:db8:0:0:{_groups(host)}") == one == other


def test_every_spelling_of_an_address_is_one_machine() -> None:
    assert lockouts.machine("::ffff:192.0.2.1") == lockouts.machine("192.0.2.1")
    assert lockouts.machine("::1") == lockouts.machine("127.8.8.8") == lockouts.machine("127.0.0.1")
    assert lockouts.machine("2001:db8:0:1::1") != lockouts.machine("2001:db8:0:2::1")


def test_what_is_no_address_is_taken_as_it_is() -> None:
    assert lockouts.machine("") != lockouts.machine("a-socket")


def _groups(host: int) -> str:
    digits = f"{host:016x}"
    return ":".join(digits[at : at + 4] for at in range(0, 16, 4))
