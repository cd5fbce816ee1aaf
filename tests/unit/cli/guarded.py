"""A home with guarded profiles, and an agent that follows a script."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sekisho.credentials.formats import process_json
from sekisho.guard.answers import Answer, Credentials, GateState, SignInState, State
from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.testing.agent import ScriptedAgent
from tests.unit.cli.conftest import CommandLine

__all__ = ["DOCUMENT", "GUARDED", "RELEASED", "GuardedHome", "gate", "home", "state"]

GUARDED = """\
[profile dev]
credential_process = sekisho credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = 123456789011
sekisho_role_name = AdministratorAccess
region = us-east-1

[profile prod]
credential_process = sekisho credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
region = us-east-1

[profile deploy]
role_arn = arn:aws:iam::123456789011:role/deployer
source_profile = dev
region = us-east-1

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""
DOCUMENT = process_json(
    RoleCredentials(
        "ASIAFAKE",
        Secret("fake/secret"),
        Secret("FAKESESSION"),
        datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1),
        Role(AccountId("123456789011"), RoleName("AdministratorAccess")),
    )
)
RELEASED = Credentials(msgspec.Raw(DOCUMENT.encode()))


def gate(profile: str = "dev", account_id: str = "123456789011", **changes: object) -> GateState:
    """Make a gate of the home's session, open for two hours and five minutes more."""
    now = datetime.now(UTC).replace(microsecond=0)
    made = GateState(
        profile=profile,
        start_url="https://hoge.awsapps.com/start",
        region="us-east-1",
        account_id=account_id,
        role_name="AdministratorAccess" if profile == "dev" else "ReadOnlyAccess",
        person="hoge@hoge.com",
        environment=profile,
        opened_at=_spelt(now),
        closes_at=_spelt(now + timedelta(hours=2, minutes=5, seconds=30)),
        credentials_expire=None,
        sign_in=1,
    )
    return msgspec.structs.replace(made, **changes)


def state(*gates: GateState, endpoints: tuple[str, ...] = (), config: str = "") -> State:
    """Make what an agent says that has these gates open, by one sign-in.

    It reads the `config`, or else that of the home in which it runs.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    sign_in = SignInState(
        number=1,
        session="hoge",
        start_url="https://hoge.awsapps.com/start",
        region="us-east-1",
        person="hoge@hoge.com",
        access_expires=_spelt(now + timedelta(hours=1)),
        refreshable=True,
        registration_expires=_spelt(now + timedelta(days=90)),
    )
    return State(
        pid=4711,
        started_at=_spelt(now),
        config=config,
        endpoints=endpoints,
        persist="memory",
        gates=gates,
        sign_ins=(sign_in,) if gates else (),
        pending=None,
    )


def _spelt(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _reading(config: str, answer: Answer | bytes) -> Answer | bytes:
    """Let a state that names no config name `config`."""
    if isinstance(answer, State) and not answer.config:
        return msgspec.structs.replace(answer, config=config)
    return answer


class GuardedHome:
    """The command line in a home whose profiles are guarded."""

    def __init__(self, run: CommandLine, runtime: Path) -> None:
        self.run = run
        self.runtime = runtime

    @property
    def socket(self) -> Path:
        return self.runtime / "sekisho" / "agent.sock"

    @contextmanager
    def agent(self, *turns: tuple[Answer | bytes, ...]) -> Iterator[ScriptedAgent]:
        """Have an agent that says `turns` while the block runs."""
        config = str(self.run.config)
        made = ScriptedAgent(*(tuple(_reading(config, each) for each in turn) for turn in turns))
        with made.listening(self.socket):
            yield made


@pytest.fixture
def home(
    sekisho: CommandLine,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> GuardedHome:
    """The home; its runtime folder has a path that is short enough for a socket."""
    runtime = tmp_path_factory.mktemp("r")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    sekisho.write_config(GUARDED)
    return GuardedHome(sekisho, runtime)
