"""What stops nothing, and is worth a word on stderr."""

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.model import AccountId, Form, Role, RoleName, TokenKey
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex
from tests.unit.adapters.peers import answering, peer
from tests.unit.cli.conftest import REGION, START_URL, TOKEN, CommandLine, Service, error_body

KEY = TokenKey(Form.SSO_SESSION, "hoge-dev")
ROLE = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))


def _sign_in(sekisho: CommandLine, endpoint: str, *, minutes: int) -> None:
    """Put a token there that can be refreshed."""
    now = datetime.now(UTC)
    token = CachedToken(
        START_URL,
        REGION,
        Secret(TOKEN),
        now + timedelta(minutes=minutes, seconds=30),
        "fake-client",
        Secret("fake-client-secret"),
        now + timedelta(days=30),
        Secret("fake-refresh-token"),
    )
    record = TokenRecord(
        sha256_hex(TOKEN), START_URL, REGION, endpoint, endpoint, "hoge@hoge.com", ()
    )
    sekisho.store.put_token(KEY, token, record)


def test_a_refresh_that_failed_is_told_and_the_living_token_is_used(
    sekisho: CommandLine, service: Service
) -> None:
    _sign_in(sekisho, service.url, minutes=9)
    service.status, service.error = 400, "InvalidGrantException"
    service.body = error_body("no such grant")

    run = sekisho("credential-process", "--profile", "dev")

    assert run.err.startswith(
        "warning: the sign-in to hoge-dev could not be refreshed (InvalidGrantException"
    )
    assert "its token is good for 9 more minutes." in run.err
    assert service.asked == ["POST /token", "GET /federation/credentials"]
    assert run.out == ""


def test_after_a_401_a_refresh_is_tried_and_then_a_sign_in_asked_for(
    sekisho: CommandLine, service: Service
) -> None:
    _sign_in(sekisho, service.url, minutes=60)
    service.status, service.error = 401, "UnauthorizedException"

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 3
    assert service.asked == ["GET /federation/credentials", "POST /token"]
    assert "sekisho login --profile dev" in run.err
    assert "warning" not in run.err


def test_a_clock_that_is_off_is_named_before_what_it_broke(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = b"HTTP/1.1 401 Unauthorized\r\nDate: Thu, 01 Jan 2099 00:00:00 GMT\r\n"
    with peer(answering(late + b"Content-Length: 0\r\n\r\n")) as there:
        monkeypatch.setenv("AWS_ENDPOINT_URL", there.url)
        _sign_in(sekisho, there.url, minutes=60)
        run = sekisho("whoami", "--profile", "dev")

    assert run.status == 3
    assert run.err.startswith("warning: this machine's clock is ")
    assert "behind that of 127.0.0.1, which says 2099-01-01 00:00 UTC;" in run.err
    assert run.err.count("warning") == 1
