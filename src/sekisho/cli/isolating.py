"""What `isolate` says and ends, beside the change of the file itself."""

import contextlib
import json
import shlex
import sys
from collections.abc import Sequence

import click

from sekisho import files as disk
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.cli.assembly import Machine
from sekisho.cli.ending import end_sign_in
from sekisho.cli.guarding import end_native_sign_ins
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import padded, wrapped
from sekisho.cli.show.sign_out_talk import say_signed_out
from sekisho.configure.backups import mark_finished, newest
from sekisho.configure.elsewhere import Elsewhere, known_configs
from sekisho.configure.groups import By, Group
from sekisho.configure.isolate import Isolation, OldKey, OwnSession, isolate
from sekisho.errors import ConfigError, NotUndone, login_command
from sekisho.lint.wording import listed
from sekisho.reach.policy import NO_POLICY

__all__ = [
    "end_shared_sign_ins",
    "finish_earlier",
    "note_finished",
    "plan_isolation",
    "say_environments",
    "say_next_logins",
]

_FEW = 3
_MOST = 40
"""Of more lines than this only the number is said."""


def plan_isolation(here: Machine, by: By, config: bytes | None = None) -> Isolation:
    """Plan the change of `config`, or else of what the config file holds. Raises as `isolate`."""
    config = disk.read(here.files.config) if config is None else config
    credentials = disk.read(here.files.credentials)
    policy = here.policy() if by is By.ENVIRONMENT else NO_POLICY
    return isolate(config, credentials, here.files, by, policy)


def say_environments(here: Machine, plan: Isolation) -> None:
    """Show which profiles belong together, and where one says so, before anything is asked."""
    ink = Ink(here.common.color, stderr=True)
    width = max((len(group.name) for group in plan.groups[:_MOST]), default=0)
    _say(ink.strong("Environments"))
    for group in plan.groups[:_MOST]:
        _say(f"  {padded(group.name, width)}  {listed(group.profiles)}{ink.dim(_from(group))}")
    if (more := len(plan.groups) - _MOST) > 0:
        _say(f"  and {more:,} more")
    if guessed := next((group for group in plan.groups if group.guessed), None):
        _say(ink.dim(f"To part them otherwise, declare them in {here.policy_file}:"))
        names = ", ".join(json.dumps(name, ensure_ascii=False) for name in guessed.profiles[:_FEW])
        _say(ink.dim(f"  [environment.{json.dumps(guessed.name)}]\n  profiles = [{names}]"))
    _say("")


def end_shared_sign_ins(here: Machine, plan: Isolation) -> None:
    """End, at the service and here, each sign-in that no profile uses any more, and say so.

    One that a profile of another config file uses is kept. Blocks for one call a sign-in. Raises
    `FileError`, and `ConfigError` where an endpoint cannot be found.
    """
    if plan.old_keys:
        _end_all(here, plan)
    note_finished(here, plan.after)


def note_finished(here: Machine, held: bytes) -> None:
    """Note that all is done that the edit was for which wrote what is `held`.

    Raises `FileUnwritable`.
    """
    with contextlib.suppress(NotUndone):
        mark_finished(newest(here.files.config, held, here.backup_folder))


def finish_earlier(here: Machine, held: bytes | None) -> None:
    """Do what an `isolate` did not come to that was interrupted after it wrote what is `held`.

    Raises as `end_shared_sign_ins` and `end_native_sign_ins`.
    """
    read = _interrupted(here, held)
    if read is None or held is None:
        return
    if end_native_sign_ins(here, read, held):
        note_finished(here, held)
        return
    for by in By:
        with contextlib.suppress(ConfigError):
            plan = plan_isolation(here, by, read)
            if plan.after == held:
                end_shared_sign_ins(here, plan)
                return


def _interrupted(here: Machine, held: bytes | None) -> bytes | None:
    """What the file held before an edit that wrote `held` and has something left to do."""
    with contextlib.suppress(NotUndone):
        last = newest(here.files.config, held, here.backup_folder)
        if last.pending and last.is_what_was_written(held):
            return last.contents()
    return None


def _end_all(here: Machine, plan: Isolation) -> None:
    before = interpret(plan.read, disk.read(here.files.credentials), here.files)
    elsewhere = Elsewhere.read(known_configs(here.home, here.backup_folder), here.files)
    for old in plan.old_keys:
        if users := elsewhere.users(old.target.token_key):
            _say_kept(here, old, plan.by, users)
        else:
            _end(here, before, old, elsewhere)


def say_next_logins(here: Machine, sessions: Sequence[OwnSession]) -> None:
    """Say what to log in to from now on, and what that opens."""
    if not sessions:
        return
    ink = Ink(here.common.color, stderr=True)
    commands = [login_command(session=own.target.session) for own in sessions[:_MOST]]
    width = max(map(len, commands))
    _say(f"\n{ink.strong('Log in to')}")
    for command, own in zip(commands, sessions, strict=False):
        _say(f"  {ink.link(padded(command, width))}  {ink.dim('for')} {listed(own.profiles)}")
    if (more := len(sessions) - _MOST) > 0:
        _say(f"  and {more:,} more; `sekisho reach` shows all of them")


def _end(here: Machine, before: AwsConfig, old: OldKey, elsewhere: Elsewhere) -> None:
    outcome = end_sign_in(
        here,
        before,
        old.target,
        used_by=old.profiles[0],
        roles=old.roles,
        elsewhere=elsewhere,
        login=login_command(session=old.target.session),
    )
    if outcome.had_token:
        _say("\nUntil now one sign-in opened them all. It ends here:")
        say_signed_out(old.target.token_key.value, outcome, color=here.common.color)


def _say_kept(here: Machine, old: OldKey, by: By, users: Sequence[tuple[str, object]]) -> None:
    ink = Ink(here.common.color, stderr=True)
    name, path = users[0]
    others = f" and {len(users) - 1:,} more" if len(users) > 1 else ""
    _say(
        ink.warn(
            f"\nThe shared sign-in to {old.target.token_key.value} was kept: the profile {name} of "
            f"{path}{others} uses it. It ends when that file is isolated, too:"
        )
    )
    _say(f"  AWS_CONFIG_FILE={shlex.quote(str(path))} sekisho isolate --by {by}")


def _from(group: Group) -> str:
    return "  (guessed)" if group.guessed else "  (declared)"


def _say(text: str) -> None:
    click.echo(wrapped(text, sys.stderr), err=True, color=True)
