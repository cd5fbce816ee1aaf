"""`sekisho doctor` at the command line: exit statuses, JSON, and the text on a narrow terminal."""

import json
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import TOKEN, CommandLine, Service


@pytest.fixture(autouse=True)
def bare_machine(sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this machine's own, nothing but a browser that is Python: no aws, no keyring, no proxy."""
    monkeypatch.setenv("PATH", str(sekisho.home))
    monkeypatch.setenv("BROWSER", sys.executable)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


def severities(out: str) -> dict[str, set[str]]:
    return {
        check["check"]: {result["severity"] for result in check["results"]}
        for check in json.loads(out)["checks"]
    }


def test_a_machine_that_is_well_exits_with_0(sekisho: CommandLine, service: Service) -> None:
    sekisho.config.chmod(0o600)
    service.status = 404
    sekisho.sign_in("hoge-dev", service.url)

    run = sekisho("doctor", "--json")

    assert run.status == 0, run.out
    found = severities(run.out)
    assert found.pop("keyring") == {"info"}
    assert {severity for each in found.values() for severity in each} == {"ok"}
    assert service.asked == ["GET /"]  # the three services share one URL here


def test_a_service_that_is_down_exits_with_1_and_not_5(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sekisho.config.chmod(0o600)
    for name in ("SSO", "SSO_OIDC", "STS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", "http://127.0.0.1:9")  # "discard"

    run = sekisho("doctor", "--json")

    assert run.status == 1
    assert severities(run.out)["endpoints"] == {"error"}
    assert severities(run.out)["clock"] == set()


def test_offline_asks_nothing(sekisho: CommandLine, service: Service) -> None:
    run = sekisho("doctor", "--offline", "--json")

    checks = json.loads(run.out)["checks"]
    assert [each["check"] for each in checks if not each["looked"]] == ["endpoints", "clock"]
    assert service.asked == []


def test_a_config_that_botocore_refuses_is_reported(sekisho: CommandLine) -> None:
    sekisho.write_config("[profile dev]\nregion = a\n[profile dev]\n")

    run = sekisho("doctor", "--offline", "--json")

    assert run.status == 1
    assert "error" in severities(run.out)["config"]
    assert f"error config {sekisho.config}:3\n" in sekisho("doctor", "--offline").out


def test_the_gravest_comes_first_and_says_what_to_do(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sekisho.config.chmod(0o600)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAFAKEFAKEFAKEFAKE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake-secret-key")
    sekisho.sign_in("hoge-dev", "https://oidc.us-east-1.amazonaws.com")
    token = next((sekisho.home / ".aws/sso/cache").iterdir())
    token.chmod(0o644)

    run = sekisho("doctor", "--offline")

    blocks = run.out.split("\n\n")
    assert blocks[0].startswith("error modes\n")
    assert blocks[0].endswith(f"  do: chmod 600 {token}")
    assert "  do: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY" in run.out
    assert run.out.endswith("information\n")
    assert "fake-secret-key" not in run.out
    assert TOKEN not in run.out


def test_a_narrow_terminal_breaks_sentences_and_leaves_commands_whole(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    sekisho.sign_in("hoge-dev", "https://oidc.us-east-1.amazonaws.com")
    token: Path = next((sekisho.home / ".aws/sso/cache").iterdir())
    token.chmod(0o644)

    lines = sekisho("doctor", "--offline").out.splitlines()

    assert f"  do: chmod 600 {token}" in lines
    sentences = [line for line in lines if not line.startswith(("  do:", "ok "))]
    assert not [line for line in sentences if len(line) > 40 and " " in line.strip()]
