"""From the right password to a session, over SQLite and PostgreSQL."""

import pytest
from sqlalchemy import func, select, update

from sekisho.center import sessions
from sekisho.center.directory import roster
from sekisho.center.directory.people import User
from sekisho.center.factors import half_sign_in
from sekisho.center.factors.half_sign_in import Browser, Finished, HalfSignIn, Refusal
from sekisho.center.factors.interface import Kind
from sekisho.center.lockouts import LockedOut
from sekisho.center.storage.tables import half_sign_ins, users
from sekisho.secret import Secret
from tests.unit.center.factors.enrolling import (
    code_of,
    enrol_app,
    give_recovery_codes,
    user_called,
    wrong_code,
)
from tests.unit.center.scene import ORIGIN, OTHER, PERSON, Build, World

HERE = Browser("192.0.2.1", "a browser")
Answered = Finished | LockedOut | Refusal


@pytest.fixture
def user(world: World) -> User:
    return user_called(world.center, PERSON)


def begun(world: World, user: User) -> str:
    """The cookie of a half sign-in."""
    found = half_sign_in.begin(world.center, user, next_page="/device")
    assert found is not None
    return found.cookie


def half(world: World, user: User) -> HalfSignIn:
    found = half_sign_in.half_of(world.center, begun(world, user))
    assert found is not None
    return found


def answer(world: World, this: HalfSignIn, code: str, *, address: str = HERE.address) -> Answered:
    return half_sign_in.answer(
        world.center,
        this,
        Kind.AUTHENTICATOR_APP,
        {"code": code},
        origin=ORIGIN,
        browser=Browser(address, ""),
    )


def recover(world: World, this: HalfSignIn, code: str) -> Answered:
    return half_sign_in.answer(
        world.center,
        this,
        Kind.RECOVERY_CODE,
        {"recovery_code": code},
        origin=ORIGIN,
        browser=HERE,
    )


def test_whoever_has_no_factor_needs_no_second_half(world: World, user: User) -> None:
    enrol_app(world.center, OTHER)

    assert half_sign_in.begin(world.center, user, next_page="/start") is None


def test_recovery_codes_alone_are_no_factor(world: World, user: User) -> None:
    give_recovery_codes(world.center, PERSON)

    assert half_sign_in.begin(world.center, user, next_page="/start") is None


def test_the_right_code_starts_a_session_and_ends_the_half(world: World, user: User) -> None:
    secret = enrol_app(world.center, PERSON)
    cookie = begun(world, user)
    this = half_sign_in.half_of(world.center, cookie)
    assert this is not None

    done = answer(world, this, code_of(secret, world.center))

    assert isinstance(done, Finished)
    session = sessions.session_of(world.center, done.cookie)
    assert session is not None
    assert session.user == user
    assert this.next == "/device"
    assert half_sign_in.half_of(world.center, cookie) is None
    assert rows(world) == 0


def test_the_cookie_is_not_kept_and_is_no_session(world: World, user: User) -> None:
    enrol_app(world.center, PERSON)
    cookie = begun(world, user)

    with world.center.database.reading() as connection:
        (row,) = connection.execute(select(half_sign_ins)).all()
    assert cookie not in repr(row)
    assert sessions.session_of(world.center, cookie) is None


def test_it_is_over_after_ten_minutes(world: World, user: User) -> None:
    secret = enrol_app(world.center, PERSON)
    cookie = begun(world, user)
    this = half_sign_in.half_of(world.center, cookie)
    assert this is not None

    world.clock.advance(599)
    assert half_sign_in.half_of(world.center, cookie) is not None
    world.clock.advance(1)

    assert half_sign_in.half_of(world.center, cookie) is None
    assert answer(world, this, code_of(secret, world.center)) is Refusal.GONE


def test_a_code_is_taken_once_at_every_replica(build: Build) -> None:
    one, other = (build(in_memory=False) for _ in range(2))
    user = user_called(one.center, PERSON)
    secret = enrol_app(one.center, PERSON)
    code = code_of(secret, one.center)
    first, second = half(one, user), half(other, user)

    assert isinstance(answer(one, first, code), Finished)
    assert answer(other, second, code) is Refusal.WRONG


def test_an_earlier_code_is_refused_after_a_later_one(world: World, user: User) -> None:
    secret = enrol_app(world.center, PERSON)
    earlier, later = (code_of(secret, world.center, seconds=30 * n) for n in (0, 1))

    assert isinstance(answer(world, half(world, user), later), Finished)
    assert answer(world, half(world, user), earlier) is Refusal.WRONG


