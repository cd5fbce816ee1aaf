"""Sealed delivery: what lies on the disk tells nothing, and no damage gets further than its record."""

import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.errors import FileUnreadable, TokenInvalid
from sekisho.model import (
    AccountId,
    Delivery,
    Form,
    Role,
    RoleCredentials,
    RoleName,
    SessionName,
    SignInTarget,
    TokenKey,
)
from sekisho.secret import Secret
from sekisho.store.cachefile import render_token
from sekisho.store.interface import CachedToken, Registration, TokenRecord
from sekisho.store.keys import issued_digest, sha256_hex
from sekisho.store.records import render_record
from sekisho.store.sealed import SealedStore
from sekisho.store.sealed_sweep import give_up, sealed_sign_ins, sweep_sealed
from sekisho.testing.keyring import MemoryKeyring
from sekisho.testing.sealed import sealed_in

DEV = TokenKey(Form.SSO_SESSION, "hoge-dev")
STG = TokenKey(Form.SSO_SESSION, "hoge-stg")
ADMIN = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
ASKED = '{"role": "arn:aws:iam::123456789011:role/deployer"}'

KILLED_AT = """
import os, sys
from pathlib import Path
from sekisho.model import Form, TokenKey
from sekisho.secret import Secret
from sekisho.store.cachefile import parse_token
from sekisho.store.records import parse_record
from sekisho.store.sealed import SealedStore
from sekisho.store.sealed_sweep import give_up, sealed_sign_ins, sweep_sealed
from sekisho.testing.keyring import MemoryKeyring
from sekisho.testing.sealed import sealed_in

state, account, kept, token, record, steps = sys.argv[1:]
keyring = MemoryKeyring()
keyring.put(account, Secret(kept))
left = int(steps)

def die(event, arguments):
    global left
    at_a_file = event in ("os.rename", "os.remove", "open")
    if at_a_file and str(arguments[0]).startswith(state):
        left -= 1
        if left < 0:
            os._exit(9)

store = SealedStore(sealed_in(Path(state), keyring))
store.token(TokenKey(Form.SSO_SESSION, "hoge-dev"))
token, record = parse_token(token.encode()), parse_record(record.encode())
sys.addaudithook(die)
store.put_token(TokenKey(Form.SSO_SESSION, "hoge-dev"), token, record)
"""


@dataclass
class Scene:
    """A sealed store that is full, and what it told of."""

    state: Path
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)
    said: list[str] = field(default_factory=list)

    def store(self) -> SealedStore:
        """The store, as another process would open it."""
        return SealedStore(sealed_in(self.state, self.keyring, notice=self.said.append))

    @property
    def records(self) -> list[Path]:
        return sorted((self.state / "sealed").glob("*.sealed"))

    def written_by(self, write: Callable[[SealedStore], object]) -> Path:
        """The one record that `write` changes or makes."""
        before = {path: path.read_bytes() for path in self.records}
        write(self.store())
        (changed,) = [path for path in self.records if before.get(path) != path.read_bytes()]
        return changed


def credentials(token: CachedToken) -> RoleCredentials:
    return RoleCredentials(
        "ASIAFAKEDEV", Secret("FAKEROLESECRET"), Secret("FAKESESSIONTOKEN"), token.expires_at, ADMIN
    )


def fill(store: SealedStore, token: CachedToken, record: TokenRecord) -> None:
    """Keep something of every kind for dev, and a token for stg."""
    target = SignInTarget(record.start_url, record.region, SessionName("hoge-dev"), None)
    registration = Registration(
        "FAKECLIENTID", Secret("FAKECLIENTSECRET"), token.expires_at, None, None
    )
    keys = credentials(token)
    store.put_registration(target, registration)
    store.put_token(STG, token, record)
    store.put_token(DEV, token, record)
    assert store.put_issued(DEV, record.token_sha256, keys)
    at = token.expires_at
    assert store.put_assumed(DEV, ASKED, keys, source=issued_digest(keys), kept_at=at)


@pytest.fixture
def token(token: CachedToken) -> CachedToken:
    """Of whole seconds, as files have them."""
    return replace(token, expires_at=token.expires_at.replace(microsecond=0))


@pytest.fixture
def scene(tmp_path: Path, token: CachedToken, record: TokenRecord) -> Scene:
    scene = Scene(tmp_path / "state")
    fill(scene.store(), token, record)
    return scene


