import json
from typing import Any

import pytest
from sqlalchemy import update

from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.factors.challenges import Purpose
from sekisho.center.factors.interface import Step
from sekisho.center.factors.key_options import creation_options, request_options
from sekisho.center.factors.relying_party import RelyingParty
from sekisho.center.factors.security_keys import SECURITY_KEYS, Refusal
from sekisho.center.storage import tables
from tests.authenticator import Algorithm, Key, decoded
from tests.unit.center.factors.ceremonies import (
    ANOTHER,
    BROWSER,
    ORIGIN,
    PARTY,
    PASSKEY,
    asked,
    enrol,
    enrol_by,
    row_of,
    second,
    used,
)
from tests.unit.center.scene import OTHER, PERSON, World
from tests.unit.center.trailing import only


@pytest.fixture
def person(world: World) -> User:
    return world.signed_in(PERSON).user


@pytest.fixture
def other(world: World) -> User:
    return world.signed_in(OTHER).user


# --- enrolment -----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.EDDSA, Algorithm.RS256])
def test_a_key_that_was_enrolled_is_the_second_factor_and_both_factors(
    world: World, person: User, algorithm: Algorithm
) -> None:
    key = Key(algorithm)
    enrolled = enrol(world, person, key)

    assert enrolled is None
    assert used(world, second(person), key) == person
    assert used(world, PASSKEY, key) == person


def test_what_is_kept_of_a_key(world: World, person: User) -> None:
    key = Key(synced=True)
    enrol(world, person, key)
    row = row_of(world)

    assert decoded(row.credential_id) == key.id
    assert row.public_key == key.cose()
    assert row.transports == ["usb"]
    assert (row.domain, row.name) == ("localhost", "the blue one")
    assert row.aaguid == "00000000-0000-0000-0000-000000000000"
    assert (row.backup_eligible, row.backed_up, row.discoverable) == (True, True, True)
    assert row.made_at == world.center.now()
    assert row.last_used_at is None


def test_the_options_say_who_asks_for_whom_and_for_what_kind_of_key(
    world: World, person: User
) -> None:
    options = json.loads(creation_options(world.center, person, PARTY, BROWSER))

    assert options["rp"]["id"] == "localhost"
    assert decoded(options["user"]["id"]) == person.id.encode()
    assert person.name not in decoded(options["user"]["id"]).decode()
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["excludeCredentials"] == []


def test_a_key_that_is_enrolled_is_named_so_that_the_browser_refuses_it(
    world: World, person: User
) -> None:
    key = Key()
    enrol(world, person, key)

    (named,) = json.loads(creation_options(world.center, person, PARTY, BROWSER))[
        "excludeCredentials"
    ]

    assert decoded(named["id"]) == key.id
    assert named["transports"] == ["usb"]


def test_and_is_refused_if_the_browser_does_not(world: World, person: User, other: User) -> None:
    key = Key()
    enrol(world, person, key)

    assert enrol(world, person, key) is Refusal.KNOWN
    assert enrol(world, other, key) is Refusal.KNOWN


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "http://localhost:9999"},
        {"origin": "https://localhost:8765"},
        {"origin": "http://localhost.evil.example:8765"},
        {"rp_id": "evil.example"},
        {"kind": "webauthn.get"},
        {"cross_origin": True},
        {"present": False},
        {"statement": {"fmt": "none", "attStmt": {"sig": b"x"}}},
        {"statement": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x"}}},
        {"statement": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x", "x5c": [b"x"]}}},
        {"statement": {"fmt": "tpm", "attStmt": {}}},
        {"statement": {"fmt": "fido-u2f", "attStmt": {}}},
        {"statement": {"fmt": 7, "attStmt": []}},
        {"auth_data": b""},
        {"auth_data": b"\0" * 37},
    ],
    ids=str,
)
def test_a_new_key_whose_answer_does_not_hold_is_refused(
    world: World, person: User, lies: dict[str, Any]
) -> None:
    assert enrol(world, person, Key(), **lies) is Refusal.NOT_GOOD


