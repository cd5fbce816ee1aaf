"""Sealed profiles on the command line: who is asked for what, and what a closed store is told as."""

import fcntl
import json
import os
import pty
import struct
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sekisho.adapters.keyring import SystemKeyring
from sekisho.model import (
    AccountId,
    Delivery,
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
from sekisho.store.keys import sha256_hex
from sekisho.store.sealed import SealedStore
from sekisho.testing.keyring import MemoryKeyring
from sekisho.testing.sealed import GivenPassphrase, sealed_in
from tests.unit.cli.conftest import CommandLine, Service

CONFIG = """\
[profile stg]
credential_process = sekisho credential-process --profile stg
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
sekisho_delivery = sealed
region = us-east-1

[profile uat]
credential_process = sekisho credential-process --profile uat
sekisho_sso_session = hoge
sekisho_account_id = 123456789013
sekisho_role_name = ReadOnlyAccess
sekisho_delivery = sealed
region = us-east-1

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""
KEY = TokenKey(Form.SSO_SESSION, "hoge", Delivery.SEALED)
ROLE = Role(AccountId("123456789012"), RoleName("ReadOnlyAccess"))
PASSPHRASE = "fake passphrase"


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SystemKeyring:
    """A keyring in a file; its mood is the environment's to change."""
    environ = {
        "PYTHON_KEYRING_BACKEND": "sekisho.testing.keyring_backend.FileKeyring",
        "KEYRING_PROPERTY_FILE": str(tmp_path / "keyring.json"),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return SystemKeyring(environ, asks=False)


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(f"{PASSPHRASE}\n")
    return path


@pytest.fixture
def sealed(sekisho: CommandLine) -> CommandLine:
    sekisho.write_config(CONFIG)
    return sekisho


def state(line: CommandLine) -> Path:
    return line.home / "state/sekisho"


def by_keyring(line: CommandLine, keyring: SystemKeyring) -> SealedStore:
    return SealedStore(sealed_in(state(line), keyring))


def by_passphrase(line: CommandLine, text: str = PASSPHRASE) -> SealedStore:
    closed = MemoryKeyring(closed="there is none")
    return SealedStore(sealed_in(state(line), closed, GivenPassphrase(text)))


def put_sign_in(store: SealedStore, endpoint: str) -> None:
    """Put a token and role credentials there, as a sign-in at `endpoint` would have."""
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    region, url = Region("us-east-1"), StartUrl("https://hoge.awsapps.com/start")
    token = CachedToken(url, region, Secret("fake-token"), expires, None, None, None, None)
    digest = sha256_hex("fake-token")
    record = TokenRecord(digest, url, region, endpoint, endpoint, "hoge@hoge.com", ())
    store.put_token(KEY, token, record)
    keys = RoleCredentials("ASIAFAKESEALED", Secret("k"), Secret("s"), expires, ROLE)
    assert store.put_issued(KEY, digest, keys)


@pytest.fixture
def kept_by_keyring(sealed: CommandLine, keyring: SystemKeyring, service: Service) -> CommandLine:
    """Signed in, and the keyring keeps the key."""
    put_sign_in(by_keyring(sealed, keyring), service.url)
    return sealed


@pytest.fixture
def kept_by_passphrase(sealed: CommandLine, service: Service) -> CommandLine:
    """Signed in, and a passphrase keeps the key."""
    put_sign_in(by_passphrase(sealed), service.url)
    return sealed


@contextmanager
def a_terminal() -> Iterator[None]:
    """A terminal for stdin, at which nobody types."""
    person, terminal = pty.openpty()
    before = sys.stdin
    with os.fdopen(terminal) as sys.stdin:
        yield
    sys.stdin = before
    os.close(person)


@contextmanager
def typing(line: str) -> Iterator[None]:
    """A terminal for stdin, at which `line` is typed as soon as what was typed ahead is forgotten."""
    person, terminal = pty.openpty()
    fcntl.ioctl(person, termios.TIOCPKT, struct.pack("i", 1))

    def type_it() -> None:
        while not os.read(person, 64)[0] & termios.TIOCPKT_FLUSHREAD:
            pass
        os.write(person, f"{line}\n".encode())

    typist = threading.Thread(target=type_it, daemon=True)
    typist.start()
    before = sys.stdin
    with os.fdopen(terminal) as sys.stdin:
        yield
    sys.stdin = before
    typist.join()
    os.close(person)


def test_a_profile_that_the_keyring_opens_is_served_without_a_question(
    kept_by_keyring: CommandLine, service: Service
) -> None:
    run = kept_by_keyring("credential-process", "--profile", "stg")

    assert (run.status, run.err) == (0, "")
    assert json.loads(run.out)["AccessKeyId"] == "ASIAFAKESEALED"
    assert service.asked == []


@pytest.mark.parametrize("mood", ["locked", "broken"])
def test_a_keyring_that_does_not_open_is_a_refusal_and_nothing_is_lost(
    kept_by_keyring: CommandLine, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    with monkeypatch.context() as closed:
        closed.setenv("KEYRING_PROPERTY_MOOD", mood)
        run = kept_by_keyring("credential-process", "--profile", "stg")

    assert run.status == 4
    assert "the keyring cannot be used" in run.err
    assert "do:  sekisho doctor" in run.err
    assert kept_by_keyring("credential-process", "--profile", "stg").status == 0


def test_a_key_that_the_keyring_has_lost_is_said_with_the_command_that_begins_anew(
    kept_by_keyring: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "keyring.json").unlink()
    run = kept_by_keyring("credential-process", "--profile", "stg")

    assert run.status == 3
    assert "is not in the keyring any more" in run.err
    assert "do:  sekisho login --profile stg" in run.err


@pytest.mark.usefixtures("no_keyring")
def test_credential_process_never_asks_for_a_passphrase_and_says_what_to_do(
    kept_by_passphrase: CommandLine,
) -> None:
    with a_terminal():
        run = kept_by_passphrase("credential-process", "--profile", "stg")

    assert run.status == 4
    assert "SEKISHO_SEAL_PASSPHRASE_FILE" in run.err


@pytest.mark.usefixtures("no_keyring")
def test_a_file_that_the_environment_names_opens_the_store_for_every_command(
    kept_by_passphrase: CommandLine, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_SEAL_PASSPHRASE_FILE", str(passphrase_file))
    run = kept_by_passphrase("credential-process", "--profile", "stg")

    assert run.status == 0, run.err
    assert PASSPHRASE not in run.out + run.err


@pytest.mark.usefixtures("no_keyring")
@pytest.mark.parametrize(
    "contents, status, said",
    [
        ("another", 4, "this passphrase does not open the sealed store"),
        ("\n", 2, "the passphrase is empty"),
        (None, 2, "there is no such file"),
    ],
)
def test_a_file_with_another_passphrase_opens_nothing(
    kept_by_passphrase: CommandLine,
    passphrase_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    contents: str | None,
    status: int,
    said: str,
) -> None:
    passphrase_file.unlink() if contents is None else passphrase_file.write_text(contents)
    monkeypatch.setenv("SEKISHO_SEAL_PASSPHRASE_FILE", str(passphrase_file))
    run = kept_by_passphrase("credential-process", "--profile", "stg")

    assert (run.status, said in run.err) == (status, True), run.err


@pytest.mark.usefixtures("no_keyring")
def test_a_person_at_a_terminal_is_asked_for_the_passphrase_once(
    kept_by_passphrase: CommandLine,
) -> None:
    with typing(PASSPHRASE):
        run = kept_by_passphrase("export", "--profile", "stg")

    assert run.status == 0, run.err
    assert run.err.count("Passphrase of the sealed store:") == 1
    assert PASSPHRASE not in run.out + run.err
    assert "ASIAFAKESEALED" in run.out


@pytest.mark.usefixtures("no_keyring")
def test_a_typo_in_the_passphrase_is_an_error_of_its_own(
    kept_by_passphrase: CommandLine,
) -> None:
    with typing("fake pasphrase"):
        run = kept_by_passphrase("export", "--profile", "stg")

    assert run.status == 4
    assert "this passphrase does not open the sealed store" in run.err


@pytest.mark.usefixtures("no_keyring")
def test_without_a_terminal_a_command_names_what_would_have_answered(
    kept_by_passphrase: CommandLine,
) -> None:
    run = kept_by_passphrase("export", "--profile", "stg", "--no-input")

    assert run.status == 4
    assert "SEKISHO_SEAL_PASSPHRASE_FILE" in run.err


@pytest.mark.usefixtures("no_keyring")
def test_a_login_has_the_passphrase_before_it_signs_in(
    sealed: CommandLine,
    service: Service,
    passphrase_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEKISHO_SEAL_PASSPHRASE_FILE", str(passphrase_file))
    run = sealed("login", "--profile", "stg", "--use-device-code")

    assert run.status == 5, "the service is in trouble"
    assert service.asked
    assert (state(sealed) / "sealed/key.json").exists()


@pytest.mark.usefixtures("no_keyring")
def test_a_login_that_may_not_ask_makes_no_store(sealed: CommandLine, service: Service) -> None:
    run = sealed("login", "--profile", "stg", "--no-input")

    assert run.status == 4
    assert "SEKISHO_SEAL_PASSPHRASE_FILE" in run.err
    assert service.asked == []
    assert not (state(sealed) / "sealed").exists()


def test_a_login_says_that_sealed_profiles_of_one_session_share_a_token(
    sealed: CommandLine, keyring: SystemKeyring, service: Service
) -> None:
    run = sealed("login", "--profile", "stg", "--use-device-code")

    assert "This login opens: stg, uat" in run.err
    assert "share the sekisho-session hoge" in " ".join(run.err.split())


def test_a_closed_store_does_not_keep_status_and_explain_from_showing_the_rest(
    kept_by_keyring: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    native = "[profile dev]\nsso_session = n\nsso_account_id = 1\nsso_role_name = R\n"
    kept_by_keyring.write_config(
        CONFIG + native + "[sso-session n]\nsso_region = us-east-1\n"
        "sso_start_url = https://hoge.awsapps.com/start\n"
    )
    monkeypatch.setenv("KEYRING_PROPERTY_MOOD", "locked")
    status = kept_by_keyring("status")
    explained = kept_by_keyring("explain", "--profile", "stg")

    assert (status.status, explained.status) == (0, 0)
    assert "it is locked" in status.out
    assert "dev" in status.out
    assert "it is locked" in explained.out


@pytest.mark.usefixtures("no_keyring")
def test_a_prompt_asks_for_nothing(kept_by_passphrase: CommandLine) -> None:
    with a_terminal():
        run = kept_by_passphrase("status", "--profile", "stg", "--prompt", "{profile}: {state}")

    assert (run.out, run.err) == ("stg: absent\n", "")


def test_what_was_noted_of_a_native_profile_serves_no_sealed_one(
    sekisho: CommandLine, keyring: SystemKeyring, service: Service
) -> None:
    native = CONFIG.replace("sekisho_sso_session", "sso_session")
    native = native.replace("sekisho_account_id", "sso_account_id")
    native = native.replace("sekisho_role_name", "sso_role_name")
    native = native.replace("[sekisho-session", "[sso-session").replace(
        "sekisho_delivery = sealed\n", ""
    )
    sekisho.write_config(native)
    sekisho.sign_in("hoge", service.url)
    sekisho.cache_credentials("hoge", ROLE)
    assert sekisho("credential-process", "--profile", "stg").status == 0
    sekisho.write_config(CONFIG)
    run = sekisho("credential-process", "--profile", "stg")

    assert run.status == 3
    assert "Token for hoge does not exist" in run.err


@pytest.mark.parametrize("local", [True, False])
def test_the_end_of_all_sign_ins_needs_no_key(
    kept_by_keyring: CommandLine, monkeypatch: pytest.MonkeyPatch, local: bool
) -> None:
    monkeypatch.setenv("KEYRING_PROPERTY_MOOD", "locked")
    run = kept_by_keyring("logout", "--all", *(["--local"] if local else []))

    assert run.status == 0
    assert "The sealed store is removed from this machine" in run.err
    assert ("may live on at the service: the keyring cannot be used" in run.err) is not local
    assert not [path for path in (state(kept_by_keyring) / "sealed").rglob("*") if path.is_file()]
    assert "Nobody was signed in" in kept_by_keyring("logout", "--all").err


def test_the_unit_runs_an_agent_that_keeps_its_sign_ins_where_that_is_asked_for(
    sekisho: CommandLine,
) -> None:
    units = [
        sekisho("agent", "install", "--print", *more).out for more in ((), ("--persist", "sealed"))
    ]

    assert ["agent run --persist sealed\n" in unit for unit in units] == [False, True]
