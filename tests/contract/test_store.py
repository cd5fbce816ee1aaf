"""What every store promises (`store.interface.Store`), run over every member of the family."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.model import (
    AccountId,
    Form,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
    TokenKey,
)
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Registration, Store, TokenRecord
from sekisho.store.keys import issued_digest, sha256_hex
from sekisho.store.memory import MemoryStore
from sekisho.store.native import NativeStore
from sekisho.store.sealed import SealedStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.sealed import sealed_in

MEMBERS: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(),
    "sealed": lambda folder: SealedStore(sealed_in(folder / "state")),
    "native": lambda folder: NativeStore(folder / "home", folder / "state", FakeClock()),
}
LATER = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
URL = StartUrl("https://hoge.awsapps.com/start")
DEV = TokenKey(Form.SSO_SESSION, "hoge-dev")
STG = TokenKey(Form.SSO_SESSION, "hoge-stg")
LEGACY = TokenKey(Form.LEGACY, URL)
UNICODE = TokenKey(Form.SSO_SESSION, "関所")
ADMIN = Role(AccountId("1234567891011"), RoleName("AdministratorAccess"))
ADMIN_STG = replace(ADMIN, account_id=AccountId("1234567891012"))
READER = replace(ADMIN, role_name=RoleName("ReadOnlyAccess"))


@pytest.fixture(params=sorted(MEMBERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MEMBERS[request.param](tmp_path)


def token(text: str) -> CachedToken:
    return CachedToken(
        start_url=URL,
        region=Region("us-east-1"),
        access_token=Secret(text),
        expires_at=LATER,
        client_id="FAKECLIENTID",
        client_secret=Secret("FAKECLIENTSECRET"),
        registration_expires_at=LATER,
        refresh_token=None,
    )


def record(text: str) -> TokenRecord:
    return TokenRecord(
        token_sha256=sha256_hex(text),
        start_url=URL,
        region=Region("us-east-1"),
        oidc_endpoint="https://oidc.us-east-1.amazonaws.com",
        portal_endpoint="https://portal.sso.us-east-1.amazonaws.com",
        person="hoge@hoge.com",
        issued=(),
    )


def credentials(role: Role, key_id: str = "ASIAFAKE00000001") -> RoleCredentials:
    return RoleCredentials(key_id, Secret("fakesecret"), Secret("FAKESESSION"), LATER, role)


def test_a_new_sign_in_removes_outdated_role_credentials_and_no_others(store: Store) -> None:
    for role in (ADMIN, ADMIN_STG):
        store.put_role_credentials(DEV, credentials(role))
    store.put_role_credentials(STG, credentials(ADMIN))

    store.put_token(DEV, token("one"), record("one"), outdated=(ADMIN, READER))

    assert store.token(DEV) == token("one")
    assert store.role_credentials(DEV, ADMIN) is None
    assert store.role_credentials(DEV, ADMIN_STG) is not None
    assert store.role_credentials(STG, ADMIN) is not None


@pytest.mark.parametrize("key", [DEV, LEGACY, UNICODE])
def test_a_token_and_its_record_are_read_as_they_were_written(store: Store, key: TokenKey) -> None:
    store.put_token(key, token("FAKETOKEN"), record("FAKETOKEN"))

    assert store.token(key) == token("FAKETOKEN")
    assert store.record(key) == record("FAKETOKEN")


def test_what_was_never_written_is_absent(store: Store) -> None:
    assert store.token(DEV) is None
    assert store.record(DEV) is None
    assert store.role_credentials(DEV, ADMIN) is None
    assert store.registration(SignInTarget(URL, Region("us-east-1"), None, None)) is None


def test_two_sessions_keep_their_tokens_apart(store: Store) -> None:
    store.put_token(DEV, token("FAKEDEV"), record("FAKEDEV"))

    assert store.token(STG) is None
    assert store.record(STG) is None


@pytest.mark.parametrize(
    "key, role", [(DEV, ADMIN_STG), (DEV, READER), (STG, ADMIN), (LEGACY, ADMIN)]
)
def test_role_credentials_serve_only_the_session_account_and_role_they_were_issued_for(
    store: Store, key: TokenKey, role: Role
) -> None:
    store.put_role_credentials(DEV, credentials(ADMIN))

    assert store.role_credentials(DEV, ADMIN) == credentials(ADMIN)
    assert store.role_credentials(key, role) is None


def test_a_registration_serves_only_the_target_it_was_made_for(store: Store) -> None:
    target = SignInTarget(URL, Region("us-east-1"), SessionName("hoge"), ("sso:account:access",))
    registration = Registration("FAKECLIENTID", Secret("FAKESECRET"), LATER, target.scopes, None)
    others = (
        replace(target, region=Region("eu-west-1")),
        replace(target, session=None),
        replace(target, scopes=None),
        replace(target, start_url=StartUrl("https://fuga.awsapps.com/start")),
    )
    store.put_registration(target, registration)

    assert store.registration(target) == registration
    assert [store.registration(other) for other in others] == [None] * 4


def test_a_refused_refresh_token_is_noted_in_the_record_and_the_rest_stays(store: Store) -> None:
    store.put_token(DEV, token("FAKETOKEN"), record("FAKETOKEN"))
    store.put_refused(DEV, "a-digest")
    store.put_refused(STG, "a-digest")

    assert store.record(DEV) == replace(record("FAKETOKEN"), refused="a-digest")
    assert store.token(DEV) == token("FAKETOKEN")
    assert store.record(STG) is None


def test_a_record_alone_is_no_token(store: Store) -> None:
    store.put_record(DEV, record("FAKETOKEN"))

    assert store.record(DEV) == record("FAKETOKEN")
    assert store.token(DEV) is None


def test_a_later_token_takes_the_place_of_an_earlier_one(store: Store) -> None:
    store.put_token(DEV, token("FAKEONE"), record("FAKEONE"))
    store.put_token(DEV, token("FAKETWO"), record("FAKETWO"))

    assert store.token(DEV) == token("FAKETWO")
    assert store.record(DEV) == record("FAKETWO")


def test_a_refreshed_token_takes_the_place_of_the_one_it_came_from(store: Store) -> None:
    store.put_token(DEV, token("FAKEONE"), record("FAKEONE"))
    kept = store.put_refreshed(
        DEV, token("FAKETWO"), record("FAKETWO"), replaces=sha256_hex("FAKEONE")
    )

    assert kept
    assert (store.token(DEV), store.record(DEV)) == (token("FAKETWO"), record("FAKETWO"))


def test_a_refreshed_token_takes_no_other_ones_place(store: Store) -> None:
    store.put_token(DEV, token("FAKENEW"), record("FAKENEW"))
    kept = [
        store.put_refreshed(
            key, token("FAKETWO"), record("FAKETWO"), replaces=sha256_hex("FAKEONE")
        )
        for key in (DEV, STG)
    ]

    assert kept == [False, False]
    assert (store.token(DEV), store.record(DEV)) == (token("FAKENEW"), record("FAKENEW"))
    assert (store.token(STG), store.record(STG)) == (None, None)


def test_forgetting_takes_the_token_its_record_and_the_roles_and_nothing_else(
    store: Store,
) -> None:
    target = SignInTarget(URL, Region("us-east-1"), SessionName("hoge-dev"), None)
    registration = Registration("FAKECLIENTID", Secret("FAKESECRET"), LATER, None, None)
    store.put_registration(target, registration)
    for key in (DEV, STG):
        store.put_token(key, token("FAKETOKEN"), record("FAKETOKEN"))
        store.put_role_credentials(key, credentials(ADMIN))
    store.put_role_credentials(DEV, credentials(READER))
    store.forget(DEV, (ADMIN,))

    assert (store.token(DEV), store.record(DEV)) == (None, None)
    assert store.role_credentials(DEV, ADMIN) is None
    assert store.role_credentials(DEV, READER) == credentials(READER)
    assert store.token(STG) == token("FAKETOKEN")
    assert store.role_credentials(STG, ADMIN) == credentials(ADMIN)
    assert store.registration(target) == registration


def test_forgetting_what_is_not_there_is_no_error(store: Store) -> None:
    store.forget(DEV, (ADMIN, READER))

    assert store.token(DEV) is None


def test_issued_credentials_count_for_the_token_that_fetched_them_alone(store: Store) -> None:
    store.put_token(DEV, token("FAKETOKEN"), record("FAKETOKEN"))

    assert store.put_issued(DEV, sha256_hex("FAKETOKEN"), credentials(ADMIN))
    assert not store.put_issued(DEV, sha256_hex("FAKEOTHER"), credentials(READER))
    assert store.role_credentials(DEV, READER) is None


def test_writers_at_the_same_time_lose_nothing_of_each_other(store: Store) -> None:
    store.put_token(DEV, token("FAKETOKEN"), record("FAKETOKEN"))
    roles = [replace(ADMIN, account_id=AccountId(f"12345678{n:04}")) for n in range(12)]
    writers = [
        threading.Thread(
            target=store.put_issued,
            args=(DEV, sha256_hex("FAKETOKEN"), credentials(role, f"ASIAFAKE{role.account_id}")),
        )
        for role in roles
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    kept = store.record(DEV)

    assert kept is not None
    assert set(kept.issued) == {
        issued_digest(credentials(role, f"ASIAFAKE{role.account_id}")) for role in roles
    }
    assert all(store.role_credentials(DEV, role) for role in roles)
