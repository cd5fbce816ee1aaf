"""Native delivery: what no crash, no other tool and no other sign-in may do to it."""

import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sekisho.errors import TokenInvalid
from sekisho.model import AccountId, Form, Region, Role, RoleCredentials, RoleName, TokenKey
from sekisho.secret import Secret
from sekisho.store import keys
from sekisho.store.assumed import canonical
from sekisho.store.cachefile import render_token
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import issued_digest, sha256_hex
from sekisho.store.native import NativeStore
from sekisho.store.records import is_bound, render_record, same_place
from sekisho.testing.clock import FakeClock

HOGE = TokenKey(Form.SSO_SESSION, "hoge")

KILLED_AT = """
import os, sys
from pathlib import Path
from sekisho.model import Form, TokenKey
from sekisho.secret import Secret
from sekisho.store.cachefile import parse_token
from sekisho.store.native import NativeStore
from sekisho.store.records import parse_record
from sekisho.testing.clock import FakeClock

home, state, token, record, steps = sys.argv[1:]
left = int(steps)

def die(event, arguments):
    global left
    if event in ("os.rename", "os.remove"):
        left -= 1
        if left < 0:
            os._exit(9)

store = NativeStore(Path(home), Path(state), FakeClock())
token, record = parse_token(token.encode()), parse_record(record.encode())
sys.addaudithook(die)
store.put_token(TokenKey(Form.SSO_SESSION, "hoge"), token, record)
"""


def put_token_killed_after(
    steps: int, store: NativeStore, token: CachedToken, record: TokenRecord
) -> int:
    """Write in a process that dies before its rename or removal number `steps`."""
    texts = (render_token(token).decode(), render_record(record).decode())
    places = (str(store.home), str(store.state))
    command = [sys.executable, "-c", KILLED_AT, *places, *texts, str(steps)]
    path = str(Path(__file__).parents[3] / "src")
    return subprocess.run(command, env={"PYTHONPATH": path}, check=False).returncode


@pytest.mark.parametrize(
    "elsewhere",
    [
        {},
        {"portal_endpoint": "http://127.0.0.1:8765", "oidc_endpoint": "http://127.0.0.1:8765"},
    ],
    ids=["the same place", "another place"],
)
def test_killed_anywhere_a_write_leaves_no_token_beside_another_places_record(
    store: NativeStore, token: CachedToken, record: TokenRecord, elsewhere: dict[str, Any]
) -> None:
    new_token = replace(token, access_token=Secret("FAKEACCESSTOKEN2"))
    new_record = replace(record, token_sha256=sha256_hex("FAKEACCESSTOKEN2"), **elsewhere)
    issued_at = {"FAKEACCESSTOKEN": record, "FAKEACCESSTOKEN2": new_record}

    for steps in range(10):
        store.put_token(HOGE, token, record)
        status = put_token_killed_after(steps, store, new_token, new_record)
        left, beside = store.token(HOGE), store.record(HOGE)

        assert left is not None
        assert beside is None or same_place(beside, issued_at[left.access_token.reveal()])
        if status == 0:
            break
    assert left is not None
    assert left.access_token == new_token.access_token
    assert beside == new_record
    assert steps >= 2


def test_killed_anywhere_a_refresh_leaves_a_record_so_that_nobody_is_told_to_adopt(
    store: NativeStore, token: CachedToken, record: TokenRecord
) -> None:
    new_token = replace(token, access_token=Secret("FAKEACCESSTOKEN2"))
    new_record = replace(record, token_sha256=sha256_hex("FAKEACCESSTOKEN2"))

    for steps in range(3):
        store.put_token(HOGE, token, record)
        put_token_killed_after(steps, store, new_token, new_record)
        assert store.record(HOGE) is not None