def test_no_file_shows_a_secret_or_whose_it_is(scene: Scene, token: CachedToken) -> None:
    secret = (token.access_token, token.refresh_token, token.client_secret)
    shown = [each.reveal() for each in secret if each is not None]
    shown += ["FAKEROLESECRET", "FAKESESSIONTOKEN", "FAKECLIENTSECRET", "ASIAFAKEDEV"]
    shown += ["hoge", "awsapps", "us-east-1", "123456789011", "AdministratorAccess", "deployer"]
    shown += [kept.reveal() for kept in scene.keyring.kept.values()]
    shown += [sha256_hex(token.access_token.reveal())]
    files = [path for path in scene.state.rglob("*") if path.is_file()]

    assert len(scene.records) == 5
    assert not [
        (text, path)
        for path in files
        for text in shown
        if text.encode() in path.read_bytes() or text in path.name
    ]


def test_files_are_for_their_owner_alone(scene: Scene) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (scene.state / "sealed").iterdir()}

    assert modes == {0o600}
    assert stat.S_IMODE((scene.state / "sealed").stat().st_mode) == 0o700


def test_the_same_token_is_never_the_same_bytes_twice(
    scene: Scene, token: CachedToken, record: TokenRecord
) -> None:
    def write(store: SealedStore) -> None:
        store.put_record(STG, record)

    path = scene.written_by(write)
    first = path.read_bytes()

    assert scene.written_by(write) == path
    assert path.read_bytes() != first


def test_another_process_with_the_key_reads_everything(scene: Scene, token: CachedToken) -> None:
    store = scene.store()

    assert store.token(DEV) == token
    assert store.role_credentials(DEV, ADMIN) == credentials(token)
    assert [each.asked for each in store.assumed_roles(DEV)] == [ASKED]
    assert [each.key for each in sealed_sign_ins(store)] == [
        replace(key, delivery=Delivery.SEALED) for key in (DEV, STG)
    ]


def test_a_token_that_was_put_in_anothers_place_is_refused_and_put_aside(
    scene: Scene, token: CachedToken, record: TokenRecord
) -> None:
    dev = scene.written_by(lambda store: store.put_record(DEV, record))
    stg = scene.written_by(lambda store: store.put_record(STG, record))
    moved = dev.read_bytes()
    stg.write_bytes(moved)

    with pytest.raises(TokenInvalid, match="was put aside as"):
        scene.store().token(STG)
    aside = list((scene.state / "sealed" / "broken").iterdir())
    assert [path.read_bytes() for path in aside] == [moved]
    assert scene.store().token(STG) is None
    assert scene.store().token(DEV) == token


def test_a_broken_record_that_can_be_had_again_counts_as_absent_and_is_said(
    scene: Scene, token: CachedToken
) -> None:
    path = scene.written_by(lambda store: store.put_role_credentials(DEV, credentials(token)))
    path.write_bytes(path.read_bytes()[:-1])

    assert scene.store().role_credentials(DEV, ADMIN) is None
    assert [str(path) in said and "put aside" in said for said in scene.said] == [True]
    assert scene.store().token(DEV) == token


def test_a_broken_assumed_role_is_no_assumed_role(scene: Scene) -> None:
    for path in scene.records:
        path.write_bytes(b"")

    with pytest.raises(FileUnreadable, match="put aside"):
        scene.store().assumed_role(DEV, ASKED)
    assert scene.store().assumed_roles(DEV) == ()


def test_a_sign_in_mends_what_was_broken(
    scene: Scene, token: CachedToken, record: TokenRecord
) -> None:
    path = scene.written_by(lambda store: store.put_record(DEV, record))
    path.write_bytes(b"sekisho sealed 1\n")
    scene.store().put_token(DEV, token, record)

    assert scene.store().token(DEV) == token


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(data=st.data())
def test_whatever_bit_is_flipped_or_cut_off_no_record_gives_anything_it_did_not_hold(
    scene: Scene, token: CachedToken, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(scene.records))
    good = path.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(good) - 1))
    length = data.draw(st.integers(0, len(good)))
    changed = bytearray(good)
    changed[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data.draw(st.sampled_from([bytes(changed), good[:length]])))
    store = scene.store()

    found = []
    for key in (DEV, STG):
        try:
            found.append(store.token(key))
        except TokenInvalid:
            found.append(None)
    assert all(each in (None, token) for each in found)
    assert any(found), "one record is broken; the other token is served"
    assert store.role_credentials(DEV, ADMIN) in (None, credentials(token))
    assert all(each.credentials == credentials(token) for each in store.assumed_roles(DEV))
    path.write_bytes(good)


