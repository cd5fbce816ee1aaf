"""The check `agent`: what is well, and what is not. All secrets are obviously fake."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.agent import CHECK
from sekisho.errors import AgentMissing, AgentNotOurs
from sekisho.guard.answers import State
from tests.unit.doctor.conftest import CONFIG, START_URL, Patient

GUARDED = """
[profile prod]
credential_process = sekisho credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[sekisho-session hoge]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
"""
STATE = State(4711, "2026-01-01T00:00:00Z", "", (), "memory", (), (), None)


@pytest.fixture
def guarded(tmp_path: Path) -> Patient:
    """A machine whose one profile is guarded; its agent runs, and nothing is open."""
    machine = Patient(tmp_path)
    machine.write_config(GUARDED)
    config = str(machine.home / ".aws" / "config")
    machine.agent = lambda: msgspec.structs.replace(STATE, config=config)
    return machine


def test_an_agent_that_can_be_asked_is_well(guarded: Patient) -> None:
    (result,) = guarded.look(CHECK)

    assert result.gravity is Gravity.OK
    assert result.message == "process 4711; gates that are open: none"


def test_without_an_agent_the_gates_are_closed(guarded: Patient) -> None:
    def missing() -> State:
        raise AgentMissing("/run/agent.sock", login="sekisho login")

    guarded.agent = missing
    (result,) = guarded.look(CHECK)

    assert result.gravity is Gravity.INFO
    assert result.message == "no agent runs, so these gates are closed: prod"
    assert result.do == "sekisho login --profile prod"


def test_a_socket_that_others_may_reach_is_an_error(guarded: Patient) -> None:
    def unsafe() -> State:
        raise AgentNotOurs("/run/agent.sock", "its folder can be entered by others")

    guarded.agent = unsafe
    (result,) = guarded.look(CHECK)

    assert result.gravity is Gravity.ERROR
    assert "can be entered by others" in result.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"config": "/elsewhere/config"}, "reads /elsewhere/config"),
        ({"endpoints": ("http://127.0.0.1:8765",)}, "not AWS's own: http://127.0.0.1:8765"),
    ],
)
def test_an_agent_of_another_world_is_warned_about(
    guarded: Patient, change: dict[str, object], said: str
) -> None:
    before = guarded.agent()
    assert before is not None
    guarded.agent = lambda: msgspec.structs.replace(before, **change)
    (result,) = guarded.ill(CHECK)

    assert result.gravity is Gravity.WARNING
    assert said in result.message
    assert result.do == "sekisho agent stop"


def test_a_policy_that_was_not_approved_is_said(guarded: Patient) -> None:
    policy, approved = guarded.home / "policy.toml", guarded.state / "policy-approved.toml"
    policy.write_text("# mine\n")
    (result,) = guarded.ill(CHECK)
    approved.parent.mkdir(parents=True, exist_ok=True)
    approved.write_text("# mine\n")

    assert result.about == str(policy)
    assert "is not the policy that was approved last" in result.message
    assert guarded.ill(CHECK) == ()


def test_a_token_on_the_disk_goes_round_the_gates(guarded: Patient) -> None:
    guarded.write_config(CONFIG + GUARDED)
    guarded.sign_in(lasts=timedelta(hours=1))
    (result,) = guarded.ill(CHECK)

    assert result.gravity is Gravity.WARNING
    assert START_URL in result.message
    assert result.about is not None
    assert "sso/cache" in result.about


def test_where_nothing_is_guarded_there_is_nothing_to_run(machine: Patient) -> None:
    (result,) = machine.look(CHECK)

    assert (result.gravity, result.message) == (
        Gravity.OK,
        "no profile is guarded, and no agent runs",
    )