def test_a_key_of_another_algorithm_is_refused(world: World, person: User) -> None:
    assert enrol(world, person, Key(Algorithm.ES384)) is Refusal.NOT_GOOD


def test_a_credential_id_that_is_longer_than_the_standard_has_it_is_refused(
    world: World, person: User
) -> None:
    assert enrol(world, person, Key(id=b"x" * 1023)) is None
    assert enrol(world, person, Key(id=b"x" * 1024)) is Refusal.NOT_GOOD


def test_a_challenge_enrols_once(world: World, person: User) -> None:
    answer = Key().create(creation_options(world.center, person, PARTY, BROWSER), ORIGIN)
    again = json.loads(answer)
    enrolled = enrol_by(world, person, answer)

    another = Key(id=b"another key altogether")
    challenge = json.loads(decoded(again["response"]["clientDataJSON"]))["challenge"]
    options = creation_options(world.center, person, PARTY, BROWSER)
    replayed = enrol_by(world, person, another.create(options, ORIGIN, challenge=challenge))

    assert enrolled is None
    assert replayed is Refusal.TOO_LATE


def test_a_key_is_enrolled_by_whom_and_where_it_was_asked_for(
    world: World, person: User, other: User
) -> None:
    answer = Key().create(creation_options(world.center, person, PARTY, BROWSER), ORIGIN)

    assert enrol_by(world, other, answer) is Refusal.TOO_LATE
    assert enrol_by(world, person, answer, bound_to=ANOTHER) is Refusal.TOO_LATE
    assert enrol_by(world, person, answer) is None


# --- signing in ----------------------------------------------------------------------------------


def test_the_second_step_names_the_persons_keys_and_a_passkey_is_found_by_its_domain(
    world: World, person: User, other: User
) -> None:
    key = Key()
    enrol(world, person, key)
    enrol(world, other, Key())
    named = json.loads(asked(world, second(person)))
    found = json.loads(asked(world, PASSKEY))

    assert [decoded(each["id"]) for each in named["allowCredentials"]] == [key.id]
    assert named["userVerification"] == "preferred"
    assert found["allowCredentials"] == []
    assert found["userVerification"] == "required"


def test_a_key_for_another_domain_is_not_asked_for(world: World, person: User) -> None:
    enrol(world, person, Key())
    elsewhere = RelyingParty("sso.example.com", "https://sso.example.com")

    options = request_options(world.center, second(person), elsewhere)

    assert json.loads(options)["allowCredentials"] == []


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "http://localhost:9999"},
        {"origin": "http://127.0.0.1:8765"},
        {"rp_id": "evil.example"},
        {"kind": "webauthn.create"},
        {"cross_origin": True},
        {"present": False},
        {"synced": True},
        {"user_handle": b"somebody else"},
        {"user_handle": b""},
        {"auth_data": b"\0" * 36},
        {"auth_data": b"\0" * 37},
    ],
    ids=str,
)
@pytest.mark.parametrize("purpose", [Purpose.SECOND, Purpose.PASSKEY])
def test_an_answer_that_does_not_hold_is_refused(
    world: World, person: User, lies: dict[str, Any], purpose: Purpose
) -> None:
    key = Key()
    enrol(world, person, key)
    ceremony = second(person) if purpose is Purpose.SECOND else PASSKEY

    assert used(world, ceremony, key, **lies) is Refusal.NOT_GOOD
    assert used(world, ceremony, key) == person


def test_another_key_cannot_sign_for_it(world: World, person: User) -> None:
    key = Key()
    enrol(world, person, key)
    forger = Key(id=key.id, user_handle=key.user_handle, count=100)

    assert used(world, second(person), forger) is Refusal.NOT_GOOD
    assert used(world, PASSKEY, forger) is Refusal.NOT_GOOD


