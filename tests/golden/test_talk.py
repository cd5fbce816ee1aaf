"""What is said while something goes on: a sign-in, its end, the wizard."""

import json
import subprocess
import sys
from urllib.parse import quote

import pytest

from sekisho.cli.show.login_talk import LoginTalk
from sekisho.login.interface import Flow
from sekisho.model import ProfileName, Region, SessionName, SignInTarget, StartUrl
from tests.golden.conftest import Golden, transcript
from tests.unit.cli.conftest import CONFIG, CommandLine, Run, Service

PORTAL = "https://hoge.awsapps.com/start"
SHARED = SignInTarget(StartUrl(PORTAL), Region("us-east-1"), SessionName("hoge"), None)
ASSIGNED = {
    "accountList": [
        {"accountId": "123456789011", "accountName": "hoge-dev", "emailAddress": "dev@hoge.com"},
        {"accountId": "123456789012", "accountName": "hoge-stg", "emailAddress": "stg@hoge.com"},
    ],
    "roleList": [
        {"roleName": "AdministratorAccess", "accountId": "123456789012"},
        {"roleName": "ReadOnlyAccess", "accountId": "123456789012"},
    ],
}


def by_code(talk: LoginTalk) -> None:
    url = f"{PORTAL}/#/device"
    both = (ProfileName("dev"), ProfileName("stg"))
    talk.will_open(SHARED, both, both)
    talk.choose(Flow.DEVICE_CODE, "this is an SSH session")
    talk.show_code(
        "WDDD-HHQJ", url, f"{url}?user_code=WDDD-HHQJ", "hoge.awsapps.com",
        Region("us-east-1"), opened=False,
    )  # fmt: skip
    talk.waiting(600)
    talk.has_opened(both, "hoge@hoge.com", "")


def by_browser(talk: LoginTalk) -> None:
    redirect = quote("http://127.0.0.1:8400/oauth/callback", safe="")
    talk.will_open(SHARED, (ProfileName("dev"), ProfileName("deploy")), (ProfileName("dev"),))
    talk.choose(Flow.PKCE, "")
    talk.show_url(
        f"https://oidc.us-east-1.amazonaws.com/authorize?redirect_uri={redirect}", opened=False
    )
    talk.may_paste()
    talk.waiting(600)
    talk.has_opened((ProfileName("dev"),), None, "the role of dev is not assigned")


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("flow", [by_code, by_browser])
def test_a_sign_in_is_talked_through_as_it_was(
    golden: Golden,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    flow: object,
    columns: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert callable(flow)
    flow(LoginTalk("never"))

    name = getattr(flow, "__name__", "").replace("_", "-")
    golden.holds(f"login-{name}-{columns}", capsys.readouterr().err)


@pytest.mark.parametrize("columns", [80, 60])
def test_the_end_of_a_sign_in_is_told_as_it_was(
    sekisho: CommandLine,
    service: Service,
    golden: Golden,
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    sekisho.write_config(CONFIG)
    commands = (("logout", "--profile", "dev"), ("logout", "--profile", "dev"), ("logout", "--all"))
    sekisho.sign_in("hoge-dev", service.url)
    shown = [transcript(command, sekisho(*command)) for command in commands]
    service.status = 200
    sekisho.sign_in("hoge-dev", service.url)
    shown.append(transcript(commands[0], sekisho(*commands[0])))

    golden.holds(f"logout-{columns}", "\n".join(shown))


def test_the_wizard_asks_and_shows_as_it_did(
    sekisho: CommandLine, service: Service, golden: Golden
) -> None:
    """A wrong answer to each question that has one, the filter, and a session of its own."""
    sekisho.write_config(CONFIG)
    sekisho.sign_in("hoge-dev", service.url)
    service.status, service.body = 200, json.dumps(ASSIGNED).encode()
    typed = (
        *("hoge-dev", "nothing like it", "hoge", "2", "readonly", "ap norteast", "ap-norteast-1"),
        *("n", "ap-northeast-1", "xml", "json", "bad]\x07name", "stg", "y"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "sekisho", "configure", "sso"],
        input="".join(f"{line}\n" for line in typed),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    run = Run(done.returncode, done.stdout, done.stderr)

    golden.holds("configure-sso", transcript(("configure", "sso"), run))
    assert "[profile stg]\nsso_session = hoge-stg\n" in sekisho.config.read_text()
