"""What outlives the agent: the sign-ins as they were, and their gates for no longer than they had."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.guard.gates import Gate
from sekisho.guard.sealed_sign_ins import SealedSignIns, forget_kept
from sekisho.guard.sign_ins import HeldGate, HeldSignIn, Persistence, SignIn
from sekisho.login.interface import SignInRoute
from sekisho.model import (
    AccountId,
    Delivery,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Registration, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.keyring import MemoryKeyring
from sekisho.testing.sealed import sealed_in

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
US = Region("us-east-1")
TARGET = SignInTarget(
    StartUrl("https://hoge.example.com/aws"), US, SessionName("hoge"), ("x",), Delivery.GUARDED
)
ROLE = Role(AccountId("123456789012"), RoleName("ReadOnlyAccess"))
AT = Endpoint("http://127.0.0.1:8765", US, overridden=True, source="AWS_ENDPOINT_URL")
ROUTE = SignInRoute(
    target=TARGET,
    role=ROLE,
    oidc=AT,
    portal=AT,
    sts=AT,
    leads_to=StartUrl("https://hoge.awsapps.com/start"),
)
Open = Callable[..., SealedSignIns]


def sign_in(number: int = 1) -> SignIn:
    store, text = MemoryStore(), f"FAKETOKEN{number}"
    token = CachedToken(
        TARGET.start_url,
        US,
        Secret(text),
        NOON + HOUR,
        "FAKECLIENT",
        Secret("FAKECLIENTSECRET"),
        NOON + 24 * HOUR,
        Secret("FAKEREFRESHTOKEN"),
    )
    record = TokenRecord(sha256_hex(text), TARGET.start_url, US, AT.url, AT.url, "me", ())
    store.put_token(TARGET.token_key, token, record)
    registration = Registration(
        "FAKECLIENT", Secret("FAKECLIENTSECRET"), NOON + HOUR, ("x",), ("refresh_token",)
    )
    store.put_registration(TARGET, registration)
    return SignIn(number, ProfileName("prod"), ROUTE, store, "me")


def held(clock: FakeClock, number: int = 1) -> HeldSignIn:
    """A sign-in with one gate, which closes in an hour."""
    made, now = sign_in(number), clock.monotonic()
    gate = Gate(
        label=ProfileName("prod"),
        target=TARGET,
        role=ROLE,
        person="me",
        environment="prod",
        sign_in=number,
        opened_at=clock.now(),
        opened=now,
        deadline=now + 3600,
    )
    return HeldSignIn(made, (HeldGate(gate, clock.now() + HOUR),))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def at(tmp_path: Path, said: list[str]) -> Open:
    """Opens what is kept, as an agent of a boot does."""
    keyring = MemoryKeyring()

    def opened(clock: FakeClock, boot: str = "one") -> SealedSignIns:
        return SealedSignIns(sealed_in(tmp_path, keyring, notice=said.append), clock, boot)

    return opened


def records(folder: Path) -> list[Path]:
    return sorted((folder / "sealed").glob("*.sealed"))


def test_a_sign_in_is_loaded_as_it_was_kept(at: Open, clock: FakeClock) -> None:
    kept = held(clock)
    persistence: Persistence = at(clock)
    persistence.keep(kept)
    (loaded,) = at(clock).load()
    mine, theirs = kept.sign_in, loaded.sign_in

    assert persistence.kind == "sealed"
    assert loaded.gates == kept.gates
    assert replace(theirs, store=mine.store) == mine
    assert theirs.token == mine.token
    assert theirs.registration == mine.registration
    assert theirs.store.record(TARGET.token_key) == mine.store.record(TARGET.token_key)


def test_nothing_that_it_holds_can_be_read(at: Open, clock: FakeClock, tmp_path: Path) -> None:
    at(clock).keep(held(clock))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert len(records(tmp_path)) == 1
    assert not [
        path
        for path in files
        for text in (b"FAKE", b"hoge", b"prod", b"123456789012")
        if text in path.read_bytes()
    ]


def test_sign_ins_are_loaded_the_oldest_first(at: Open, clock: FakeClock) -> None:
    for number in (10, 2, 1):
        at(clock).keep(held(clock, number))

    assert [each.sign_in.number for each in at(clock).load()] == [1, 2, 10]


def test_what_is_kept_again_takes_the_place_of_what_was(
    at: Open, clock: FakeClock, tmp_path: Path
) -> None:
    for _ in range(2):
        at(clock).keep(held(clock))

    assert len(at(clock).load()) == len(records(tmp_path)) == 1


def test_what_is_forgotten_is_not_there(at: Open, clock: FakeClock, tmp_path: Path) -> None:
    at(clock).keep(held(clock))
    at(clock).forget(1)
    at(clock).forget(1)

    assert not at(clock).load()
    assert not records(tmp_path)


@pytest.mark.parametrize(
    "passed, set_by, left",
    [
        (20, 0, 40),  # the clocks agree
        (20, -15, 40),  # the time of day was set back: it does not buy time
        (20, +15, 25),  # it was set forward: the stricter one counts
        (70, -60, -10),
    ],
)
def test_within_a_boot_the_stricter_of_two_clocks_counts(
    at: Open, clock: FakeClock, passed: int, set_by: int, left: int
) -> None:
    at(clock).keep(held(clock))
    clock.advance(passed * 60)
    clock.set_back(-set_by * 60)
    (loaded,) = at(clock).load()

    assert loaded.gates[0].closes_at - clock.now() == timedelta(minutes=left)


def test_after_a_reboot_the_time_of_day_counts(at: Open, clock: FakeClock) -> None:
    at(clock).keep(held(clock))
    clock.advance(20 * 60)
    later = FakeClock(clock.now())
    (loaded,) = at(later, "two").load()

    assert loaded.gates[0].closes_at == NOON + HOUR


def test_boots_without_a_name_are_not_taken_for_one(at: Open, clock: FakeClock) -> None:
    at(clock, "").keep(held(clock))
    clock.advance(20 * 60)
    clock.set_back(20 * 60)
    (loaded,) = at(clock, "").load()

    assert loaded.gates[0].closes_at == NOON + HOUR


def test_one_broken_record_does_not_take_the_others(
    at: Open, clock: FakeClock, tmp_path: Path, said: list[str]
) -> None:
    at(clock).keep(held(clock, 1))
    (first,) = records(tmp_path)
    at(clock).keep(held(clock, 2))
    first.write_bytes(first.read_bytes()[:-1])

    assert [each.sign_in.number for each in at(clock).load()] == [2]
    assert ["put aside" in line for line in said] == [True]


def test_a_record_that_says_something_else_is_put_aside(
    at: Open, clock: FakeClock, tmp_path: Path, said: list[str]
) -> None:
    at(clock).keep(held(clock))
    (path,) = records(tmp_path)
    vault = sealed_in(tmp_path / "other")
    vault.write(("agent-sign-in", "1"), b'{"version": 2}')
    loaded = SealedSignIns(replace(vault, notice=said.append), clock, "one").load()

    assert not loaded
    assert ["no sign-in of an agent" in line for line in said] == [True]
    assert path.exists()


def test_a_sign_in_that_has_lost_its_token_is_not_kept(at: Open, clock: FakeClock) -> None:
    gone = held(clock)
    gone.sign_in.store.forget(TARGET.token_key, ())
    at(clock).keep(gone)

    assert not at(clock).load()


def test_a_sign_in_is_forgotten_with_any_of_its_gates_and_others_stay(
    clock: FakeClock, tmp_path: Path
) -> None:
    vault = sealed_in(tmp_path)
    kept = SealedSignIns(vault, clock, "one")
    other = held(clock, 2)
    (gate,) = other.gates
    kept.keep(held(clock, 1))
    kept.keep(
        replace(other, gates=(replace(gate, gate=replace(gate.gate, label=ProfileName("dev"))),))
    )

    assert forget_kept(vault, ["prod", "no-such"]) == 1
    assert [each.sign_in.number for each in kept.load()] == [2]
