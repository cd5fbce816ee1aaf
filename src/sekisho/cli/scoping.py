"""`sekisho exec --only`: a command that the agent knows, by a socket of its own, for some gates alone."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sekisho.awsconfig.guarded import GuardedProfile, guarded_profile
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.cli.assembly import Machine
from sekisho.cli.running import scratch
from sekisho.cli.sandboxing import BELOW_BUBBLEWRAP, SEEN_AT, Shown, sandboxed
from sekisho.errors import ConfigError, login_command
from sekisho.guard.place import SOCKET_VARIABLE
from sekisho.launch.environment import ONLY_MARK, Surroundings, for_command
from sekisho.launch.exec import write_settings, write_socket_place
from sekisho.launch.settings import guarded_only
from sekisho.model import Delivery

__all__ = ["run_scoped"]

_THIS_PROGRAM = (sys.executable, "-P", "-m", "sekisho")
"""As a sandbox shows it, too; `-P`: what lies in the command's folder is not imported."""


def run_scoped(
    here: Machine,
    profiles: Sequence[str],
    command: Sequence[str],
    *,
    time: timedelta,
    shown: Shown | None,
) -> int:
    """Run `command` with the guarded `profiles` and no other, for some `time`; return how it ended.

    In a sandbox, if something is `shown` to one. Raises `ConfigError` for a profile that is not
    guarded, and what `AgentClient.scope` raises: `GateClosed`, say.
    """
    from sekisho.adapters.child import supervisor

    config = here.config()
    names = tuple(dict.fromkeys(profiles))
    guarded = [_guarded(guarded_profile(config, name), name) for name in names]
    text = guarded_only(config, guarded, _THIS_PROGRAM)
    client = here.agent(login=login_command(profile=names[0]))
    with (
        client.scope(names, here.config_path, int(time.total_seconds())) as scope,
        scratch(here) as folder,
        supervisor() as supervising,
    ):
        made = write_settings(folder, text)
        one = guarded[0] if len(guarded) == 1 else None
        if shown is None:
            surroundings = _surroundings(here, made, one, sees_own=True)
            given = _variables(names, Path(scope.socket))
            return supervising.run(command, for_command(here.environ, surroundings, given))
        # the agent wants its clients to read the config file that it reads itself: inside, the
        # made one lies in that place
        seen = ConfigFiles(here.files.config.absolute(), SEEN_AT / made.credentials.name)
        surroundings = _surroundings(here, seen, one, sees_own=False)
        socket = SEEN_AT / write_socket_place(folder).name
        given = _variables(names, socket)
        started, environ = sandboxed(
            here,
            command,
            for_command(here.environ, surroundings, given),
            shown,
            {SEEN_AT: folder, socket: Path(scope.socket), seen.config: made.config},
        )
        return supervising.run(started, environ, below=BELOW_BUBBLEWRAP)


def _variables(profiles: Sequence[str], socket: Path) -> dict[str, str]:
    """What leads to the agent; and what it does not give, no machine that this runs on shall give."""
    return {
        ONLY_MARK: " ".join(profiles),
        SOCKET_VARIABLE: str(socket),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _guarded(found: GuardedProfile | None, name: str) -> GuardedProfile:
    if found is None or found.delivery is not Delivery.GUARDED:
        raise ConfigError(
            f"--only {name}: the profile is not guarded, so there is no gate to keep a command to",
            do="sekisho isolate --guard   (or leave --only out: --profile gives it this profile)",
        )
    return found


def _surroundings(
    here: Machine, files: ConfigFiles, one: GuardedProfile | None, *, sees_own: bool
) -> Surroundings:
    return Surroundings(
        profile=one.name if one else None,
        files=files,
        own_files=here.files if sees_own else None,
        region=here.region(one.region) if one else None,
        ca_bundle=here.common.ca_bundle,
    )