def test_the_code_of_either_app_is_taken(world: World, user: User) -> None:
    for secret in [enrol_app(world.center, PERSON, called=name) for name in ("phone", "tablet")]:
        assert isinstance(answer(world, half(world, user), code_of(secret, world.center)), Finished)


def test_the_code_of_somebody_elses_app_is_wrong(world: World, user: User) -> None:
    enrol_app(world.center, PERSON)
    others = enrol_app(world.center, OTHER)

    assert answer(world, half(world, user), code_of(others, world.center)) is Refusal.WRONG


def test_a_recovery_code_is_taken_once_however_it_is_typed(world: World, user: User) -> None:
    enrol_app(world.center, PERSON)
    code = give_recovery_codes(world.center, PERSON)[3]
    typed = code.upper().replace("-", " ")

    assert isinstance(recover(world, half(world, user), typed), Finished)
    assert recover(world, half(world, user), code) is Refusal.WRONG


def test_somebody_elses_recovery_code_is_wrong_and_stays_theirs(world: World, user: User) -> None:
    enrol_app(world.center, PERSON)
    enrol_app(world.center, OTHER)
    theirs = give_recovery_codes(world.center, OTHER)[0]

    assert recover(world, half(world, user), theirs) is Refusal.WRONG
    other = user_called(world.center, OTHER)
    assert isinstance(recover(world, half(world, other), theirs), Finished)


def test_new_recovery_codes_end_the_old_ones(world: World, user: User) -> None:
    enrol_app(world.center, PERSON)
    old = give_recovery_codes(world.center, PERSON)
    give_recovery_codes(world.center, PERSON)

    assert recover(world, half(world, user), old[0]) is Refusal.WRONG


def test_a_half_sign_in_has_five_answers(build: Build) -> None:
    patient = build(limits=False)  # lock-outs are another matter
    user = user_called(patient.center, PERSON)
    secret = enrol_app(patient.center, PERSON)
    this, wrong = half(patient, user), wrong_code(secret, patient.center)
    assert [answer(patient, this, wrong) for _ in range(5)] == [Refusal.WRONG] * 5

    assert answer(patient, this, code_of(secret, patient.center)) is Refusal.GONE


def test_guessing_has_to_wait_though_each_half_sign_in_is_new(world: World, user: User) -> None:
    secret = enrol_app(world.center, PERSON)
    wrong = wrong_code(secret, world.center)
    answers = [answer(world, half(world, user), wrong) for _ in range(6)]

    assert answers[:5] == [Refusal.WRONG] * 5
    assert answers[5] == LockedOut(30)
    right = answer(world, half(world, user), code_of(secret, world.center))
    assert isinstance(right, LockedOut)


def test_guessing_from_many_addresses_has_to_wait_too(world: World, user: User) -> None:
    secret = enrol_app(world.center, PERSON)
    wrong = wrong_code(secret, world.center)

    answers = [
        answer(world, half(world, user), wrong, address=f"198.51.100.{n}") for n in range(21)
    ]

    assert answers[:20] == [Refusal.WRONG] * 20
    assert isinstance(answers[20], LockedOut)


def test_who_is_kept_out_meanwhile_does_not_come_in(world: World, user: User) -> None:
    secret = enrol_app(world.center, PERSON)
    this = half(world, user)

    roster.disable(world.center.database, PERSON, now=world.center.now())

    assert answer(world, this, code_of(secret, world.center)) is Refusal.GONE


def test_a_password_that_was_changed_meanwhile_is_to_be_typed_anew(
    world: World, user: User
) -> None:
    secret = enrol_app(world.center, PERSON)
    this = half(world, user)

    roster.set_password(
        world.center.database,
        PERSON,
        Secret("another, obviously not a real one"),
        keep_sessions=True,
        hasher=world.center.hasher,
        now=world.center.now(),
    )

    assert answer(world, this, code_of(secret, world.center)) is Refusal.GONE


def test_the_answer_and_the_change_of_password_cannot_pass_each_other(
    world: World, user: User
) -> None:
    """However the password was changed: nobody has to know of half sign-ins."""
    secret = enrol_app(world.center, PERSON)
    this = half(world, user)
    with world.center.database.writing() as connection:
        connection.execute(
            update(users).where(users.c.id == user.id).values(password_hash="$argon2id$another")
        )

    assert answer(world, this, code_of(secret, world.center)) is Refusal.GONE


def rows(world: World) -> int:
    with world.center.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(half_sign_ins)).scalar_one()
