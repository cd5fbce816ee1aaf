"""One sign-in, as the AWS CLI's own transcripts have it. All secrets are obviously fake."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.model import AccountId, Region, Role, RoleCredentials, RoleName, StartUrl
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> NativeStore:
    return NativeStore(home=tmp_path / "home", state=tmp_path / "state", clock=clock)


@pytest.fixture
def token() -> CachedToken:
    return CachedToken(
        start_url=StartUrl("https://hoge.awsapps.com/start"),
        region=Region("us-east-1"),
        access_token=Secret("FAKEACCESSTOKEN"),
        expires_at=datetime(2026, 11, 22, 13, 16, 19, 468_000, tzinfo=UTC),
        client_id="FAKECLIENTID",
        client_secret=Secret("FAKECLIENTSECRET"),
        registration_expires_at=datetime(2027, 2, 20, 5, 16, 19, tzinfo=UTC),
        refresh_token=Secret("FAKEREFRESHTOKEN"),
    )


@pytest.fixture
def record() -> TokenRecord:
    return TokenRecord(
        token_sha256=sha256_hex("FAKEACCESSTOKEN"),
        start_url=StartUrl("https://hoge.awsapps.com/start"),
        region=Region("us-east-1"),
        oidc_endpoint="https://oidc.us-east-1.amazonaws.com",
        portal_endpoint="https://portal.sso.us-east-1.amazonaws.com",
        person="hoge@hoge.com",
        issued=(sha256_hex("ASIAFAKE00000001"),),
    )


@pytest.fixture
def credentials() -> RoleCredentials:
    return RoleCredentials(
        access_key_id="ASIAFAKE00000004",
        secret_access_key=Secret("fakesecret4"),
        session_token=Secret("FAKESESSIONTOKEN4"),
        expires_at=datetime(2026, 11, 22, 10, 16, 20, 446_000, tzinfo=UTC),
        role=Role(AccountId("1234567891011"), RoleName("AdministratorAccess")),
    )
