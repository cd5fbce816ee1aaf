"""An agent in memory: the story's center at the other end, a clock that is turned by hand."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sekisho.aws.retry import RetryingHttp
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.guard import protocol
from sekisho.guard.agent import Agent, AgentWorld
from sekisho.guard.answers import Credentials, Failed, Opened
from sekisho.guard.asks import Open, Release
from sekisho.guard.audit import Kind
from sekisho.guard.releasing import Errand
from sekisho.guard.scopes import ScopeOfGates
from sekisho.guard.sign_ins import MemoryOnly, Persistence
from sekisho.guard.watched import WatchedConfig
from sekisho.ports import Asker
from sekisho.testing.audit import KeptAudit
from sekisho.testing.conversation import FakeConversation
from sekisho.testing.loopback import Deliver, FakeLoopback, Happening
from sekisho.testing.notices import SeenNotices
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire.http import Request, Response
from tests.flow.world import ORIGIN, PASSWORD, PERSON, START_URL, World

__all__ = ["DEV", "STG", "AgentScene", "guarded", "sessions"]

ASKER = Asker(4711, 1000, "aws", "/usr/bin/aws", ("bash (42)",))
DEV, STG = "1234567891011", "1234567891012"


def guarded(name: str, account: str, *more: str) -> str:
    """Spell a guarded profile."""
    return "\n".join(
        [
            f"[profile {name}]",
            f"credential_process = sekisho credential-process --profile {name}",
            "sekisho_sso_session = hoge",
            f"sekisho_account_id = {account}",
            "sekisho_role_name = AdministratorAccess",
            "region = us-east-1",
            *more,
            "",
        ]
    )


def sessions() -> str:
    """Spell the session of all guarded profiles."""
    return f"[sekisho-session hoge]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"


STORY = guarded("dev", DEV) + guarded("dev-two", DEV) + guarded("stg", STG) + sessions()


@dataclass
class AgentScene:
    """An agent, and everything around it."""

    world: World
    folder: Path
    persistence: Persistence = field(default_factory=MemoryOnly)
    audit: KeptAudit = field(default_factory=KeptAudit)
    notices: SeenNotices = field(default_factory=SeenNotices)
    happenings: tuple[Happening, ...] = ()
    """What arrives at the loopback port; nothing: the person signs in, and allows it."""
    person: str = PERSON

    def __post_init__(self) -> None:
        self.write(STORY)
        self.agent = self.new_agent()

    def new_agent(self) -> Agent:
        environ = dict.fromkeys(
            ("AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_STS"), ORIGIN
        )
        return Agent(
            AgentWorld(
                pid=1,
                clock=self.world.clock,
                http=RetryingHttp(_WorldHttp(self.world), self.world.clock),
                environ=environ,
                config=WatchedConfig(ConfigFiles(self.config, self.folder / "credentials")),
                policy_file=self.policy_file,
                policy_memory=self.folder / "approved.toml",
                lock_folder=self.folder / "locks",
                audit=self.audit,
                notices=self.notices,
                persistence=self.persistence,
                loopback=lambda _: FakeLoopback(self.world.clock, *self._arriving()),
            )
        )

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def policy_file(self) -> Path:
        return self.folder / "policy.toml"

    def write(self, config: str) -> None:
        self.config.write_text(config, encoding="utf-8")

    def set_policy(self, text: str) -> None:
        self.policy_file.write_text(text, encoding="utf-8")

    def line(self, **answers: Any) -> FakeConversation:
        return FakeConversation(self.world.clock, browse=self.world.browser.open, **answers)

    def open(
        self, profile: str = "dev", line: FakeConversation | None = None, **options: Any
    ) -> Opened:
        self.last = line or self.line()
        return self.agent.open(Open(profile, str(self.config), **options), ASKER, self.last)

    def release(
        self, profile: str = "dev", scope: ScopeOfGates | None = None
    ) -> dict[str, Any] | Failed:
        """Release, and run the errands that it takes; the credentials, or the refusal."""
        ask = Release(profile, str(self.config))
        answer = self.agent.release(ask, ASKER, scope)
        while isinstance(answer, Errand):
            answer.run()
            answer = self.agent.release(ask, ASKER, scope)
        said = protocol.read_answer(answer)
        if isinstance(said, Failed):
            return said
        assert isinstance(said, Credentials)
        document: dict[str, Any] = json.loads(bytes(said.document))
        return document

    def refusal(self, profile: str = "dev", scope: ScopeOfGates | None = None) -> str:
        """The kind of error that a release is refused with; empty where it is not refused."""
        answer = self.release(profile, scope)
        return answer.kind if isinstance(answer, Failed) else ""

    def open_labels(self) -> list[str]:
        return [gate.profile for gate in self.agent.state().gates]

    def kinds(self) -> list[Kind]:
        return [event.kind for event in self.audit.events]

    def told(self, kind: Kind) -> list[str | None]:
        """Which profiles the audit log names in lines of one kind."""
        return [event.profile for event in self.audit.events if event.kind is kind]

    def _arriving(self) -> tuple[Happening, ...]:
        return self.happenings or (self.signs_in,)

    def signs_in(self, deliver: Deliver) -> None:
        visitor = Visitor(self.world.center, origins={ORIGIN}, deliver=deliver)
        url = self.world.browser.opened[-1]
        sign_in_through_pages(visitor, url, self.person, PASSWORD, press="Allow")


@dataclass
class _WorldHttp:
    """Whatever the world's network is by now."""

    world: World

    def send(self, request: Request) -> Response:
        return self.world.http.send(request)
