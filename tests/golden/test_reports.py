"""Tables and reports, on a terminal of eighty columns and on a narrow one."""

import json
from pathlib import Path

import pytest

from sekisho.adapters.audit_file import AuditFile
from sekisho.guard.audit import Event, Kind
from sekisho.model import AccountId, Role, RoleName
from sekisho.ports import Asker
from sekisho.testing.clock import FakeClock
from tests.golden.conftest import Golden, transcript
from tests.unit.cli.conftest import CommandLine, Service

CONFIG = """\
# one legacy pair, a session of two environments, and what is broken
[default]
region = us-east-1

[profile hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile hoge-stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
region = ap-northeast-1
services = local

[profile 本番]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess

[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = dev
region = eu-west-1

[profile typo]
sso_sesion = hoge-dev
sso_account_id = 123456789013
sso_role_name = ReadOnlyAccess

[profile ci]
credential_process = /usr/bin/true

[sso-session hoge-dev]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access

[services local]
sts =
  endpoint_url = http://127.0.0.1:8765
"""
DEV = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
ASSIGNED = {
    "accountList": [{"accountId": "123456789011", "accountName": "hoge-dev"}],
    "roleList": [{"roleName": "AdministratorAccess", "accountId": "123456789011"}],
}
_ASKING = ("--sso-session", "hoge-dev", "--rate", "1000")
AUDIT = ("audit", "show", "--since", "always")
VERIFY = ("audit", "verify")
REPORTS = {
    "reach": ("reach",),
    "reach-of-one": ("reach", "--profile", "dev"),
    "status": ("status",),
    "status-of-one": ("status", "--profile", "hoge-dev"),
    "roles": ("roles", "--sso-session", "hoge-dev"),
    "explain": ("explain", "--profile", "dev"),
    "explain-chain": ("explain", "--profile", "deploy"),
    "explain-broken": ("explain", "--profile", "typo"),
    "lint": ("lint",),
    "isolate": ("isolate", "--dry-run"),
    "isolate-guard": ("isolate", "--guard", "--command", "sekisho", "--yes"),
    "isolate-seal-one": ("isolate", "--seal", "--command", "sekisho", "--profile", "dev", "--yes"),
    "isolate-by-environment": ("isolate", "--by", "environment", "--dry-run"),
    "generate": ("generate", *_ASKING, "--dry-run"),
    "generate-check": ("generate", *_ASKING, "--check", "--by", "environment"),
    "generate-unanswered": ("generate", *_ASKING, "--no-input"),
}


