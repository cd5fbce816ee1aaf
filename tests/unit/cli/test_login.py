"""What a login goes to, what it leaves behind, and what a logout leaves alone."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sekisho.model import AccountId, Form, Role, RoleName, TokenKey
from sekisho.store.keys import role_file
from tests.unit.adapters.peers import CERTIFICATE, Peer, answering, peer
from tests.unit.cli.conftest import CONFIG, CommandLine, Service

ROLE = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
STG = Role(AccountId("123456789012"), RoleName("AdministratorAccess"))
PORTAL = "https://ssoins-7223.portal.eu-west-1.app.aws"


def _everything(minutes: int = 60) -> bytes:
    """One answer that suits every call of a sign-in by code; STS does not understand it."""
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    return json.dumps(
        {
            "clientId": "fake-client",
            "clientSecret": "fake-client-secret",
            "clientSecretExpiresAt": int(until.timestamp()),
            "deviceCode": "fake-device-code",
            "userCode": "BCDF-GHJK",
            "verificationUri": "https://hoge.awsapps.com/start/#/device",
            "verificationUriComplete": "https://hoge.awsapps.com/start/#/device?user_code=x",
            "expiresIn": 600,
            "interval": 1,
            "accessToken": "fake-access-token",
            "tokenType": "Bearer",
            "roleCredentials": {
                "accessKeyId": "ASIAFAKE2",
                "secretAccessKey": "fake",
                "sessionToken": "fake",
                "expiration": int(until.timestamp() * 1000),
            },
        }
    ).encode()


@pytest.fixture
def companys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    """A company's own host, which leads to a portal in another Region."""
    redirect = f"HTTP/1.1 302 Found\r\nLocation: {PORTAL}\r\nContent-Length: 0\r\n\r\n"
    with peer(answering(redirect.encode()), tls=True) as there:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(CERTIFICATE))
        yield there


def _login(sekisho: CommandLine, service: Service, *options: str) -> tuple[int, str, str]:
    service.status, service.body = 200, _everything()
    run = sekisho("login", "--use-device-code", "--no-browser", *options)
    return run.status, run.out, run.err


def test_a_companys_start_url_leads_to_its_portal_and_its_region_is_written(
    sekisho: CommandLine, service: Service, companys: Peer
) -> None:
    start_url = f"{companys.https}/start"
    before = "# mine\n[default]\nregion = us-west-2\n\n" + CONFIG.replace(
        "https://hoge.awsapps.com/start", start_url
    )
    sekisho.write_config(before)

    status, out, err = _login(sekisho, service, "--profile", "dev")

    assert (status, out) == (0, f"Successfully logged into Start URL: {start_url}\n")
    assert "SSO region updated to eu-west-1" in err
    expected = before.replace("sso_region = us-east-1", "sso_region = eu-west-1")
    assert sekisho.config.read_text() == expected
    token = sekisho.store.token(TokenKey(Form.SSO_SESSION, "hoge-dev"))
    assert token is not None
    assert (token.start_url, token.region) == (start_url, "eu-west-1")
    assert sekisho("credential-process", "--profile", "dev").status == 0


def test_the_companys_host_gets_one_head_and_nothing_of_the_persons(
    sekisho: CommandLine, service: Service, companys: Peer
) -> None:
    sekisho.write_config(CONFIG.replace("https://hoge.awsapps.com", companys.https))
    _login(sekisho, service, "--profile", "dev")

    (request,) = companys.requests
    assert request.startswith(b"HEAD /start HTTP/1.1\r\n")
    assert b"fake" not in request.lower()
    assert b"bearer" not in request.lower()


@pytest.mark.parametrize("start_url", ["http://hoge.awsapps.com/start", "hoge.awsapps.com"])
def test_a_start_url_without_https_is_refused_before_anything_is_sent(
    sekisho: CommandLine, service: Service, start_url: str
) -> None:
    sekisho.write_config(CONFIG.replace("https://hoge.awsapps.com/start", start_url))

    status, out, err = _login(sekisho, service, "--profile", "dev")

    assert (status, out) == (2, "")
    assert "The sso_start_url must use the https scheme.\n" in err
    assert service.asked == []


