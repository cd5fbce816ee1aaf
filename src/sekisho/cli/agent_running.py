"""`sekisho agent run`: from this process's surroundings to an agent that serves."""

import contextlib
import gc
import os
import pwd
import sys
from collections.abc import Callable
from pathlib import Path

from sekisho.adapters.agent_place import is_answered, listening, taken
from sekisho.adapters.agent_process import READY, agent_command, agent_environ
from sekisho.adapters.clock import AwakeClock
from sekisho.cli.assembly import Machine, state_folder
from sekisho.cli.options import Common
from sekisho.errors import AgentNotStarted, AgentRunning, SekishoError
from sekisho.guard.hardening import harden, leave_old_memory, tracer
from sekisho.guard.place import socket_path
from sekisho.guard.sign_ins import Persistence

__all__ = ["as_agent", "run_agent"]

_PATIENCE = 15.0
"""Seconds in which another agent that holds the place has to answer there."""


def as_agent(here: Machine, options: tuple[str, ...]) -> Machine:
    """Return the machine as the agent is to see it.

    Unless this process is isolated already, and its environment holds nothing that the agent does not
    need, another program takes its place: `python -I` with a scrubbed environment and `options`.
    """
    environ = agent_environ(here.environ, here.files)
    if here.common.ca_bundle is not None:
        environ["AWS_CA_BUNDLE"] = str(here.common.ca_bundle.absolute())
    if not sys.flags.isolated or environ != here.environ:
        os.execve(sys.executable, agent_command(*options), environ)  # noqa: S606  # no shell
    return Machine(
        environ=environ,
        home=Path(pwd.getpwuid(os.geteuid()).pw_dir),
        state=state_folder(environ),
        common=Common(debug=here.common.debug, color=here.common.color),
        clock=AwakeClock(),
    )


def run_agent(here: Machine, make: Callable[[], Persistence], *, ready: int | None) -> None:
    """Serve until SIGTERM, SIGINT or `sekisho agent stop`.

    `make` says what outlives the agent, and is called once nobody can look into this process.
    `ready` is a descriptor that is told once it serves, or why it does not. Where another agent gets
    ready at the same time, that one is waited for. Raises `AgentRunning`, `AgentNotStarted`,
    `AuditNotWritten`, `PolicyInvalid`, `FileError`, and what `make` raises.
    """
    could_not = harden()
    for each in could_not:
        print(f"warning: {each}", file=sys.stderr)  # whoever runs it by hand
    # without `ready` somebody waits for this very process
    if ready is not None and sys.platform == "linux" and leave_old_memory():
        return
    path = Path(socket_path(here.environ, str(here.state)))
    say = _Ready(ready, path)
    try:
        if debugger := tracer():
            raise AgentNotStarted(f"process {debugger} traces it, and could read its memory")
        with taken(path):
            _serve(here, make(), path, say)
    except AgentRunning as error:
        if ready is None or not is_answered(path, _PATIENCE):
            say(error.what)
            raise
        say(READY)
    except SekishoError as error:
        say(error.what)
        raise


class _Ready:
    """Tells whoever started the agent, once: by a descriptor, or the person at the terminal."""

    def __init__(self, descriptor: int | None, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    def __call__(self, what: str) -> None:
        if self._descriptor is None and what == READY:
            print(f"The agent serves at {self._path}; Ctrl-C ends it.", file=sys.stderr)
        elif self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.write(self._descriptor, what.encode())
                os.close(self._descriptor)
            self._descriptor = None


def _serve(here: Machine, persistence: Persistence, path: Path, say: Callable[[str], None]) -> None:
    from sekisho.adapters.agent_server import AgentServer
    from sekisho.adapters.loopback import SocketLoopback
    from sekisho.adapters.notices import DesktopNotices
    from sekisho.adapters.processes import system_processes
    from sekisho.guard.agent import Agent, AgentWorld
    from sekisho.guard.watched import WatchedConfig

    world = AgentWorld(
        pid=os.getpid(),
        clock=here.clock,
        http=here.shared_http(),
        environ=here.environ,
        config=WatchedConfig(here.files),
        policy_file=here.policy_file,
        policy_memory=here.state / "policy-approved.toml",
        lock_folder=path.parent / "locks",
        audit=here.audit(),
        notices=DesktopNotices(here.environ),
        persistence=persistence,
        loopback=lambda line: SocketLoopback(line.when_gone),
    )
    with listening(path) as listener:
        agent = Agent(world)
        server = AgentServer(agent, system_processes(), path.parent, os.geteuid())
        gc.collect()
        gc.freeze()  # what is there stays: looking through it would only hold releases up
        server.run(listener, lambda: say(READY))
