"""A machine with a real agent: started as `login` starts it, and talked to over its socket."""

import json
import os
import select
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sekisho.adapters.agent_process import start_agent
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.testing.person import Person
from tests.e2e.conftest import PASSWORD, PERSON, Home

__all__ = ["AgentMachine", "Line", "agent_machine"]

DEV, STG = "1234567891011", "1234567891012"
CONFIG = """\
[profile dev]
credential_process = sekisho credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = 1234567891011
sekisho_role_name = AdministratorAccess
region = us-east-1

[profile stg]
credential_process = sekisho credential-process --profile stg
sekisho_sso_session = hoge
sekisho_account_id = 1234567891012
sekisho_role_name = AdministratorAccess
region = us-east-1

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""
_SECONDS = 30.0


class Line:
    """A connection to the agent, spoken to in plain JSON."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(_SECONDS)
        self.socket.connect(str(path))
        self._lines = self.socket.makefile("rb")

    def say(self, ask: str, **fields: Any) -> None:
        self.socket.sendall(json.dumps({"ask": ask, **fields, "version": 1}).encode() + b"\n")

    def hear(self) -> dict[str, Any]:
        """The next line; nothing where the agent has hung up."""
        line = self._lines.readline()
        said: dict[str, Any] = json.loads(line) if line else {}
        return said

    def hear_until(self, *kinds: str) -> dict[str, Any]:
        while (said := self.hear()) and said["answer"] not in kinds:
            pass
        return said

    def ask(self, ask: str, **fields: Any) -> dict[str, Any]:
        self.say(ask, **fields)
        return self.hear()

    def close(self) -> None:
        self._lines.close()
        self.socket.close()


@dataclass
class AgentMachine:
    """A home, with an agent that serves it."""

    home: Home
    environ: dict[str, str]
    lines: list[Line] = field(default_factory=list)

    @property
    def socket(self) -> Path:
        return Path(self.environ["XDG_RUNTIME_DIR"]) / "sekisho" / "agent.sock"

    @property
    def files(self) -> ConfigFiles:
        return ConfigFiles(self.home.config, self.home.path / ".aws" / "credentials")

    def start(self) -> None:
        start_agent(self.environ, self.files)

    def line(self, path: Path | None = None) -> Line:
        self.lines.append(Line(path or self.socket))
        return self.lines[-1]

    def open(
        self,
        profile: str = "dev",
        line: Line | None = None,
        *,
        name: str = PERSON,
        password: str = PASSWORD,
    ) -> dict[str, Any]:
        """Open a gate; the person signs in through the real pages."""
        line = line or self.line()
        line.say("open", profile=profile, config=str(self.home.config))
        url = line.hear_until("browse")["url"]
        line.say("browsed", opened=True)
        person = Person(name, password, url=self.environ["AWS_ENDPOINT_URL_SSO_OIDC"])
        person.allow(url)
        return line.hear_until("opened", "failed")

    def release(self, profile: str = "dev", line: Line | None = None) -> dict[str, Any]:
        line = line or self.line()
        return line.ask("release", profile=profile, config=str(self.home.config))

    def state(self) -> dict[str, Any]:
        return self.line().ask("status")

    def audit(self) -> list[dict[str, Any]]:
        log = Path(self.environ["XDG_STATE_HOME"]) / "sekisho" / "audit" / "audit.jsonl"
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]

    def wait_for_end(self, pid: int) -> None:
        """Block until the agent is gone: it is nobody's child here, so the kernel is asked."""
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        ended, _, _ = select.select([process], [], [], _SECONDS)
        os.close(process)
        assert ended, "the agent did not end"


@contextmanager
def agent_machine(home: Home, config: str = CONFIG) -> Iterator[AgentMachine]:
    """A machine whose agent is started, and ended at the end."""
    runtime = Path(tempfile.mkdtemp(prefix="sekisho-"))  # a socket's path has to be short
    environ = {
        **home.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(home.path / "conf"),
    }
    home.write_config(config)
    machine = AgentMachine(home, environ)
    machine.start()
    pid = machine.state()["pid"]
    try:
        yield machine
    finally:
        for line in machine.lines:
            line.close()
        with suppress(ProcessLookupError):
            os.kill(pid, 15)
        machine.wait_for_end(pid)
        shutil.rmtree(runtime)