def test_a_key_that_does_not_ask_its_holder_is_a_second_factor_and_no_more(
    world: World, person: User
) -> None:
    key = Key(verifies=False)
    enrol(world, person, key)

    assert used(world, PASSKEY, key) is Refusal.NOT_GOOD
    assert used(world, second(person), key) == person


def test_a_passkey_has_to_say_whose_it_is(world: World, person: User) -> None:
    key = Key()
    enrol(world, person, key)
    key.user_handle = None

    assert used(world, PASSKEY, key) is Refusal.NOT_GOOD
    assert used(world, second(person), key) == person


def test_somebody_elses_key_is_no_second_factor(world: World, person: User, other: User) -> None:
    theirs = Key()
    enrol(world, other, theirs)

    assert used(world, second(person), theirs) is Refusal.NOT_GOOD


def test_an_unknown_key_and_one_of_a_disabled_person_get_the_answer_of_a_wrong_one(
    world: World, person: User
) -> None:
    key = Key()
    enrol(world, person, key)
    with world.center.database.writing() as connection:
        connection.execute(update(tables.users).values(enabled=False))
    answers = {
        used(world, ceremony, each)
        for ceremony in (second(person), PASSKEY)
        for each in (key, Key(user_handle=key.user_handle))
    }

    assert answers == {Refusal.NOT_GOOD}


# --- counters ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2], ids=["none", "an old one", "the last one"])
def test_a_counter_that_does_not_go_forward_is_refused_and_noted(
    world: World, person: User, count: int
) -> None:
    key = Key()
    enrol(world, person, key)  # counts to 1
    used(world, second(person), key)
    before = row_of(world)
    world.clock.advance(60)

    refused = used(world, second(person), key, count=count)

    after = row_of(world)
    assert refused is Refusal.WENT_BACK
    assert (before.sign_count, before.went_back_at) == (2, None)
    assert (after.sign_count, after.went_back_at) == (2, world.center.now())
    assert after.last_used_at == before.last_used_at


def test_a_copied_key_is_kept_in_the_trail(world: World, person: User) -> None:
    key = Key()
    enrol(world, person, key)
    used(world, second(person), key, count=1)

    assert only(world, Event.FACTOR_COPIED)["person_name"] == PERSON


def test_a_use_is_noted(world: World, person: User) -> None:
    key = Key()
    enrol(world, person, key)
    world.clock.advance(60)
    used(world, second(person), key)

    assert row_of(world).last_used_at == world.center.now()
    assert row_of(world).sign_count == key.count


def test_a_key_that_does_not_count_may_be_used_again(world: World, person: User) -> None:
    key = Key(counts=False, synced=True)
    enrol(world, person, key)

    assert [used(world, PASSKEY, key) for _ in range(2)] == [person, person]


# --- as one of the ways --------------------------------------------------------------------------


def test_as_a_way_to_answer_the_second_step(world: World, person: User) -> None:
    key = Key()
    enrol(world, person, key)
    step = Step(person, BROWSER, ORIGIN)
    asked = SECURITY_KEYS.way.ask(world.center, step)
    answer = key.get(str(asked["key_options"]), ORIGIN)

    assert SECURITY_KEYS.way.check(world.center, step, {"credential": answer})
    assert not SECURITY_KEYS.way.check(world.center, step, {"credential": answer})
    assert not SECURITY_KEYS.way.check(world.center, step, {"credential": ""})
    assert not SECURITY_KEYS.way.check(world.center, step, {})


def test_at_an_address_there_is_nothing_to_ask_and_where_to_go_is_said(
    world: World, person: User
) -> None:
    step = Step(person, BROWSER, "http://127.0.0.1:8765")

    asked = SECURITY_KEYS.way.ask(world.center, step)

    assert asked["key_options"] == ""
    assert asked["localhost"] == "http://localhost:8765"
    assert not SECURITY_KEYS.way.check(world.center, step, {"credential": "{}"})
