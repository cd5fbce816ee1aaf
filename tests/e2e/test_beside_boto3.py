"""botocore's own token provider refreshes or replaces the file, and sekisho comes back to it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.credentials.cached import cached_credentials
from sekisho.credentials.interface import Route
from sekisho.credentials.plan import plan
from sekisho.errors import Mismatch
from sekisho.model import ProfileName
from sekisho.store.interface import CachedToken
from sekisho.store.keys import sha256_hex
from tests.e2e.refresh_machine import DEV, TARGET, RefreshMachine, serving

REFRESH_WITH_BOTO3 = """
import boto3
from botocore.tokens import SSOTokenProvider
SSOTokenProvider(boto3.Session(profile_name="dev")._session).load_token().get_frozen_token()
"""


@pytest.fixture(scope="module")
def single_use_center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("center")) as url:
        yield url


@pytest.fixture
def machine(tmp_path: Path, single_use_center: str) -> RefreshMachine:
    """Signed in with sekisho, with role credentials; then boto3 has refreshed the token."""
    machine = RefreshMachine(tmp_path / "home", single_use_center)
    machine.sign_in(DEV)
    before = token_of(machine)
    assert cached_credentials(route(machine), machine.store, machine.store.clock) is not None
    machine.expire()
    refreshed = subprocess.run(
        [sys.executable, "-c", REFRESH_WITH_BOTO3],
        env=machine.environ,
        capture_output=True,
        check=False,
    )
    assert refreshed.returncode == 0, refreshed.stderr
    assert token_of(machine).access_token.reveal() != before.access_token.reveal()
    return machine


def token_of(machine: RefreshMachine) -> CachedToken:
    token = machine.store.token(TARGET.token_key)
    assert token is not None
    return token


def route(machine: RefreshMachine) -> Route:
    return Route(TARGET, DEV, ProfileName("dev"), machine.endpoint, machine.endpoint)


def test_boto3s_token_is_used_and_nobody_vouches_for_its_person(machine: RefreshMachine) -> None:
    token, record = machine.take()

    assert token == token_of(machine)
    assert record is None
    assert isinstance(machine.accounts_with(token), tuple)


def test_role_credentials_from_before_do_not_count_and_new_ones_do(
    machine: RefreshMachine,
) -> None:
    store, locks = machine.store, machine.state / "locks"
    stale = cached_credentials(route(machine), store, store.clock)
    source = plan(
        route(machine), store=store, http=machine.http(), clock=store.clock, lock_folder=locks
    )
    fetched = source.fetch()
    record = store.record(TARGET.token_key)

    assert stale is None
    assert cached_credentials(route(machine), store, store.clock) is not None
    assert fetched.role == DEV
    assert record is not None
    assert record.person is None
    assert record.token_sha256 == sha256_hex(token_of(machine).access_token.reveal())


def test_boto3s_token_is_still_bound_to_the_endpoint_of_the_sign_in(
    machine: RefreshMachine,
) -> None:
    elsewhere = replace(machine, url="http://127.0.0.1:1")
    with pytest.raises(Mismatch) as refused:
        elsewhere.take()

    assert machine.url in refused.value.what
    assert elsewhere.url in refused.value.what


def test_a_refresh_of_sekishos_goes_on_from_boto3s_and_boto3s_from_sekishos(
    machine: RefreshMachine,
) -> None:
    machine.expire()
    ours, _ = machine.take()
    machine.expire()
    again = subprocess.run(
        [sys.executable, "-c", REFRESH_WITH_BOTO3],
        env=machine.environ,
        capture_output=True,
        check=False,
    )

    assert isinstance(machine.accounts_with(ours), tuple)
    assert again.returncode == 0, again.stderr
    assert set(machine.calls()) == {200}
