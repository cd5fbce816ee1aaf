"""`sekisho login` on a guarded profile: the agent signs in and opens gates, the person is here."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import click

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.cli.assembly import Machine
from sekisho.cli.closing import close_gates
from sekisho.cli.gate_reach import gates_reach
from sekisho.cli.show import gate_talk
from sekisho.cli.show.login_talk import LoginTalk
from sekisho.cli.signing_in import Wishes, surroundings
from sekisho.errors import AgentMissing, InputNeeded, PersonNeeded, login_command
from sekisho.guard.answers import Approve, Confirm, State
from sekisho.guard.asks import Open
from sekisho.guard.client import AgentClient
from sekisho.guard.place import SOCKET_VARIABLE
from sekisho.login.choose import choose_flow
from sekisho.login.interface import Flow
from sekisho.ports import Browser, Keyboard, Terminal

__all__ = ["open_gate"]


def open_gate(
    here: Machine,
    profile: SsoProfile,
    wishes: Wishes,
    *,
    if_needed: bool,
    end_old_session: bool,
) -> None:
    """Open the gate of `profile`, and say what opened with it; block for the person.

    An agent is started where none runs. Raises what the agent was stopped by, `AgentNotOurs`,
    `AgentSilent`, `AgentNotStarted`, and `PersonNeeded` where the policy asks a person who is not
    there.
    """
    login = login_command(profile=profile.name)
    client = here.agent(login=login)
    color = here.common.color
    gate_talk.say_endpoints(_running(here, client).endpoints, color=color)
    if end_old_session:
        close_gates(here, (profile.name,), local=False)
    talk = LoginTalk(color)
    talk.begins(profile.target)
    if not if_needed:
        opens = gates_reach(here.config(), here.policy())[profile.name]
        gate_talk.say_will_open(profile, opens, color=color)

    opened = client.open(
        _ask(here, profile, wishes, if_needed=if_needed), _Person(here, talk, login)
    )

    gate_talk.say_opened(opened, color=color)
    if not opened.was_open:
        click.echo(f"Successfully logged into Start URL: {profile.target.start_url}")


def _running(here: Machine, client: AgentClient) -> State:
    """Ask the agent how it is, and start one where none runs."""
    try:
        return client.status()
    except AgentMissing:
        if SOCKET_VARIABLE in here.environ:  # another socket is not another agent's place
            raise
    from sekisho.adapters.agent_process import start_agent

    start_agent(here.environ, here.files)
    return client.status()


def _ask(here: Machine, profile: SsoProfile, wishes: Wishes, *, if_needed: bool) -> Open:
    options = wishes.options(login_command(profile=profile.name))
    flow = choose_flow(profile.target, options, surroundings(here)).flow
    return Open(
        profile.name,
        here.config_path,
        use_device_code=wishes.use_device_code,
        no_browser=wishes.no_browser,
        callback_port=wishes.callback_port or 0,
        if_needed=if_needed,
        can_browse=wishes.use_device_code or flow is Flow.PKCE,
    )


@dataclass(frozen=True, slots=True)
class _Person:
    """Satisfies `guard.client.Attendant`: the person at this terminal."""

    here: Machine
    progress: LoginTalk
    login: str

    @property
    def browser(self) -> Browser:
        """The person's browser."""
        from sekisho.adapters.browser import SystemBrowser

        return SystemBrowser(self.here.environ)

    @property
    def keyboard(self) -> Keyboard:
        """What is typed while the sign-in is waited for."""
        from sekisho.adapters.keyboard import TerminalKeyboard

        return TerminalKeyboard(no_input=self.here.common.no_input)

    def type_name(self, question: Confirm) -> str:
        """Have the profile's name typed; --yes is no answer to it."""
        gate_talk.say_confirm(question, color=self.here.common.color)
        with self._somebody(f"the policy wants the name of {question.profile} typed"):
            return self._terminal.ask(f"Type {question.profile} to open it:")

    def approves(self, question: Approve) -> bool:
        """Show what the policy was and is, and ask; --yes is no answer to it."""
        gate_talk.say_policy(question, color=self.here.common.color)
        with self._somebody(f"{question.path} is not the policy that was approved"):
            return self._terminal.confirm("Open gates by this policy from now on?", option="")

    @property
    def _terminal(self) -> Terminal:
        from sekisho.adapters.terminal import StderrTerminal

        return StderrTerminal(no_input=self.here.common.no_input)

    @contextlib.contextmanager
    def _somebody(self, what: str) -> Iterator[None]:
        try:
            yield
        except InputNeeded:
            raise PersonNeeded(what, login=self.login) from None
