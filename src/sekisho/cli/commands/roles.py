"""`sekisho roles`: the accounts and roles that the signed-in person has."""

import json
import sys

import click

from sekisho.awsconfig.profiles import AwsConfig, login_target, sso_profiles
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import wrapped
from sekisho.cli.show.roles_table import Named, roles_json, roles_table
from sekisho.cli.show.trouble import warner
from sekisho.errors import login_command
from sekisho.login.assignments import Assignments, assignments
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
    target = login_target(config, profile=profile, session=sso_session)

    found = _ask(here, config, target, sso_session, profile)

    named = _named(config, target)
    if here.common.json:
        click.echo(json.dumps(roles_json(found, named, target), ensure_ascii=False))
    else:
        _show(found, named, target, color=here.common.color)


def _ask(
    here: Machine, config: AwsConfig, target: SignInTarget, session: str | None, profile: str | None
) -> Assignments:
    chosen = ProfileName(here.profile_name())
    around = chosen if chosen in config.profiles else _first_profile(config, target)
    oidc, portal = here.endpoints(config, around, target.region)
    return assignments(
        target=target,
        oidc=oidc,
        portal=portal,
        store=here.store,
        http=here.http(),
        clock=here.clock,
        lock_folder=here.lock_folder,
        login=login_command(session=session) if session else login_command(profile=profile),
        notice=warner(here.common.color),
    )


def _first_profile(config: AwsConfig, target: SignInTarget) -> ProfileName | None:
    """Whose endpoints count where no profile is chosen: those of the first of this sign-in."""
    found = (each.name for each in sso_profiles(config) if each.token_key == target.token_key)
    return next(found, None)


def _named(config: AwsConfig, target: SignInTarget) -> Named:
    named: dict[Role, list[ProfileName]] = {}
    for profile in sso_profiles(config):
        if profile.role is not None and profile.target == target:
            named.setdefault(profile.role, []).append(profile.name)
    return named


def _show(found: Assignments, named: Named, target: SignInTarget, *, color: str) -> None:
    if found.accounts:
        from sekisho.cli.show.console import print_to_stdout

        print_to_stdout(roles_table(found, named), color=color)
    count = sum(len(account.roles) for account in found.accounts)
    has = _counted(count, "role") + " in " + _counted(len(found.accounts), "account")
    who = found.person or "Who signed in"
    said = f"{who} has {has if found.accounts else 'no role in any account'}."
    each = "it" if count == 1 else "each of them"
    more = f" The token of {target.token_key.value} could open {each}."
    click.echo(
        Ink(color, stderr=True).dim(wrapped(said + (more if count else ""), sys.stderr)),
        err=True,
        color=True,
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
