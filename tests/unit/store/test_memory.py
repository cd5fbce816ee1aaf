"""The store in memory: what the contract suite does not say of it."""

import threading
from datetime import UTC, datetime

from sekisho.model import (
    AccountId,
    Form,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    StartUrl,
    TokenKey,
)
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import issued_digest, sha256_hex
from sekisho.store.memory import MemoryStore

KEY = TokenKey(Form.SSO_SESSION, "hoge")
URL = StartUrl("https://hoge.awsapps.com/start")
LATER = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
ROLE = Role(AccountId("123456789012"), RoleName("ReadOnlyAccess"))
TOKEN = CachedToken(URL, Region("us-east-1"), Secret("FAKETOKEN"), LATER, None, None, None, None)
CREDENTIALS = RoleCredentials("ASIAFAKE", Secret("fakesecret"), Secret("FAKESESSION"), LATER, ROLE)


def signed_in() -> MemoryStore:
    """A store with a token, and role credentials that came from it."""
    store = MemoryStore()
    place = "https://127.0.0.1"
    record = TokenRecord(sha256_hex("FAKETOKEN"), URL, Region("us-east-1"), place, place, None, ())
    store.put_token(KEY, TOKEN, record)
    assert store.put_issued(KEY, sha256_hex("FAKETOKEN"), CREDENTIALS)
    return store


def assume(store: MemoryStore, asked: str) -> bool:
    return store.put_assumed(
        KEY, asked, CREDENTIALS, source=issued_digest(CREDENTIALS), kept_at=LATER
    )


def test_a_sign_in_that_is_forgotten_leaves_nothing() -> None:
    store = signed_in()
    assert assume(store, "{}")
    store.forget(KEY, (ROLE,))

    assert store.is_empty


def test_assumed_roles_are_listed_while_others_are_written_and_forgotten() -> None:
    store = signed_in()
    done = threading.Event()

    def write() -> None:
        for number in range(2_000):
            assume(store, f'{{"n": {number}}}')
            if number % 500 == 0:
                store.forget_assumed(KEY)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    looks = 0
    while not done.is_set():
        assert all(each.credentials == CREDENTIALS for each in store.assumed_roles(KEY))
        looks += 1
    writer.join()

    assert looks
    assert {each.asked for each in store.assumed_roles(KEY)} == {
        f'{{"n": {number}}}' for number in range(1_501, 2_000)
    }
