"""Sealed delivery from end to end: real processes, a real sign-in, and nothing to read on the disk."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.adapters.keyring import SystemKeyring
from sekisho.model import AccountId, Delivery, Form, Role, RoleName, TokenKey
from sekisho.store.interface import CachedToken
from sekisho.store.sealed import SealedStore
from sekisho.testing.person import Person
from sekisho.testing.sealed import sealed_in
from tests.e2e.conftest import PASSWORD, PERSON, START_URL, Home, Result

KEY = TokenKey(Form.SSO_SESSION, "hoge", Delivery.SEALED)
ROLE = Role(AccountId("1234567891011"), RoleName("AdministratorAccess"))
CONFIG = f"""\
[profile dev]
credential_process = "{sys.executable}" -m sekisho credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = {ROLE.account_id}
sekisho_role_name = {ROLE.role_name}
sekisho_delivery = sealed
region = us-east-1

[sekisho-session hoge]
sso_start_url = {START_URL}
sso_region = us-east-1
"""
WITH_BOTO3 = """
import boto3
session = boto3.Session(profile_name="dev")
print(session.client("sts").get_caller_identity()["UserId"].partition(":")[2])
print(session.get_credentials().get_frozen_credentials().access_key)
"""


@dataclass(frozen=True)
class SealedHome:
    """A home with one sealed profile and a keyring of its own."""

    home: Home
    center: str

    @property
    def state(self) -> Path:
        return self.home.path / "state/sekisho"

    @property
    def store(self) -> SealedStore:
        """What the keyring lets this test look into."""
        return SealedStore(sealed_in(self.state, SystemKeyring(self.home.environ, asks=False)))

    def login(self) -> Result:
        running = self.home.start("login", "--profile", "dev", "--no-browser")
        Person(PERSON, PASSWORD, url=self.center).allow(running.wait_for_url(self.center))
        return running.finish()

    def token(self) -> CachedToken:
        token = self.store.token(KEY)
        assert token is not None
        return token

    def expire(self) -> None:
        """Let the token and the role credentials end a day earlier."""
        store, day = self.store, timedelta(days=1)
        token, record = self.token(), store.record(KEY)
        cached = store.role_credentials(KEY, ROLE)
        assert record is not None
        assert cached is not None
        store.put_token(KEY, replace(token, expires_at=token.expires_at - day), record)
        store.put_role_credentials(KEY, replace(cached, expires_at=cached.expires_at - day))

    def secrets(self) -> list[str]:
        token, cached = self.token(), self.store.role_credentials(KEY, ROLE)
        assert cached is not None
        found = [token.access_token, token.refresh_token, token.client_secret]
        found += [cached.secret_access_key, cached.session_token]
        return [each.reveal() for each in found if each is not None]


@pytest.fixture
def sealed(home: Home, center: str, tmp_path_factory: pytest.TempPathFactory) -> SealedHome:
    """Nobody has signed in yet; the keyring's file is not in the home."""
    keyring = tmp_path_factory.mktemp("keyring") / "keyring.json"
    environ = {
        "PYTHON_KEYRING_BACKEND": "sekisho.testing.keyring_backend.FileKeyring",
        "KEYRING_PROPERTY_FILE": str(keyring),
    }
    home = replace(home, environ={**home.environ, **environ})
    home.write_config(CONFIG)
    return SealedHome(home, center)


@pytest.fixture
def signed_in(sealed: SealedHome) -> SealedHome:
    done = sealed.login()
    assert done.status == 0, done.stderr
    return sealed


def test_before_a_sign_in_it_says_what_to_do_and_touches_no_keyring(sealed: SealedHome) -> None:
    done = sealed.home.sekisho("credential-process", "--profile", "dev")

    assert done.status == 3
    assert "sekisho login --profile dev" in done.stderr
    assert not sealed.state.joinpath("sealed").exists()


