"""One profile, signed in. All secrets are obviously fake."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.credentials.interface import Route
from sekisho.model import (
    AccountId,
    ProfileName,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Store, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from tests.unit.credentials.chained import Chain

SignIn = Callable[..., None]
MakeCredentials = Callable[..., RoleCredentials]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> NativeStore:
    return NativeStore(tmp_path / "home", tmp_path / "state", clock)


@pytest.fixture
def route() -> Route:
    region = Region("us-east-1")
    return Route(
        target=SignInTarget(
            StartUrl("https://hoge.awsapps.com/start"), region, SessionName("hoge-dev"), None
        ),
        role=Role(AccountId("1234567891011"), RoleName("AdministratorAccess")),
        profile=ProfileName("dev"),
        oidc=Endpoint("https://oidc.us-east-1.amazonaws.com", region, False, "AWS"),
        portal=Endpoint("https://portal.sso.us-east-1.amazonaws.com", region, False, "AWS"),
    )


@pytest.fixture
def sign_in(store: Store, route: Route, clock: FakeClock) -> SignIn:
    """Sign in as `person`: a token and its record, as `sekisho login` leaves them."""

    def put(
        text: str = "FAKETOKEN",
        person: str | None = "hoge@hoge.com",
        refresh: str | None = None,
    ) -> None:
        token = CachedToken(
            start_url=route.target.start_url,
            region=route.target.region,
            access_token=Secret(text),
            expires_at=clock.now() + timedelta(hours=8),
            client_id="FAKECLIENT",
            client_secret=Secret("FAKECLIENTSECRET"),
            registration_expires_at=clock.now() + timedelta(days=90),
            refresh_token=None if refresh is None else Secret(refresh),
        )
        record = TokenRecord(
            token_sha256=sha256_hex(text),
            start_url=route.target.start_url,
            region=route.target.region,
            oidc_endpoint=route.oidc.url,
            portal_endpoint=route.portal.url,
            person=person,
            issued=(),
        )
        store.put_token(route.target.token_key, token, record)

    return put


@pytest.fixture
def make_credentials(route: Route, clock: FakeClock) -> MakeCredentials:
    """Role credentials of the route, good for `minutes`."""

    def make(key_id: str = "ASIAFAKE1", minutes: float = 60) -> RoleCredentials:
        return RoleCredentials(
            access_key_id=key_id,
            secret_access_key=Secret(f"fakesecret of {key_id}"),
            session_token=Secret(f"FAKESESSION of {key_id}"),
            expires_at=clock.now() + timedelta(minutes=minutes),
            role=route.role,
        )

    return make


@pytest.fixture
def chain(route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path) -> Chain:
    return Chain(route, store, clock, tmp_path)


@pytest.fixture
def signed_in(
    sign_in: Any, route: Route, store: NativeStore, make_credentials: Any
) -> RoleCredentials:
    sign_in()
    credentials: RoleCredentials = make_credentials("ASIAFAKE1")
    assert store.put_issued(route.target.token_key, sha256_hex("FAKETOKEN"), credentials)
    return credentials
