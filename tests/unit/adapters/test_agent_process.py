"""What of its starter's surroundings the agent gets."""

import os
import pwd
from pathlib import Path

import pytest

from sekisho.adapters.agent_process import agent_command, agent_environ
from sekisho.awsconfig.locate import ConfigFiles

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_SSO_OIDC",
        "AWS_CA_BUNDLE",
        "HTTPS_PROXY",
        "no_proxy",
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "LC_ALL",
    ],
)
def test_endpoints_proxies_authorities_and_the_desktop_are_kept(name: str) -> None:
    assert agent_environ({name: "x"}, FILES)[name] == "x"


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_PROFILE",
        "AWS_REGION",
        "LD_PRELOAD",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "SEKISHO_AGENT_SOCKET",
        "BROWSER",
        "SSH_AUTH_SOCK",
    ],
)
def test_nothing_else_is_kept(name: str) -> None:
    assert name not in agent_environ({name: "x"}, FILES)


def test_home_is_what_the_user_database_says_and_the_path_is_the_systems() -> None:
    environ = agent_environ({"HOME": "/tmp/evil", "PATH": "/tmp/evil"}, FILES)

    assert environ["HOME"] == pwd.getpwuid(os.geteuid()).pw_dir
    assert "/tmp/evil" not in environ["PATH"]


def test_the_config_is_the_one_of_whoever_started_it_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environ = agent_environ({}, ConfigFiles(Path("config"), Path()))

    assert environ["AWS_CONFIG_FILE"] == str(tmp_path / "config")
    assert environ["AWS_SHARED_CREDENTIALS_FILE"] == ""


def test_scrubbing_what_is_scrubbed_changes_nothing() -> None:
    once = agent_environ({"LANG": "C", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, FILES)

    assert agent_environ(once, FILES) == once


def test_it_runs_isolated() -> None:
    assert agent_command()[1:] == ("-I", "-m", "sekisho", "agent", "run")
