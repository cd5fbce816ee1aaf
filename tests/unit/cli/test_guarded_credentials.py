"""Credentials of guarded profiles, out of every command that gives some."""

import json
from pathlib import Path

import pytest

from sekisho.guard.answers import Failed
from sekisho.guard.asks import Release
from tests.unit.cli.conftest import Service
from tests.unit.cli.guarded import DOCUMENT, RELEASED, GuardedHome, home

__all__ = ["home"]

CLOSED = Failed("GateClosed", "the gate of dev is closed", "sekisho login --profile dev", "", 3)
ASSUMED = b"""\
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::123456789011:assumed-role/deployer/x</Arn>
<AssumedRoleId>AROAFAKE:x</AssumedRoleId></AssumedRoleUser><Credentials>
<AccessKeyId>ASIAASSUMED</AccessKeyId><SecretAccessKey>fake</SecretAccessKey>
<SessionToken>FAKE</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def test_the_long_way_prints_what_the_agent_releases(home: GuardedHome) -> None:
    with home.agent((RELEASED,)) as agent:
        run = home.run("credential-process", "--profile", "dev")

    assert (run.status, run.out) == (0, f"{DOCUMENT}\n")
    assert agent.heard == [Release("dev", str(home.run.config))]


def test_nothing_of_it_is_left_on_the_disk(home: GuardedHome) -> None:
    with home.agent((RELEASED,)):
        home.run("credential-process", "--profile", "dev")

    kept = [path for path in home.run.home.rglob("*") if path.is_file()]
    assert kept == [home.run.config]


def test_a_shell_gets_them_too(home: GuardedHome) -> None:
    with home.agent((RELEASED,)):
        run = home.run("export", "--profile", "dev")

    assert run.status == 0
    assert "export AWS_ACCESS_KEY_ID=ASIAFAKE\n" in run.out


@pytest.mark.parametrize("command", ["credential-process", "export", "whoami", "console"])
def test_without_an_agent_every_gate_is_closed(home: GuardedHome, command: str) -> None:
    run = home.run(command, "--profile", "dev")

    assert (run.status, run.out) == (3, "")
    assert "every gate is closed: no agent runs\n" in run.err
    assert "do:  sekisho login --profile dev\n" in run.err


def test_a_closed_gate_is_said_as_the_agent_says_it(home: GuardedHome) -> None:
    with home.agent((CLOSED,)):
        run = home.run("credential-process", "--profile", "dev")

    assert (run.status, run.out) == (3, "")
    assert "the gate of dev is closed\n" in run.err
    assert "do:  sekisho login --profile dev\n" in run.err


def test_a_socket_that_others_may_reach_is_named(home: GuardedHome) -> None:
    with home.agent((RELEASED,)):
        home.socket.parent.chmod(0o755)
        run = home.run("credential-process", "--profile", "dev")

    assert (run.status, run.out) == (4, "")
    assert "its folder can be entered by others" in run.err
    assert str(home.socket) in run.err


def test_a_role_chain_begins_with_what_the_gate_releases(
    home: GuardedHome, service: Service
) -> None:
    service.status, service.body = 200, ASSUMED
    with home.agent((RELEASED,)) as agent:
        run = home.run("credential-process", "--profile", "deploy")

    assert (run.status, run.err) == (0, "")
    assert json.loads(run.out)["AccessKeyId"] == "ASIAASSUMED"
    assert agent.heard == [Release("dev", str(home.run.config))]
    assert not [path for path in home.run.home.rglob("*") if b"ASSUMED" in _bytes(path)]


def test_a_role_chain_behind_a_closed_gate_says_which_login_opens_it(
    home: GuardedHome, service: Service
) -> None:
    run = home.run("whoami", "--profile", "deploy")

    assert run.status == 3
    assert "do:  sekisho login --profile dev\n" in run.err
    assert service.asked == []


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