@pytest.fixture
def story(sekisho: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A config of several kinds of profiles, and a person who is signed in to one session."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_STS")
    sekisho.write_config(CONFIG)
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.cache_credentials("hoge-dev", DEV)
    service.status, service.body = 200, json.dumps(ASSIGNED).encode()
    return sekisho


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_looks_as_it_did(
    story: CommandLine,
    golden: Golden,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    columns: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = transcript(REPORTS[name], story(*REPORTS[name]))

    golden.holds(f"{name}-{columns}", shown)


@pytest.mark.parametrize("columns", [80, 60])
def test_what_doctor_says_looks_as_it_did(
    story: CommandLine, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """Nothing of the machine that the tests run on is in it."""
    alone = {"PATH": str(story.home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    variables = {
        **alone,
        "AWS_ACCESS_KEY_ID": "AKIAFAKE",
        "BROWSER": "gone",
        "COLUMNS": str(columns),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    story.config.chmod(0o600)
    for cached in (story.home / ".aws/sso/cache").iterdir():
        cached.chmod(0o644)

    golden.holds(
        f"doctor-{columns}", transcript(["doctor", "--offline"], story("doctor", "--offline"))
    )


def _write_audit_log(home: Path) -> None:
    """A day of two gates, by a clock that stands still on other days."""
    clock = FakeClock()
    log = AuditFile(home / "state/sekisho/audit", clock)
    shell = ("zsh (4000)", "tmux: server (900)", "systemd (1)")
    person = Asker(5000, 1000, "sekisho", "/usr/bin/python3.11", shell)
    make = Asker(5001, 1000, "aws", "/usr/bin/python3.11", ("make (42)", *shell))
    coder = Asker(5002, 1000, "python3", "/usr/bin/python3.11", ("node (76)", *shell))
    of_dev = ("dev", "123456789011", "AdministratorAccess", "hoge@hoge.com", "dev")
    of_prod = ("prod", "123456789012", "ReadOnlyAccess", "hoge@hoge.com", "prod")
    log.write(Event(Kind.AGENT_START, asker=person))
    log.write(Event(Kind.OPENING, *of_dev, asker=person, detail="until 17:00"))
    for _ in range(3):
        log.write(Event(Kind.RELEASE, *of_dev, asker=make))
        clock.advance(60)
    log.write(Event(Kind.REFUSAL, "prod", environment="prod", asker=coder, detail="it is closed"))
    log.write(Event(Kind.OPENING, *of_prod, asker=person, detail="until 10:03; its name was typed"))
    log.write(Event(Kind.RELEASE, *of_prod, asker=coder))
    log.write(Event(Kind.CLOSING, *of_prod, detail="its time was up"))
    clock.advance(24 * 3600)
    log.write(Event(Kind.RELEASE, *of_dev, asker=make))
    log.write(Event(Kind.AGENT_STOP))
    log.close()


@pytest.mark.parametrize("columns", [80, 60])
def test_the_audit_log_looks_as_it_did(
    story: CommandLine, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    _write_audit_log(story.home)
    live = story.home / "state/sekisho/audit/audit.jsonl"
    shown = [transcript(AUDIT, story(*AUDIT)), transcript(VERIFY, story(*VERIFY))]
    live.write_bytes(live.read_bytes().replace(b"prod", b"prop", 1))
    shown += [transcript(VERIFY, story(*VERIFY))]

    golden.holds(f"audit-{columns}", "\n".join(shown))


def test_the_audit_log_in_colour_looks_as_it_did(story: CommandLine, golden: Golden) -> None:
    _write_audit_log(story.home)
    command = (*AUDIT, "--color", "always")

    golden.holds("audit-in-colour", transcript(command, story(*command)))


def test_a_report_in_colour_looks_as_it_did(story: CommandLine, golden: Golden) -> None:
    shown = [
        transcript(command, story(*command))
        for command in (
            ("status", "--color", "always"),
            ("lint", "--color", "always"),
            ("isolate", "--dry-run", "--color", "always"),
            ("whoami", "--profile", "typo", "--color", "always"),
        )
    ]

    golden.holds("in-colour", "\n".join(shown))


def test_what_programs_read_looks_as_it_did(story: CommandLine, golden: Golden) -> None:
    shown = [
        transcript(command, story(*command))
        for command in (
            ("profiles", "--json"),
            ("status", "--json"),
            ("reach", "--json", "--profile", "dev"),
            ("roles", "--json", "--sso-session", "hoge-dev"),
            ("explain", "--json", "--profile", "dev"),
            ("lint", "--format", "json"),
            ("generate", *_ASKING, "--check", "--json"),
        )
    ]

    golden.holds("json", "\n".join(shown))


def test_exported_credentials_look_as_they_did(story: CommandLine, golden: Golden) -> None:
    forms = (
        *("env", "env-no-export", "process", "powershell", "windows-cmd", "fish"),
        *("nushell", "dotenv"),
    )
    commands = [("export", "--profile", "dev", "--format", form) for form in forms]
    shown = [transcript(command, story(*command)) for command in commands]

    golden.holds("export", "\n".join(shown))


def test_refusals_on_a_narrow_terminal_look_as_they_did(
    story: CommandLine, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = [
        transcript(command, story(*command))
        for command in (
            ("whoami",),
            ("whoami", "--profile", "typo"),
            ("whoami", "--profile", "本"),
            ("whoami", "--profile", "ci"),
            ("status", "--prompt", "{nope}"),
            ("isolate", "--no-input"),
            ("lgoin",),
        )
    ]

    golden.holds("refusals-60", "\n".join(shown))
