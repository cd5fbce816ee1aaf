"""A person's home with a guarded dev, stg and prod, the service that they sign in to, and who attacks."""

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select as rows

from sekisho.adapters.clock import SystemClock
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import METADATA
from sekisho.testing.identity_center import IdentityCenter
from sekisho.testing.person import Person
from tests.adversary.user import User
from tests.meta.source import ROOT

__all__ = ["ACCOUNTS", "DIRECTORY", "House", "Result"]

ACCOUNTS = {"dev": "111111111111", "stg": "222222222222", "prod": "333333333333"}
ROLE = "ReadOnlyAccess"
DIRECTORY: Mapping[str, object] = {
    "instance": {"start_urls": ["https://example.awsapps.com/start"], "region": "us-east-1"},
    "accounts": [{"id": account, "name": name} for name, account in ACCOUNTS.items()],
    "permission_sets": [{"name": ROLE}],
    "groups": [{"name": "engineers"}],
    "users": [
        {"name": "you@example.com", "password": "not a real password", "groups": ["engineers"]}
    ],
    "assignments": [{"group": "engineers", "accounts": [*ACCOUNTS], "permission_set": ROLE}],
}
_PROFILE = """\
[profile {name}]
credential_process = "{python}" -m sekisho credential-process --profile {name}
sekisho_sso_session = hoge
sekisho_account_id = {account}
sekisho_role_name = {role}
region = us-east-1

"""
_SESSION = """\
[sekisho-session hoge]
sso_start_url = {start_url}
sso_region = {region}
sso_registration_scopes = sso:account:access
"""
_URL = re.compile(r"https?://127\.0\.0\.1:\d+/\S+")
_ATTACKS = Path(__file__).parent / "attacks"
_PATIENCE = 60


@dataclass(frozen=True)
class Result:
    """What a finished command left behind."""

    status: int
    out: str
    err: str


