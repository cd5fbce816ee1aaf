"""`sekisho roles`: the accounts and roles that the signed-in person has."""

import json
import sys

import click

from sekisho.awsconfig.profiles import AwsConfig, opened_profiles, opened_target
from sekisho.cli.asking import ask_assignments
from sekisho.cli.assembly import machine
from sekisho.cli.gates import gates_meant
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import counted, wrapped
from sekisho.cli.show.roles_table import Named, roles_json, roles_table
from sekisho.errors import UsageError, login_command
from sekisho.login.assignments import Assignments
from sekisho.model import ProfileName, Role, SignInTarget

__all__ = ["roles"]


@click.command()
@common_options
@json_option
@click.option("--sso-session", metavar="NAME", help="Of the sign-in of this sso-session.")
@click.pass_context
def roles(context: click.Context, sso_session: str | None) -> None:
    """List the accounts and roles of who signed in.

    That is all that the token could open, for whoever holds it. Profiles of yours that stand for
    a role are named beside it. It asks the service, and signs nobody in.
    """
    here = machine(common(context))
    config = here.config()
    profile = None if sso_session and not here.common.profile else here.profile_in(config)
    _refuse_gates(config, profile, sso_session)
    target = opened_target(config, profile=profile, session=sso_session)

    by_session = login_command(session=sso_session)
    login = by_session if sso_session else login_command(profile=profile)
    found = ask_assignments(here, config, target, login=login)

    named = _named(config, target)
    if here.common.json:
        click.echo(json.dumps(roles_json(found, named, target), ensure_ascii=False))
    else:
        _show(found, named, target, color=here.common.color)


def _refuse_gates(config: AwsConfig, profile: str | None, session: str | None) -> None:
    """No token leaves the agent, so there is none to ask the portal with."""
    gates = gates_meant(config, profile, session)
    if gates:
        raise UsageError(
            f"{', '.join(gates)}: guarded, and the agent's token lists no roles",
            do="sekisho reach   (what your profiles open)",
        )


def _named(config: AwsConfig, target: SignInTarget) -> Named:
    named: dict[Role, list[ProfileName]] = {}
    for profile in opened_profiles(config):
        if profile.role is not None and profile.target == target:
            named.setdefault(profile.role, []).append(profile.name)
    return named


def _show(found: Assignments, named: Named, target: SignInTarget, *, color: str) -> None:
    if found.accounts:
        from sekisho.cli.show.console import print_to_stdout

        print_to_stdout(roles_table(found, named), color=color)
    count = sum(len(account.roles) for account in found.accounts)
    has = counted(count, "role") + " in " + counted(len(found.accounts), "account")
    who = found.person or "Who signed in"
    said = f"{who} has {has if found.accounts else 'no role in any account'}."
    each = "it" if count == 1 else "each of them"
    more = f" The token of {target.token_key.value} could open {each}."
    click.echo(
        Ink(color, stderr=True).dim(wrapped(said + (more if count else ""), sys.stderr)),
        err=True,
        color=True,
    )
