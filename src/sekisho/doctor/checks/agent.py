"""The agent of guarded profiles: whether it can be asked, and what would go round it."""

import os
from collections.abc import Iterator

from sekisho import files
from sekisho.awsconfig.guarded import GuardedProfile, guarded_profiles
from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import AgentMissing, SekishoError, login_command
from sekisho.guard.answers import State
from sekisho.model import Delivery

__all__ = ["CHECK"]


def _look(subject: Subject) -> Iterator[Result]:
    config = subject.config
    guarded = (
        [one for one in guarded_profiles(config) if one.delivery is Delivery.GUARDED]
        if config
        else []
    )
    try:
        state = subject.around.agent()
    except AgentMissing:
        state = None
    except SekishoError as error:
        yield Result(
            Gravity.ERROR,
            error.what.splitlines()[0],
            "No gate can be opened, and none can be used.",
            error.do,
            about="agent",
        )
        return
    if state is None:
        yield _none_runs(guarded)
    else:
        yield from _running(subject, state)
    yield from _policy(subject, guarded)
    yield from _round_it(subject, guarded)


def _none_runs(guarded: list[GuardedProfile]) -> Result:
    if not guarded:
        return Result(Gravity.OK, "no profile is guarded, and no agent runs")
    return Result(
        Gravity.INFO,
        f"no agent runs, so these gates are closed: {', '.join(one.name for one in guarded)}",
        do=login_command(profile=guarded[0].name),
        about="agent",
    )


def _running(subject: Subject, state: State) -> Iterator[Result]:
    ours = os.path.abspath(subject.around.files.config)  # noqa: PTH100  # a link stays one
    if state.config != ours:
        yield Result(
            Gravity.WARNING,
            f"the agent reads {state.config}, and this is {ours}",
            "It hands nothing out to programs that read another config than it does.",
            "sekisho agent stop",
            about="agent",
        )
    elif state.endpoints:
        yield Result(
            Gravity.WARNING,
            f"the agent was started with endpoints that are not AWS's own: {state.endpoints[0]}",
            "Sign-ins to guarded profiles go there.",
            "sekisho agent stop",
            about="agent",
        )
    else:
        gates = ", ".join(gate.profile for gate in state.gates) or "none"
        yield Result(Gravity.OK, f"process {state.pid}; gates that are open: {gates}")


def _policy(subject: Subject, guarded: list[GuardedProfile]) -> Iterator[Result]:
    path = subject.around.config_folder / "policy.toml"
    now, approved = files.read(path), files.read(subject.around.state / "policy-approved.toml")
    if guarded and (now or b"") != (approved or b""):
        yield Result(
            Gravity.INFO,
            f"{path} is not the policy that was approved last",
            "Nothing opens before the next login has shown it, and you have said yes.",
            login_command(profile=guarded[0].name),
            about=str(path),
        )


def _round_it(subject: Subject, guarded: list[GuardedProfile]) -> Iterator[Result]:
    """Tokens of the same portals that lie on the disk all the same."""
    portals = {one.target.start_url for one in guarded}
    for each in subject.signed_in:
        if each.token is not None and each.token.start_url in portals:
            yield Result(
                Gravity.WARNING,
                f"a token of {each.token.start_url} lies on the disk, though profiles of it are "
                "guarded",
                "Whoever reads it can fetch every role that you have there, those of guarded "
                "profiles, too.",
                "sekisho logout --all",
                about=str(each.path),
            )


CHECK = Check(
    "agent", "the agent of guarded profiles, its policy, and tokens that would go round it", _look
)