@dataclass
class House:
    """What a test attacks, and what it attacks with. Everything but the person runs as the user."""

    user: User
    center: IdentityCenter
    person: Person
    environ: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        home = self.user.home
        self.environ = {
            "HOME": str(home),
            "USER": "somebody",
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "XDG_RUNTIME_DIR": str(home / "run"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "AWS_CONFIG_FILE": str(self.config),
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.center.environ,
        }
        for name in (".aws", "run", "state", "config/sekisho"):
            (home / name).mkdir(parents=True, mode=0o700)
        self.user.owns(home)
        self.write(self.config, self.guarded())

    # --- files -----------------------------------------------------------------------------------

    @property
    def config(self) -> Path:
        """The AWS config."""
        return self.user.home / ".aws/config"

    @property
    def policy(self) -> Path:
        """Where environments are declared; it is not there at first."""
        return self.user.home / "config/sekisho/policy.toml"

    @property
    def socket(self) -> Path:
        """The agent's."""
        return self.user.home / "run/sekisho/agent.sock"

    def guarded(self, accounts: Mapping[str, str] = ACCOUNTS) -> str:
        """Return a config with a guarded profile for each of `accounts`."""
        profiles = [
            _PROFILE.format(name=name, account=account, role=ROLE, python=sys.executable)
            for name, account in accounts.items()
        ]
        session = _SESSION.format(start_url=self.center.start_url, region=self.center.region)
        return "".join([*profiles, session])

    def native(self) -> str:
        """Return the same as any AWS tool would have it: tokens lie in `~/.aws/sso/cache`."""
        text = re.sub(r"credential_process = .*\n", "", self.guarded())
        text = text.replace("sekisho_sso_session", "sso_session").replace("sekisho_", "sso_")
        return text.replace("[sekisho-session", "[sso-session")

    def write(self, path: Path, text: str) -> None:
        """Write a file of the user's."""
        path.write_text(text, encoding="utf-8")
        self.user.owns(path.parent)

    # --- programs --------------------------------------------------------------------------------

    def run(self, *command: str, **environ: str) -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            [*self.user.prefix, *command],
            env={**self.environ, **environ},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def running(self, *command: str, **environ: str) -> "Iterator[subprocess.Popen[str]]":
        """Run a command while the block runs."""
        process = subprocess.Popen(
            [*self.user.prefix, *command],
            env={**self.environ, **environ},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def sekisho(self, *arguments: str, **environ: str) -> Result:
        """Run sekisho to its end."""
        return self.run(sys.executable, "-m", "sekisho", *arguments, **environ)

    def attack(self, name: str, *arguments: str, **environ: str) -> Any:
        """Run a program of `attacks` to its end; return what it found."""
        program = str(_ATTACKS / f"{name}.py")
        done = self.run(sys.executable, program, *arguments, PYTHONPATH=str(ROOT), **environ)
        assert done.status == 0, done.err
        return json.loads(done.out)

    @contextlib.contextmanager
    def attacking(self, name: str, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
        """Run a program of `attacks` while the block runs, once it has said that it is there."""
        program = str(_ATTACKS / f"{name}.py")
        command = (sys.executable, program, *arguments)
        with self.running(*command, PYTHONPATH=str(ROOT)) as process:
            assert process.stdout
            assert process.stdout.readline() == "there\n", process.stderr and process.stderr.read()
            yield process

    # --- the person ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def signing_in(self, profile: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
        """Begin `sekisho login`; give it, and the URL that it shows."""
        command = (sys.executable, "-m", "sekisho", "login", "--no-browser", "--profile", profile)
        with self.running(*command, BROWSER="true") as login:
            yield login, _shown_url(login)

    def login(self, profile: str) -> None:
        """Sign in, as the person does: they press Allow."""
        with self.signing_in(profile) as started:
            self.allow(*started)

    def allow(self, login: "subprocess.Popen[str]", url: str) -> None:
        """Press Allow, and wait for the sign-in to be done."""
        self.person.allow(url)
        out, err = login.communicate(timeout=_PATIENCE)
        assert login.returncode == 0, out + err

    def approve(self, policy: str) -> None:
        """Write a policy, and say yes to it where dev is opened; the person would do so at a terminal."""
        self.write(self.policy, policy)
        program = str(Path(__file__).with_name("approving.py"))
        command = (sys.executable, program, str(self.socket), str(self.config), "dev")
        with self.running(*command, PYTHONPATH=str(ROOT)) as login:
            self.allow(login, _shown_url(login))

    def credentials(self, profile: str, **environ: str) -> Result:
        """Ask for credentials, as any SDK does."""
        return self.sekisho("credential-process", "--profile", profile, **environ)

    def account(self, profile: str) -> str | None:
        """Return the account that credentials are handed out for under this name; `None`: none."""
        asked = self.credentials(profile)
        return json.loads(asked.out)["AccountId"] if asked.status == 0 else None

    # --- what comes of it ------------------------------------------------------------------------

    def haul(self, found: Mapping[str, str]) -> dict[str, str]:
        """Return what of `found` this center has issued, and where it was: by kind, not by value."""
        digests = set(self._digests())
        return {secret[:7]: at for secret, at in found.items() if bearer.digest(secret) in digests}

    def _digests(self) -> Iterator[str]:
        """Every hash that the center keeps of a secret."""
        with self.center._center.database.reading() as connection:
            for table in METADATA.tables.values():
                hashes = [column for column in table.columns if column.name.endswith("hash")]
                for column in hashes:
                    yield from connection.scalars(rows(column))

    def events(self, *conditions: str) -> list[dict[str, Any]]:
        """Return what the audit log says."""
        shown = self.sekisho("audit", "show", "--json", "--since", "always", *conditions)
        assert shown.status == 0, shown.err
        events: list[dict[str, Any]] = json.loads(shown.out)["events"]
        return events

    @property
    def agent(self) -> int:
        """The agent's process id, which stands in its lock."""
        return int(self.socket.with_suffix(".lock").read_text(encoding="ascii"))

    def until(self, happened: Callable[[], bool]) -> None:
        """Block until something of another process's has happened."""
        clock = SystemClock()
        deadline = clock.monotonic() + _PATIENCE
        while not happened():
            assert clock.monotonic() < deadline, "it did not happen"
            clock.sleep(0.02)

    def gone(self, pid: int) -> None:
        """Block until the process `pid` has ended."""
        self.until(lambda: not Path(f"/proc/{pid}").exists())

    def end(self) -> None:
        """End the agent that this house has started, if there is one."""
        with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
            descriptor = os.pidfd_open(self.agent)
            try:
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                select.select([descriptor], [], [], _PATIENCE)
            finally:
                os.close(descriptor)


def _shown_url(login: "subprocess.Popen[str]") -> str:
    """Read what a login says until it shows a URL."""
    said = []
    for line in login.stderr or ():
        said.append(line)
        if found := _URL.search(line):
            return found[0]
    raise AssertionError(f"no URL was shown: {''.join(said)}")