def test_a_profile_and_a_session_that_disagree_are_refused_at_login_by_both_lines(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.write_config(
        CONFIG.replace("region = ap-northeast-1", "sso_region = eu-west-1\nregion = us-west-2")
    )

    status, _, err = _login(sekisho, service, "--profile", "dev")

    assert status == 2
    assert f"{sekisho.config}:5: sso_region = eu-west-1\n" in err
    assert f"{sekisho.config}:9: sso_region = us-east-1\n" in err
    assert service.asked == []


@pytest.mark.parametrize(
    "old, new, what",
    [
        ("https://hoge.awsapps.com/start", "https://other.awsapps.com/start", "start URL"),
        ("sso_region = us-east-1", "sso_region = eu-west-1", "Region"),
    ],
)
def test_a_token_goes_nowhere_after_its_session_was_edited_under_the_same_name(
    sekisho: CommandLine, service: Service, old: str, new: str, what: str
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.write_config(CONFIG.replace(old, new))

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 4
    assert f"for another {what}" in run.err
    for value in (old, new):
        assert value.removeprefix("sso_region = ") in run.err
    assert service.asked == []


def test_a_new_sign_in_removes_what_the_aws_cli_cached_for_the_person_before(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.write_config(
        CONFIG
        + "[profile stg]\nsso_session = hoge-dev\nsso_account_id = 123456789012\n"
        + "sso_role_name = AdministratorAccess\n"
    )
    key = TokenKey(Form.SSO_SESSION, "hoge-dev")
    kept = _cached_by_the_aws_cli(sekisho.home, TokenKey(Form.SSO_SESSION, "other"), ROLE)
    gone = [_cached_by_the_aws_cli(sekisho.home, key, role) for role in (ROLE, STG)]

    assert _login(sekisho, service, "--profile", "dev")[0] == 0
    assert kept.exists()
    assert not gone[1].exists()
    assert "ASIAFIRST" not in gone[0].read_text()


def _cached_by_the_aws_cli(home: Path, key: TokenKey, role: Role) -> Path:
    path = role_file(home, key, role)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            {
                "ProviderType": "sso",
                "Credentials": {
                    "AccessKeyId": "ASIAFIRST",
                    "SecretAccessKey": "fake",
                    "SessionToken": "fake",
                    "Expiration": "2099-01-01T00:00:00Z",
                    "AccountId": role.account_id,
                },
            }
        )
    )
    return path


@pytest.mark.parametrize("browser", ["/nowhere/browser", "false"])
def test_a_browser_that_is_missing_is_said_at_once_with_the_url(
    sekisho: CommandLine, service: Service, browser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", browser)
    service.status, service.body = 200, _everything()

    run = sekisho("login", "--profile", "dev", "--use-device-code")

    said = run.err.index("No browser opened. Open this URL in one, on any device:")
    shown = run.err.index("\nhttps://hoge.awsapps.com/start/#/device?user_code=x\n")
    assert said < shown < run.err.index("Waiting for you")


def test_torn_and_alien_files_are_named_and_left_alone_and_nothing_fails(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    cache = sekisho.home / ".aws/sso/cache"
    torn, alien = cache / "torn.json", cache / "alien.json"
    torn.write_text('{"accessToken": "fa')
    alien.write_text("[]")
    service.status, service.body = 200, b""

    run = sekisho("logout", "--all")

    assert run.status == 0
    assert f"Left alone: {alien}: it holds no JSON object\n" in run.err
    assert f"Left alone: {torn}: it is not JSON; it may have been cut off\n" in run.err
    assert sorted(path.name for path in cache.iterdir()) == ["alien.json", "torn.json"]


def test_a_login_replaces_a_torn_token_and_leaves_an_alien_file_alone(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    cache = sekisho.home / ".aws/sso/cache"
    (token,) = cache.iterdir()
    token.write_text('{"accessToken": "fa')
    (cache / "alien.json").write_text("[]")

    assert _login(sekisho, service, "--profile", "dev")[0] == 0
    assert json.loads(token.read_text())["accessToken"] == "fake-access-token"
    assert (cache / "alien.json").read_text() == "[]"
