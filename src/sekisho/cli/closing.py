"""`sekisho logout` on guarded profiles: the agent closes their gates, and ends the sign-ins."""

from collections.abc import Sequence

from sekisho.cli.assembly import Machine
from sekisho.cli.show.gate_talk import say_closed, say_kept_forgotten, say_no_agent
from sekisho.errors import AgentMissing, login_command
from sekisho.guard.answers import Ended
from sekisho.model import ProfileName

__all__ = ["close_every_gate", "close_gates"]


def close_gates(here: Machine, names: Sequence[ProfileName], *, local: bool) -> None:
    """Close the gates of the profiles `names`, with all that the same sign-ins opened; say so.

    No agent, no gate: that is no error. Raises what `AgentClient.close` does.
    """
    client = here.agent(login=login_command(profile=names[0]))
    try:
        ended = [each for name in names for each in client.close(name, local=local).sign_ins]
    except AgentMissing:
        say_no_agent()
        _forget_kept(here, names)
        return
    say_closed(names, ended, color=here.common.color)


def _forget_kept(here: Machine, names: Sequence[ProfileName]) -> None:
    """Let no later agent open again what an earlier one has kept (`agent run --persist sealed`)."""
    if here.has_sealed:
        from sekisho.guard.sealed_sign_ins import forget_kept

        if forget_kept(here.sealed().vault, names):
            say_kept_forgotten()


def close_every_gate(here: Machine, *, local: bool) -> tuple[Ended, ...]:
    """Close all gates there are, and say so; return what was ended. Raises as `close_gates`."""
    if not here.has_agent:
        return ()
    try:
        ended = here.agent(login=login_command()).close(None, local=local).sign_ins
    except AgentMissing:
        return ()
    if ended:
        say_closed((), ended, color=here.common.color)
    return ended
