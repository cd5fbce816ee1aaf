"""Who keeps the sealed store's key, and what becomes of it when they do not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.errors import (
    KeyringClosed,
    PassphraseNeeded,
    PassphraseWrong,
    SealKeyDamaged,
    SealKeyLost,
    SekishoError,
    UsageError,
)
from sekisho.model import Form, TokenKey
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.sealed import SealedStore
from sekisho.store.sealed_sweep import sealed_sign_ins
from sekisho.testing.keyring import MemoryKeyring
from sekisho.testing.sealed import GivenPassphrase, sealed_in

KEY = TokenKey(Form.SSO_SESSION, "hoge")
CLOSED = "this system has none"


class ForgetfulKeyring(MemoryKeyring):
    """Takes everything, and has nothing."""

    def put(self, account: str, secret: Secret) -> None:
        """Forget it."""


def contents(state: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (state / "sealed").rglob("*") if path.is_file()}


@pytest.fixture
def token(token: CachedToken) -> CachedToken:
    """Of whole seconds, as files have them."""
    return replace(token, expires_at=token.expires_at.replace(microsecond=0))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def by_passphrase(state: Path, token: CachedToken, record: TokenRecord) -> Path:
    """The state folder of a store that "open sesame" opens."""
    vault = sealed_in(state, MemoryKeyring(closed=CLOSED), GivenPassphrase("open sesame"))
    SealedStore(vault).put_token(KEY, token, record)
    return state


def opened(
    state: Path, passphrase: str | None, keyring: MemoryKeyring | None = None
) -> SealedStore:
    return SealedStore(sealed_in(state, keyring, GivenPassphrase(passphrase)))


def test_where_there_is_no_store_nobody_is_asked_for_anything(state: Path) -> None:
    passphrase = GivenPassphrase(None)
    store = SealedStore(sealed_in(state, MemoryKeyring(closed="it is locked"), passphrase))
    store.forget(KEY, ())

    assert (store.token(KEY), store.record(KEY), sealed_sign_ins(store)) == (None, None, ())
    assert not passphrase.asked
    assert not state.exists()


def test_a_keyring_that_can_be_used_keeps_the_key_and_nobody_is_asked(
    state: Path, token: CachedToken, record: TokenRecord
) -> None:
    keyring, passphrase = MemoryKeyring(), GivenPassphrase("open sesame")
    SealedStore(sealed_in(state, keyring, passphrase)).put_token(KEY, token, record)

    assert len(keyring.kept) == 1
    assert not passphrase.asked
    assert json.loads((state / "sealed/key.json").read_text())["kept_in"] == "keyring"


def test_without_a_keyring_a_passphrase_keeps_the_key_and_that_is_said(
    state: Path, token: CachedToken, record: TokenRecord
) -> None:
    said: list[str] = []
    keyring = MemoryKeyring(closed=CLOSED)
    vault = sealed_in(state, keyring, GivenPassphrase("open sesame"), said.append)
    SealedStore(vault).put_token(KEY, token, record)

    assert opened(state, "open sesame", keyring).token(KEY) == token
    assert [CLOSED in line and "passphrase instead" in line for line in said] == [True]


def test_a_keyring_that_gives_nothing_back_is_not_trusted_with_the_key(
    state: Path, token: CachedToken, record: TokenRecord
) -> None:
    vault = sealed_in(state, ForgetfulKeyring(), GivenPassphrase("open sesame"))
    SealedStore(vault).put_token(KEY, token, record)

    assert opened(state, "open sesame").token(KEY) == token


def test_a_passphrase_may_go_before_a_keyring(
    state: Path, token: CachedToken, record: TokenRecord
) -> None:
    keyring, passphrase = MemoryKeyring(), GivenPassphrase("open sesame", preferred=True)
    SealedStore(sealed_in(state, keyring, passphrase)).put_token(KEY, token, record)

    assert not keyring.kept
    assert opened(state, "open sesame", keyring).token(KEY) == token


def test_the_key_is_opened_once_a_process(by_passphrase: Path) -> None:
    passphrase = GivenPassphrase("open sesame")
    store = SealedStore(sealed_in(by_passphrase, None, passphrase))
    for _ in range(3):
        store.token(KEY)

    assert passphrase.asked == 1


def test_a_wrong_passphrase_is_an_error_and_damages_nothing(
    by_passphrase: Path, token: CachedToken, record: TokenRecord
) -> None:
    before = contents(by_passphrase)
    store = opened(by_passphrase, "open barley")

    with pytest.raises(PassphraseWrong):
        store.token(KEY)
    with pytest.raises(PassphraseWrong):
        store.put_token(KEY, token, record)
    assert contents(by_passphrase) == before
    assert opened(by_passphrase, "open sesame").token(KEY) == token


@pytest.mark.parametrize("nothing", ["", " ", "\t\n"])
def test_a_passphrase_of_nothing_is_refused_and_makes_no_store(
    state: Path, token: CachedToken, record: TokenRecord, nothing: str
) -> None:
    vault = sealed_in(state, MemoryKeyring(closed=CLOSED), GivenPassphrase(nothing))

    with pytest.raises(UsageError, match="empty"):
        SealedStore(vault).put_token(KEY, token, record)
    assert not contents(state)


def test_a_command_that_never_asks_says_that_a_passphrase_is_needed(by_passphrase: Path) -> None:
    with pytest.raises(PassphraseNeeded):
        opened(by_passphrase, None).token(KEY)


def test_a_passphrase_is_stretched_by_no_less_than_rfc_9106s_second_recommended_option(
    by_passphrase: Path,
) -> None:
    numbers = json.loads((by_passphrase / "sealed/key.json").read_text())["argon2id"]

    assert (numbers["memory_kib"], numbers["iterations"], numbers["lanes"]) == (64 * 1024, 3, 4)


@pytest.mark.parametrize(
    "changed",
    [
        {"memory_kib": 1024},
        {"memory_kib": 2**40},
        {"iterations": 1},
        {"lanes": 1},
        {"iterations": True},
        {"salt": ""},
        {"salt": "?"},
    ],
    ids=str,
)
def test_numbers_that_sekisho_does_not_use_are_refused(
    by_passphrase: Path, changed: dict[str, Any]
) -> None:
    path = by_passphrase / "sealed/key.json"
    fields = json.loads(path.read_text())
    fields["argon2id"] |= changed
    path.write_text(json.dumps(fields))

    with pytest.raises(SealKeyDamaged):
        opened(by_passphrase, "open sesame").token(KEY)


def test_stronger_numbers_than_those_the_key_was_sealed_with_do_not_open_it(
    by_passphrase: Path,
) -> None:
    path = by_passphrase / "sealed/key.json"
    fields = json.loads(path.read_text())
    fields["argon2id"]["iterations"] += 1
    path.write_text(json.dumps(fields))

    with pytest.raises(PassphraseWrong):
        opened(by_passphrase, "open sesame").token(KEY)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2}', "[" * 100_000, '{"version": 1, "key": "00"}']
)
def test_a_key_file_that_says_nothing_is_left_as_it_is(
    state: Path, token: CachedToken, record: TokenRecord, text: str
) -> None:
    path = state / "sealed/key.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)

    with pytest.raises(SealKeyDamaged):
        opened(state, "open sesame").token(KEY)
    with pytest.raises(SealKeyDamaged):
        opened(state, "open sesame").put_token(KEY, token, record)
    assert path.read_text() == text


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(data=st.data())
def test_whatever_bit_of_the_key_file_is_flipped_the_token_is_itself_or_an_error(
    by_passphrase: Path, token: CachedToken, data: st.DataObject
) -> None:
    path = by_passphrase / "sealed/key.json"
    good = path.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(good) - 1))
    changed = bytearray(good)
    changed[bit // 8] ^= 1 << bit % 8
    path.write_bytes(bytes(changed))

    try:
        found: object = opened(by_passphrase, "open sesame", MemoryKeyring()).token(KEY)
    except SekishoError as error:
        found = error
    assert found == token or isinstance(found, SekishoError | None)
    path.write_bytes(good)
    assert opened(by_passphrase, "open sesame").token(KEY) == token


def test_a_locked_keyring_is_an_error_and_no_reason_to_begin_anew(
    state: Path, token: CachedToken, record: TokenRecord
) -> None:
    keyring = MemoryKeyring()
    opened(state, None, keyring).put_token(KEY, token, record)
    keyring.closed = "it is locked"
    before = contents(state)

    with pytest.raises(KeyringClosed, match="it is locked"):
        opened(state, None, keyring).token(KEY)
    with pytest.raises(KeyringClosed, match="it is locked"):
        opened(state, "open sesame", keyring).put_token(KEY, token, record)
    assert contents(state) == before


def test_a_lost_key_is_said_and_what_it_sealed_stays_until_somebody_signs_in(
    state: Path, token: CachedToken, record: TokenRecord
) -> None:
    opened(state, None, MemoryKeyring()).put_token(KEY, token, record)
    before = contents(state)

    with pytest.raises(SealKeyLost) as lost:
        opened(state, None, MemoryKeyring()).token(KEY)
    assert lost.value.do == "sekisho login"
    assert contents(state) == before


def test_a_sign_in_after_a_lost_key_begins_the_store_anew_and_says_so(
    state: Path, token: CachedToken, record: TokenRecord
) -> None:
    opened(state, None, MemoryKeyring()).put_token(KEY, token, record)
    old = set(contents(state))
    keyring, said = MemoryKeyring(), list[str]()
    store = SealedStore(sealed_in(state, keyring, notice=said.append))
    store.put_token(KEY, token, record)

    assert ["begun anew" in line for line in said] == [True]
    assert opened(state, None, keyring).token(KEY) == token
    assert {path for path in contents(state) if path.suffix == ".sealed"}.isdisjoint(old)
