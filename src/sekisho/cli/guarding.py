"""What `isolate --guard` and `--seal` say and end, beside the change of the file itself."""

import shlex
import sys
from collections.abc import Sequence

import click

from sekisho import files as disk
from sekisho.awsconfig.profiles import AwsConfig, guarded_profiles, interpret
from sekisho.cli.assembly import Machine
from sekisho.cli.ending import end_sign_in
from sekisho.cli.own_program import own_program
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import wrapped
from sekisho.cli.show.sign_out_talk import say_signed_out
from sekisho.configure.elsewhere import Elsewhere, known_configs
from sekisho.configure.guard import Guarding, guard
from sekisho.configure.retired import RetiredSignIn, retired_roles, retired_sign_ins
from sekisho.errors import login_command
from sekisho.lint.wording import listed
from sekisho.model import Delivery, ProfileName
from sekisho.store.aws_cli_roles import remove_assumed
from sekisho.store.sweep import LeftAlone

__all__ = ["end_native_sign_ins", "plan_guarding", "say_guarded_logins"]

_MOST = 40
"""Of more lines than this only the number is said."""


def plan_guarding(here: Machine, delivery: Delivery, command: str | None) -> Guarding:
    """Plan the change of the config file.

    Raises as `guard`; `UsageError` for the command; `ConfigError` where it cannot be told at which
    endpoint a sign-in would have to be ended once the file is written.
    """
    plan = guard(
        disk.read(here.files.config),
        disk.read(here.files.credentials),
        here.files,
        delivery=delivery,
        program=own_program(command),
        names=here.common.profiles,
    )
    for sign_in in retired_sign_ins(plan.before, plan.result):
        here.endpoints(plan.before, sign_in.profiles[0], sign_in.target.region)
    return plan


def end_native_sign_ins(here: Machine, read: bytes | None, after: bytes) -> bool:
    """End, at the service and here, what profiles had that `after` guards and `read` did not.

    One that a native profile uses, here or in another config file, is kept, and only the role
    credentials of the guarded profiles go. Then the AWS CLI's files of what role chains assumed
    from there. All of it is said. Returns whether there were such profiles. Blocks for one call a
    sign-in. Raises `FileError`, and `ConfigError` where an endpoint cannot be found.
    """
    credentials = disk.read(here.files.credentials)
    before = interpret(read, credentials, here.files)
    result = interpret(after, credentials, here.files)
    elsewhere = Elsewhere.read(known_configs(here.home, here.backup_folder), here.files)
    retired = retired_sign_ins(before, result)
    for sign_in in retired:
        users = elsewhere.users(sign_in.target.token_key)
        if sign_in.users or users:
            here.store.forget_roles(sign_in.target.token_key, sign_in.roles)
            _say_kept(here, sign_in, users)
        else:
            _end(here, before, sign_in, elsewhere)
    for asked, profiles in retired_roles(before, result, elsewhere).items():
        _remove_assumed(here, dict(asked), profiles)
    return bool(retired)


def say_guarded_logins(here: Machine, plan: Guarding) -> None:
    """Say what to log in to from now on, and what is left of another delivery."""
    ink = Ink(here.common.color, stderr=True)
    now = {profile.name: profile.delivery for profile in guarded_profiles(plan.result)}
    if changed := [p.name for p in guarded_profiles(plan.before) if now[p.name] is not p.delivery]:
        _say(
            ink.warn(
                f"\nA sign-in that {listed(changed)} had before lives on where it was, until "
                "`sekisho logout --all`."
            )
        )
    _say(f"\n{ink.strong('Log in to')}")
    for name in plan.profiles[:_MOST]:
        _say(f"  {ink.link(login_command(profile=name))}")
    if (more := len(plan.profiles) - _MOST) > 0:
        _say(f"  and {more:,} more; each opens by a login of its own")


def _end(here: Machine, before: AwsConfig, sign_in: RetiredSignIn, elsewhere: Elsewhere) -> None:
    outcome = end_sign_in(
        here,
        before,
        sign_in.target,
        used_by=sign_in.profiles[0],
        roles=sign_in.roles,
        elsewhere=elsewhere,
        login=login_command(profile=sign_in.profiles[0]),
    )
    if outcome.had_token:
        _say(f"\nUntil now the token of {listed(sign_in.profiles)} lay on this disk. It ends here:")
        say_signed_out(sign_in.target.token_key.value, outcome, color=here.common.color)


def _say_kept(
    here: Machine, sign_in: RetiredSignIn, elsewhere: Sequence[tuple[ProfileName, object]]
) -> None:
    ink, config = Ink(here.common.color, stderr=True), here.files.config
    users = [(name, config) for name in sign_in.users] + list(elsewhere)
    name, path = users[0]
    others = f" and {len(users) - 1:,} more" if len(users) > 1 else ""
    _say(
        ink.warn(
            f"\nThe native sign-in to {sign_in.target.token_key.value} stays: the profile {name} of "
            f"{path}{others} uses it. While a token of it lies on this disk, whoever reads that gets "
            f"the role of {listed(sign_in.profiles)}, too. It ends when that profile is {sign_in.delivery}:"
        )
    )
    where = "" if path == config else f"AWS_CONFIG_FILE={shlex.quote(str(path))} "
    option = "--seal" if sign_in.delivery is Delivery.SEALED else "--guard"
    _say(f"  {where}sekisho isolate {option} --profile {shlex.quote(name)}")


def _remove_assumed(
    here: Machine, asked: dict[str, str | int], profiles: Sequence[ProfileName]
) -> None:
    ink = Ink(here.common.color, stderr=True)
    match remove_assumed(here.home, asked, here.clock):
        case LeftAlone(path, reason):
            _say(ink.warn(f"Left alone: {path}: {reason}"))
        case None:
            pass
        case _:
            _say(ink.dim(f"The AWS CLI's cached role of {listed(profiles)} is removed, too."))


def _say(text: str) -> None:
    click.echo(wrapped(text, sys.stderr), err=True, color=True)
