"""`sekisho configure sso` and `configure sso-session`: the AWS CLI's wizard, without its faults."""

import shlex
from collections.abc import Callable
from typing import Any, TypeVar

import click

from sekisho.aws.endpoint import Endpoint
from sekisho.awsconfig.profiles import AwsConfig, chosen_profile
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.commands.logout import roles_of
from sekisho.cli.config_writing import write_config
from sekisho.cli.options import common, common_options
from sekisho.cli.show.diff import painted_diff
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.login_talk import LoginTalk
from sekisho.cli.signing_in import Wishes, sign_in_options, sign_in_ports, surroundings
from sekisho.configure import wizard
from sekisho.configure.entrance import Entrance
from sekisho.configure.questions import Answers, Asker
from sekisho.configure.wizard import Configured, Pen
from sekisho.configure.write_plan import Edit, Snapshot
from sekisho.errors import login_command
from sekisho.model import Region, SignInTarget
from sekisho.reach.graph import opened_by, sharing
from sekisho.reach.policy import NO_POLICY, Policy

__all__ = ["configure_sso", "configure_sso_session"]

_AGAIN = "sekisho configure sso"
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _session_options(function: _Function) -> _Function:
    for name, metavar, about in (
        ("--sso-registration-scopes", "SCOPES", "The scopes, separated by commas."),
        ("--sso-region", "REGION", "The Region of the access portal."),
        ("--sso-start-url", "URL", "The access portal's URL."),
        ("--sso-session", "NAME", "The sso-session, new or there already."),
    ):
        function = click.option(name, metavar=metavar, help=about)(function)
    return function


@click.command()
@common_options
@_session_options
@click.option("--sso-account-id", metavar="ID", help="The account of the profile.")
@click.option("--sso-role-name", metavar="NAME", help="The role of the profile.")
@click.option("--output-format", metavar="FORM", help="The profile's `output`: json, yaml, ….")
@sign_in_options
@click.pass_context
def configure_sso(
    context: click.Context,
    /,
    use_device_code: bool,
    no_browser: bool,
    callback_port: int | None,
    output_format: str | None,
    **given: str | None,
) -> None:
    """Make a profile for one account and role, and the sso-session that it signs in to.

    Asks what the AWS CLI's wizard asks; each option answers a question, and --region and
    --profile do, too. An empty value is the answer of Enter alone. Shows the diff before it writes,
    and asks before it changes a profile that is there already.
    """
    here = machine(common(context))
    name, chosen = chosen_profile(here.common.profile, here.environ)
    profile = name if chosen else None
    answers = Answers(**given, region=here.common.region, output=output_format, profile=profile)
    wishes = Wishes(use_device_code, no_browser, callback_port)
    talk = LoginTalk(here.common.color)

    done = wizard.configure_sso(
        _asker(here, answers),
        _entrance(here, here.config(), profile, wishes, talk),
        _pen(here, here.policy()),
        chosen=profile,
        no_input=here.common.no_input,
    )

    _conclude(done, talk)


@click.command()
@common_options
@_session_options
@click.pass_context
def configure_sso_session(context: click.Context, /, **given: str | None) -> None:
    """Make or change an sso-session, without a sign-in.

    Asks what the AWS CLI asks; each option answers a question. Shows the diff before it writes, and
    asks before it changes a session that is there already.
    """
    here = machine(common(context))

    target = wizard.configure_sso_session(
        _asker(here, Answers(**given)), _pen(here), here.http(), no_input=here.common.no_input
    )

    click.echo(f"\nCompleted configuring SSO session: {target.session}")
    click.echo("Run the following to login and refresh access token for this session:\n")
    click.echo(login_command(session=target.session))


def _asker(here: Machine, answers: Answers) -> Asker:
    from sekisho.adapters.interview import TerminalInterview

    ink = Ink(here.common.color, stderr=True)
    person = TerminalInterview(
        here.environ, no_input=here.common.no_input, yes=here.common.yes, paint=ink.warn
    )
    return Asker(answers, person)


def _pen(here: Machine, policy: Policy = NO_POLICY) -> Pen:
    def show(diff: str) -> None:
        painted = painted_diff(diff, color=here.common.color, stderr=True)
        click.echo(f"\n{painted}", nl=False, err=True, color=True)

    def write(edit: Edit, anew: Callable[[], Edit]) -> Edit:
        return write_config(here, here.files.config, edit, anew)

    return Pen(read=lambda: Snapshot.take(here.files), show=show, write=write, policy=policy)


def _entrance(
    here: Machine, config: AwsConfig, profile: str | None, wishes: Wishes, talk: LoginTalk
) -> Entrance:
    around = profile or ""  # a profile that is yet to be made says nothing of endpoints

    def endpoints(region: Region) -> tuple[Endpoint, Endpoint]:
        return here.endpoints(config, around, region)

    def sts(region: Region | None) -> Endpoint | None:
        return None if here.region(region) is None else here.sts(config, around, region)

    def announce(target: SignInTarget) -> None:
        talk.begins(target)
        if opens := opened_by(config, target.token_key):
            talk.will_open(target, opens, sharing(config, target.token_key))

    return Entrance(
        ports=sign_in_ports(here, talk),
        store=here.store,
        options=wishes.options(_AGAIN),
        surroundings=surroundings(here),
        endpoints=endpoints,
        sts=sts,
        announce=announce,
        outdated=lambda key: roles_of(config, key),
    )


def _conclude(done: Configured, talk: LoginTalk) -> None:
    if done.signed_in:
        talk.has_opened(done.opens, done.person, "")
        click.echo("To use this profile, specify the profile name using --profile, as shown:\n")
    else:
        click.echo("To use this profile, sign in to it first, as shown:\n")
        click.echo(login_command(profile=done.profile))
    if done.profile == "default":
        click.echo("sekisho whoami")
    else:
        click.echo(f"sekisho whoami --profile {shlex.quote(done.profile)}")
