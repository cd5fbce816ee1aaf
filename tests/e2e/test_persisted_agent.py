"""`agent run --persist sealed`: real agents that end and begin again, and what they have kept."""

import os
import select
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from sekisho.adapters.agent_line import connect
from sekisho.adapters.agent_process import start_agent
from sekisho.awsconfig.locate import locate
from sekisho.errors import AgentMissing, AgentNotStarted
from sekisho.guard.client import AgentClient
from sekisho.guard.place import socket_path
from sekisho.testing.person import Person
from tests.e2e.conftest import PASSWORD, PERSON, START_URL, Home, Result

CONFIG = f"""\
[profile dev]
credential_process = "{sys.executable}" -m sekisho credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = 1234567891011
sekisho_role_name = AdministratorAccess
region = us-east-1

[sekisho-session hoge]
sso_start_url = {START_URL}
sso_region = us-east-1
"""


@dataclass(frozen=True)
class GuardedHome:
    """A home with one guarded profile, and an agent that keeps its sign-ins sealed."""

    home: Home
    center: str
    keyring: Path

    @property
    def state(self) -> Path:
        return self.home.path / "state/sekisho"

    @property
    def agent(self) -> AgentClient:
        path = socket_path(self.home.environ, str(self.state))
        return AgentClient(partial(connect, path, login="sekisho login"))

    @property
    def is_running(self) -> bool:
        try:
            return bool(self.agent.status().pid)
        except AgentMissing:
            return False

    def start(self, *, persist: str = "sealed", **environ: str) -> None:
        files = locate(self.home.environ, self.home.path)
        start_agent({**self.home.environ, **environ}, files, options=("--persist", persist))

    def kill(self) -> None:
        """End the agent as a power cut would, and wait until it is gone."""
        pid = self.agent.status().pid
        agent = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        select.select([agent], [], [])
        os.close(agent)

    def login(self) -> Result:
        running = self.home.start("login", "--profile", "dev", "--no-browser")
        Person(PERSON, PASSWORD, url=self.center).allow(running.wait_for_url(self.center))
        return running.finish()

    def credentials(self) -> Result:
        return self.home.sekisho("credential-process", "--profile", "dev")


@pytest.fixture
def guarded(
    home: Home, center: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GuardedHome]:
    """An agent runs; nobody has signed in yet."""
    runtime = tempfile.mkdtemp(prefix="sk")  # a socket's path has to be short
    keyring = tmp_path_factory.mktemp("keyring") / "keyring.json"
    environ = {
        "XDG_RUNTIME_DIR": runtime,
        "PYTHON_KEYRING_BACKEND": "sekisho.testing.keyring_backend.FileKeyring",
        "KEYRING_PROPERTY_FILE": str(keyring),
    }
    home = replace(home, environ={**home.environ, **environ})
    home.write_config(CONFIG)
    guarded = GuardedHome(home, center, keyring)
    guarded.start()
    yield guarded
    if guarded.is_running:
        guarded.agent.stop()
    shutil.rmtree(runtime)


@pytest.fixture
def opened(guarded: GuardedHome) -> GuardedHome:
    done = guarded.login()
    assert done.status == 0, done.stderr
    assert guarded.agent.status().persist == "sealed"
    return guarded


def test_an_open_gate_is_open_again_after_the_agent_was_killed(opened: GuardedHome) -> None:
    before = opened.agent.status()
    opened.kill()
    closed = opened.credentials()
    opened.start()
    after = opened.agent.status()
    served = opened.credentials()

    assert closed.status == 3
    assert after.pid != before.pid
    assert [(each.profile, each.person, each.closes_at[:-3]) for each in after.gates] == [
        (each.profile, each.person, each.closes_at[:-3]) for each in before.gates
    ]
    assert served.status == 0, served.stderr


def test_a_gate_that_was_logged_out_stays_closed(opened: GuardedHome) -> None:
    done = opened.home.sekisho("logout", "--profile", "dev")
    opened.kill()
    opened.start()

    assert done.status == 0, done.stderr
    assert not opened.agent.status().gates
    assert opened.credentials().status == 3


def test_a_logout_while_no_agent_runs_holds_for_the_next_one(opened: GuardedHome) -> None:
    opened.kill()
    done = opened.home.sekisho("logout", "--profile", "dev")
    opened.start()

    assert done.status == 0, done.stderr
    assert "may live on at the service" in done.stderr
    assert not opened.agent.status().gates


def test_what_is_kept_of_no_running_agent_ends_with_all_sign_ins(opened: GuardedHome) -> None:
    opened.kill()
    done = opened.home.sekisho("logout", "--all")
    opened.start()

    assert done.status == 0, done.stderr
    assert not opened.agent.status().gates


def test_nothing_of_it_can_be_read_on_the_disk(opened: GuardedHome) -> None:
    assert opened.credentials().status == 0
    files = [path for path in opened.home.path.rglob("*") if path.is_file()]

    assert any(path.suffix == ".sealed" for path in files)
    assert not [path for path in files if b"accessToken" in path.read_bytes()]
    assert not opened.home.tokens.exists()


def test_an_agent_that_keeps_nothing_opens_nothing_of_another(opened: GuardedHome) -> None:
    opened.kill()
    opened.start(persist="memory")

    assert opened.agent.status().persist == "memory"
    assert opened.credentials().status == 3


def test_an_agent_whose_keyring_is_locked_says_so_and_does_not_start(opened: GuardedHome) -> None:
    opened.kill()

    with pytest.raises(AgentNotStarted, match="it is locked"):
        opened.start(KEYRING_PROPERTY_MOOD="locked")
    opened.start()
    assert opened.credentials().status == 0