def test_everything_written_is_for_its_owner_alone(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    store.put_token(HOGE, token, record)
    store.put_role_credentials(HOGE, credentials)
    written = [keys.token_file(store.home, HOGE), keys.record_file(store.state, store.home, HOGE)]
    written.append(keys.role_file(store.home, HOGE, credentials.role))

    assert [stat.S_IMODE(path.stat().st_mode) for path in written] == [0o600] * 3


def test_a_lax_mode_of_another_tool_is_tightened(
    store: NativeStore, token: CachedToken, record: TokenRecord
) -> None:
    path = keys.token_file(store.home, HOGE)
    path.parent.mkdir(parents=True)
    path.touch(mode=0o666)
    store.put_token(HOGE, token, record)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_secret_lies_in_the_state_folder(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    store.put_token(HOGE, token, record)
    assert store.put_issued(HOGE, record.token_sha256, credentials)
    kept = [path.read_text() for path in store.state.rglob("*") if path.is_file()]

    assert not [text for text in kept if "FAKE" in text or "fakesecret" in text]


def test_a_torn_token_file_names_the_file_and_is_left_alone(
    store: NativeStore, clock: FakeClock
) -> None:
    path = keys.token_file(store.home, HOGE)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"accessToken": "FAKEACC')

    with pytest.raises(TokenInvalid) as refusal:
        store.token(HOGE)

    assert str(path) in refusal.value.what
    assert "FAKEACC" not in refusal.value.what
    assert path.read_bytes() == b'{"accessToken": "FAKEACC'
    assert clock.monotonic() == pytest.approx(0.5)


def test_a_token_file_that_the_aws_cli_is_writing_is_waited_for(
    store: NativeStore, clock: FakeClock, token: CachedToken, record: TokenRecord
) -> None:
    store.put_token(HOGE, token, record)
    path = keys.token_file(store.home, HOGE)
    whole = path.read_bytes()
    path.write_bytes(b"")
    clock.at(0.2, lambda: path.write_bytes(whole))

    read = store.token(HOGE)
    assert read is not None
    assert read.access_token == token.access_token


def test_a_new_sign_in_replaces_a_torn_token_file(
    store: NativeStore, token: CachedToken, record: TokenRecord
) -> None:
    path = keys.token_file(store.home, HOGE)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{")
    store.put_token(HOGE, token, record)

    read = store.token(HOGE)
    assert read is not None
    assert is_bound(read, record)


def test_issued_credentials_are_written_and_listed(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    store.put_token(HOGE, token, record)
    kept = store.put_issued(HOGE, record.token_sha256, credentials)
    listed = store.record(HOGE)

    assert kept
    assert listed is not None
    assert listed.issued == (*record.issued, issued_digest(credentials))
    assert store.role_credentials(HOGE, credentials.role) is not None


def test_what_new_credentials_replace_is_listed_no_longer(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    store.put_token(HOGE, token, replace(record, issued=()))
    for serial in range(5):
        again = replace(credentials, access_key_id=f"ASIAFAKE{serial}")
        store.put_issued(HOGE, record.token_sha256, again)
    listed = store.record(HOGE)

    assert listed is not None
    assert listed.issued == (issued_digest(again),)


def test_credentials_of_two_roles_are_listed_side_by_side(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    other = replace(
        credentials,
        access_key_id="ASIAFAKE00000005",
        role=Role(AccountId("1234567891012"), RoleName("AdministratorAccess")),
    )
    store.put_token(HOGE, token, replace(record, issued=()))
    store.put_issued(HOGE, record.token_sha256, credentials)
    store.put_issued(HOGE, record.token_sha256, other)
    listed = store.record(HOGE)

    assert listed is not None
    assert listed.issued == (issued_digest(credentials), issued_digest(other))


def test_credentials_of_an_earlier_sign_in_are_not_kept(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    store.put_token(HOGE, token, record)

    assert not store.put_issued(HOGE, sha256_hex("FAKEEARLIERTOKEN"), credentials)
    assert store.role_credentials(HOGE, credentials.role) is None
    assert store.record(HOGE) == record


def test_beside_a_torn_token_file_credentials_are_not_kept_and_nothing_is_raised(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    store.put_token(HOGE, token, record)
    keys.token_file(store.home, HOGE).write_bytes(b"{")

    assert not store.put_issued(HOGE, record.token_sha256, credentials)


def test_without_a_record_credentials_are_not_kept(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    store.put_token(HOGE, token, record)
    keys.record_file(store.state, store.home, HOGE).unlink()

    assert not store.put_issued(HOGE, record.token_sha256, credentials)
    assert store.role_credentials(HOGE, credentials.role) is None


def test_a_record_follows_the_token_that_another_tool_refreshed_but_its_person_does_not(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    refreshed = replace(token, access_token=Secret("FAKEACCESSTOKEN2"))
    store.put_token(HOGE, refreshed, record)
    store.put_issued(HOGE, sha256_hex("FAKEACCESSTOKEN2"), credentials)

    assert store.record(HOGE) == replace(
        record,
        token_sha256=sha256_hex("FAKEACCESSTOKEN2"),
        person=None,
        issued=(issued_digest(credentials),),
    )


def test_forgetting_one_sign_in_leaves_every_other_file_as_it_was(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    other = TokenKey(Form.SSO_SESSION, "fuga")
    store.put_token(other, token, replace(record, region=Region("eu-west-1")))
    store.put_role_credentials(other, credentials)
    (store.home / ".aws/sso/cache/somebody-elses.json").write_text('{"accessToken": "FAKE"}')
    (store.home / ".aws/cli/cache/session.db").write_bytes(b"\0sqlite")
    before = contents(store)

    store.put_token(HOGE, token, record)
    store.put_issued(HOGE, record.token_sha256, credentials)
    store.forget(HOGE, (credentials.role,))

    assert contents(store) == before


def contents(store: NativeStore) -> dict[Path, bytes]:
    folders = (store.home, store.state / "records")
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in found}


def test_roles_are_forgotten_with_what_was_assumed_with_them_and_the_others_stay(
    store: NativeStore, token: CachedToken, record: TokenRecord, credentials: RoleCredentials
) -> None:
    dev = credentials.role
    prod = Role(AccountId("1234567891012"), dev.role_name)
    store.put_token(HOGE, token, record)
    asked = {}
    for role in (dev, prod):
        keys_of_role = replace(credentials, access_key_id=f"ASIAFAKE{role.account_id}", role=role)
        store.put_issued(HOGE, record.token_sha256, keys_of_role)
        asked[role] = canonical({"account_id": role.account_id, "role_name": role.role_name})
        store.put_assumed(
            HOGE,
            asked[role],
            keys_of_role,
            source=issued_digest(keys_of_role),
            kept_at=credentials.expires_at,
        )

    store.forget_roles(HOGE, (prod,))

    assert store.token(HOGE) is not None
    assert [store.role_credentials(HOGE, role) is None for role in (dev, prod)] == [False, True]
    assert [store.assumed_role(HOGE, asked[role]) is None for role in (dev, prod)] == [False, True]