def test_a_sign_in_says_what_it_opens_and_every_command_serves_it(signed_in: SealedHome) -> None:
    run = signed_in.home.sekisho
    served = json.loads(run("credential-process", "--profile", "dev").stdout)
    whoami = json.loads(run("whoami", "--profile", "dev").stdout)
    exported = run("export", "--profile", "dev", "--format", "env-no-export").stdout
    status = json.loads(run("status", "--json").stdout)
    reach = json.loads(run("reach", "--json").stdout)
    explained = json.loads(run("explain", "--profile", "dev", "--json").stdout)

    assert whoami["UserId"].endswith(f":{PERSON}")
    assert served["AccessKeyId"] in exported
    assert [(each["delivery"], each["state"], each["person"]) for each in status["sessions"]] == [
        ("sealed", "open", PERSON)
    ]
    assert status["profiles"][0]["open"]
    assert status["profiles"][0]["credentials_expire"] == served["Expiration"]
    assert reach["profiles"][0]["opens"] == ["dev"]
    assert explained["token_key"]["cache_file"] == str(signed_in.state / "sealed")
    assert explained["form"] == "guarded"


def test_boto3_is_served_through_credential_process(signed_in: SealedHome) -> None:
    done = signed_in.home.run(sys.executable, "-c", WITH_BOTO3)
    cached = signed_in.store.role_credentials(KEY, ROLE)

    assert done.status == 0, done.stderr
    assert cached is not None
    assert done.stdout.split() == [PERSON, cached.access_key_id]


def test_nothing_that_was_issued_can_be_read_anywhere_in_the_home(signed_in: SealedHome) -> None:
    for _ in range(2):
        assert signed_in.home.sekisho("credential-process", "--profile", "dev").status == 0
    secrets = signed_in.secrets()
    files = [path for path in signed_in.home.path.rglob("*") if path.is_file()]

    assert len(secrets) == 5
    assert any(path.suffix == ".sealed" for path in files)
    assert not [path for path in files for each in secrets if each.encode() in path.read_bytes()]
    assert not signed_in.home.tokens.exists()


def test_the_short_way_leaves_no_note_of_what_is_sealed(signed_in: SealedHome) -> None:
    signed_in.home.sekisho("credential-process", "--profile", "dev")

    assert not (signed_in.state / "quick").exists()


def test_an_expired_token_is_refreshed_and_sealed_again(signed_in: SealedHome) -> None:
    before = signed_in.token()
    signed_in.expire()
    done = signed_in.home.sekisho("credential-process", "--profile", "dev")
    after = signed_in.token()

    assert done.status == 0, done.stderr
    assert after.access_token != before.access_token
    assert after.expires_at > before.expires_at - timedelta(hours=1)
    record = signed_in.store.record(KEY)
    assert record is not None
    assert record.person == PERSON


@pytest.mark.parametrize("arguments", [("--profile", "dev"), ("--sso-session", "hoge"), ("--all",)])
def test_a_sign_out_ends_it_here_and_at_the_service(
    signed_in: SealedHome, arguments: tuple[str, ...], accounts_with: Callable[[str], int]
) -> None:
    token = signed_in.token().access_token.reveal()
    assert accounts_with(token) == 200
    done = signed_in.home.sekisho("logout", *arguments)

    assert done.status == 0, done.stderr
    assert "live until" in done.stderr
    assert signed_in.store.token(KEY) is None
    assert signed_in.store.role_credentials(KEY, ROLE) is None
    assert accounts_with(token) == 401
    assert signed_in.home.sekisho("credential-process", "--profile", "dev").status == 3


@pytest.fixture
def accounts_with(center: str) -> Callable[[str], int]:
    """Asks the portal for the accounts of a token; gives the status of its answer."""
    from sekisho.adapters.http import NetworkHttp
    from sekisho.wire.http import Headers, Request

    def ask(token: str) -> int:
        headers = Headers((("x-amz-sso_bearer_token", token),))
        request = Request("GET", f"{center}/assignment/accounts", headers)
        return NetworkHttp({}).send(request).status

    return ask


def test_a_locked_keyring_is_said_at_once_and_everything_stays(signed_in: SealedHome) -> None:
    locked = {"KEYRING_PROPERTY_MOOD": "locked"}
    done = signed_in.home.sekisho("credential-process", "--profile", "dev", **locked)
    status = signed_in.home.sekisho("status", **locked)

    assert done.status == 4
    assert "the keyring cannot be used: it is locked" in done.stderr
    assert status.status == 0
    assert "it is locked" in status.stdout
    assert signed_in.home.sekisho("credential-process", "--profile", "dev").status == 0
