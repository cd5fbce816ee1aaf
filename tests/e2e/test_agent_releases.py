"""What many clients of a real agent cost the service, and what ends with a signal."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.testing import IdentityCenter, open_identity_center
from tests.e2e.agent_machine import CONFIG, AgentMachine, agent_machine
from tests.e2e.conftest import Home

CLIENTS = 16
TWO_OF_DEV = """\
[profile dev]
credential_process = sekisho credential-process --profile dev
sekisho_sso_session = s
sekisho_account_id = 111111111111
sekisho_role_name = AdministratorAccess

[profile dev-read]
credential_process = sekisho credential-process --profile dev-read
sekisho_sso_session = s
sekisho_account_id = 111111111111
sekisho_role_name = ReadOnlyAccess

[sekisho-session s]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
"""


@pytest.fixture
def own_center(tmp_path: Path) -> Iterator[IdentityCenter]:
    """A center in this process, whose calls can be counted."""
    folder = tmp_path / "center"
    folder.mkdir()
    with open_identity_center(folder) as center:
        yield center


@pytest.fixture
def machine(tmp_path: Path, own_center: IdentityCenter) -> Iterator[AgentMachine]:
    (tmp_path / ".aws").mkdir()
    environ = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "NO_PROXY": "127.0.0.1",
        **own_center.environ,
    }
    with agent_machine(Home(tmp_path, environ), TWO_OF_DEV) as made:
        yield made


def open_dev(machine: AgentMachine) -> None:
    opened = machine.open("dev", name="you@example.com", password="not a real password")
    assert opened["answer"] == "opened"


def test_however_many_clients_find_no_credentials_ready_one_call_is_made(
    machine: AgentMachine, own_center: IdentityCenter
) -> None:
    open_dev(machine)
    before = own_center.count("GetRoleCredentials")
    answers: list[str] = []
    lines = [machine.line() for _ in range(CLIENTS)]

    def release(at: int) -> None:
        answers.append(machine.release("dev-read", lines[at])["answer"])

    threads = [threading.Thread(target=release, args=(at,)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["credentials"] * CLIENTS
    assert own_center.count("GetRoleCredentials") == before + 1


def test_a_hundred_releases_have_a_hundred_lines_in_the_log(machine: AgentMachine) -> None:
    open_dev(machine)
    line = machine.line()
    for _ in range(100):
        assert machine.release("dev", line)["answer"] == "credentials"

    releases = [each for each in machine.audit() if each["kind"] == "release"]
    assert len(releases) == 100
    assert {each["profile"] for each in releases} == {"dev"}


def test_asks_that_come_in_one_piece_are_answered_in_order(machine: AgentMachine) -> None:
    open_dev(machine)
    line = machine.line()
    config = str(machine.home.config)
    for profile in ("dev", "nobody", "dev-read", "dev"):
        line.say("release", profile=profile, config=config)
    line.say("status")

    kinds = [line.hear()["answer"] for _ in range(5)]
    assert kinds == ["credentials", "failed", "credentials", "credentials", "state"]


def test_run_by_hand_it_says_where_it_serves_and_ends_with_a_signal(
    home: Home, tmp_path: Path
) -> None:
    home.write_config(CONFIG)
    with subprocess.Popen(
        [sys.executable, "-m", "sekisho", "agent", "run"],
        env={**home.environ, "XDG_RUNTIME_DIR": "", "SECRET_OF_MINE": "hunter2"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        first = process.stderr.readline() if process.stderr else ""
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=30)

    assert (
        first == f"The agent serves at {tmp_path}/state/sekisho/run/agent.sock; Ctrl-C ends it.\n"
    )
    assert status == 0


def test_a_second_agent_is_refused_and_told_of_the_first(machine: AgentMachine) -> None:
    pid = machine.state()["pid"]
    refused = machine.home.sekisho("agent", "run", **machine.environ)

    assert refused.status == 2
    assert f"an agent is running already (process {pid})" in refused.stderr