def test_killed_anywhere_a_write_leaves_the_old_token_or_the_new_one(
    scene: Scene, token: CachedToken, record: TokenRecord
) -> None:
    new_token = replace(token, access_token=Secret("FAKEACCESSTOKEN2"))
    new_record = replace(record, token_sha256=sha256_hex("FAKEACCESSTOKEN2"))
    ((account, kept),) = scene.keyring.kept.items()
    texts = (render_token(new_token).decode(), render_record(new_record).decode())
    found, steps = [], 0
    while True:
        scene.store().put_token(DEV, token, record)
        command = [sys.executable, "-c", KILLED_AT, str(scene.state), account, kept.reveal()]
        source = str(Path(__file__).parents[3] / "src")
        ended = subprocess.run(
            [*command, *texts, str(steps)], env={"PYTHONPATH": source}, check=False
        )
        store = scene.store()
        found.append((store.token(DEV), store.record(DEV)))
        if ended.returncode == 0:
            break
        assert ended.returncode == 9
        steps += 1

    assert steps >= 2
    assert all(each in ((token, record), (new_token, new_record)) for each in found)
    assert found[-1] == (new_token, new_record)
    assert not scene.said


def test_processes_that_begin_the_store_together_make_one_key(
    tmp_path: Path, token: CachedToken, record: TokenRecord
) -> None:
    scene = Scene(tmp_path / "state")
    keys = [TokenKey(Form.SSO_SESSION, f"hoge-{n}") for n in range(8)]
    start = threading.Barrier(len(keys))

    def sign_in(key: TokenKey) -> None:
        store = scene.store()
        start.wait()
        store.put_token(key, token, record)

    writers = [threading.Thread(target=sign_in, args=(key,)) for key in keys]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(scene.keyring.kept) == 1
    assert [scene.store().token(key) for key in keys] == [token] * len(keys)


def test_writers_in_several_processes_lose_nothing_of_each_other(
    scene: Scene, token: CachedToken, record: TokenRecord
) -> None:
    roles = [replace(ADMIN, role_name=RoleName(f"Role{n}")) for n in range(8)]
    issued = [
        replace(credentials(token), role=role, access_key_id=f"ASIA{role.role_name}")
        for role in roles
    ]
    writers = [
        threading.Thread(
            target=lambda keys=keys: scene.store().put_issued(DEV, record.token_sha256, keys)
        )
        for keys in issued
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    kept = scene.store().record(DEV)

    assert kept is not None
    assert {issued_digest(keys) for keys in issued} < set(kept.issued)
    assert [scene.store().role_credentials(DEV, role) for role in roles] == issued


def test_a_sweep_leaves_no_token_and_no_credentials_and_says_until_when_they_live(
    scene: Scene, token: CachedToken, record: TokenRecord
) -> None:
    path = scene.written_by(lambda store: store.put_record(STG, record))
    path.write_bytes(b"")
    now = token.expires_at - timedelta(minutes=30)
    swept = sweep_sealed(scene.store(), now)
    store = scene.store()

    assert (swept.tokens, swept.credentials_until) == (1, token.expires_at)
    assert (store.token(DEV), store.token(STG), store.role_credentials(DEV, ADMIN)) == (None,) * 3
    assert store.assumed_roles(DEV) == ()
    assert len(scene.records) == 1, "a client registration opens nothing, and stays"
    assert not list((scene.state / "sealed/broken").iterdir())


def test_a_sweep_names_no_end_of_credentials_that_have_ended(
    scene: Scene, token: CachedToken
) -> None:
    assert sweep_sealed(scene.store(), token.expires_at).credentials_until is None


@pytest.mark.parametrize("closed", ["", "it is locked"])
def test_a_store_that_is_given_up_leaves_nothing_whether_or_not_it_opens(
    scene: Scene, closed: str
) -> None:
    scene.keyring.closed = closed
    give_up(sealed_in(scene.state, scene.keyring))

    assert not [path for path in (scene.state / "sealed").rglob("*") if path.is_file()]
    assert bool(scene.keyring.kept) == bool(closed)
