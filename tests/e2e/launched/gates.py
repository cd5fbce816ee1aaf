"""A real agent, and gates that a person opens at it."""

import contextlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from sekisho.adapters.agent_line import connect
from sekisho.adapters.agent_process import start_agent
from sekisho.awsconfig.locate import locate
from sekisho.errors import AgentMissing
from sekisho.guard import answers
from sekisho.guard.asks import Open
from sekisho.guard.client import AgentClient
from sekisho.guard.place import socket_path
from sekisho.testing import Person
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.keyboard import FakeKeyboard
from sekisho.testing.progress import NotedProgress

__all__ = ["agent_of", "client_in", "open_gate"]


class _Allowing(NotedProgress):
    """Has the person allow what is shown."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self._person = person

    def waiting(self, seconds: float) -> None:
        super().waiting(seconds)
        self._person.allow(self.urls[-1])


class _Attendant:
    """Satisfies `guard.client.Attendant`."""

    def __init__(self, person: Person) -> None:
        self.progress = _Allowing(person)
        self.browser = FakeBrowser()
        self.keyboard = FakeKeyboard()

    def type_name(self, question: answers.Confirm) -> str:
        return question.profile

    def approves(self, _: answers.Approve) -> bool:
        return True


@contextlib.contextmanager
def agent_of(environ: Mapping[str, str]) -> Iterator[None]:
    """Run the agent of `environ` while the block runs, as `sekisho login` would start it."""
    start_agent(environ, locate(environ, Path(environ["HOME"])))
    try:
        yield
    finally:
        with contextlib.suppress(AgentMissing):  # the test has ended it
            client_in(environ).stop()


def client_in(environ: Mapping[str, str]) -> AgentClient:
    """Return what asks the agent of `environ`."""
    state = f"{environ['XDG_STATE_HOME']}/sekisho"
    path = socket_path(environ, state)
    return AgentClient(partial(connect, path, login="sekisho login"))


def open_gate(profile: str, person: Person, environ: Mapping[str, str]) -> None:
    """Have `person` open the gate of `profile`."""
    config = str(Path(environ["AWS_CONFIG_FILE"]))
    client_in(environ).open(
        Open(profile, config, no_browser=True, can_browse=False), _Attendant(person)
    )
