"""`sekisho login`: sign in to one environment, and say what that opens."""

from dataclasses import dataclass, replace
from typing import Any

import click

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.start_url import resolve_start_url
from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.profiles import AwsConfig, SsoProfile, delivered_profile, opened_target
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.commands.logout import end_sign_in, roles_of
from sekisho.cli.config_writing import write_sso_region
from sekisho.cli.gates import gates_of_session
from sekisho.cli.options import common, common_options
from sekisho.cli.show.login_talk import LoginTalk
from sekisho.cli.show.sign_out_talk import say_signed_out
from sekisho.cli.signing_in import Wishes, sign_in_options, sign_in_ports, surroundings
from sekisho.errors import NotSso, UsageError, login_command
from sekisho.login.adopt import adopt as take_over
from sekisho.login.held import held_token
from sekisho.login.interface import SignInRoute
from sekisho.login.sign_in import sign_in
from sekisho.model import Delivery, ProfileName
from sekisho.reach.graph import opened_by, sharing
from sekisho.store.interface import Store

__all__ = ["login"]


@click.command()
@common_options
@click.option("--sso-session", metavar="NAME", help="Sign in to this sso-session.")
@sign_in_options
@click.option("--if-needed", is_flag=True, help="Do nothing while there are 15 good minutes left.")
@click.option("--end-old-session", is_flag=True, help="End the old sign-in at the service first.")
@click.option("--adopt", is_flag=True, help="Take over the AWS CLI's token, without a sign-in.")
@click.pass_context
def login(
    context: click.Context,
    /,
    sso_session: str | None,
    if_needed: bool,
    end_old_session: bool,
    adopt: bool,
    **wishes: Any,
) -> None:
    """Sign in to the environment of one profile, and say what that opens.

    Opens your browser, or shows a URL and a code where there is none. The legacy form of SSO
    configuration always takes the code.
    """
    if adopt and (end_old_session or if_needed):
        raise UsageError(
            "--adopt makes no sign-in, so it goes with neither --if-needed nor --end-old-session",
            do="leave one of them out",
        )
    here = machine(common(context))
    config = here.config()
    guarded = _guarded(here, config, sso_session)
    if guarded is not None:
        _open_gate(here, guarded, Wishes(**wishes), (if_needed, end_old_session, adopt))
        return
    errand = _errand(here, config, sso_session)
    if if_needed and _is_signed_in(here, errand):
        click.echo(f"Still signed in to {errand.route.target.token_key.value}.", err=True)
        return
    talk = LoginTalk(here.common.color)
    target = errand.route.target
    talk.will_open(target, errand.opens, sharing(config, target.token_key))
    if target.delivery is Delivery.SEALED:
        here.sealed().vault.keeper.key_to_write()  # before the person goes to the browser
    there = errand if adopt else _at_its_portal(here, config, errand)
    if end_old_session:
        old = end_sign_in(here, config, errand.route.target, local=False)
        say_signed_out(errand.route.target.token_key.value, old, color=here.common.color)

    person, note = _adopt(here, there) if adopt else _sign_in(here, there, Wishes(**wishes), talk)

    if there.route.target.region != errand.route.target.region:
        write_sso_region(here, there.route.target)
    talk.has_opened(errand.opens, person, note)
    click.echo(f"Successfully logged into Start URL: {errand.route.target.start_url}")


def _guarded(here: Machine, config: AwsConfig, session: str | None) -> SsoProfile | None:
    """The guarded profile that is meant, if one is. Raises `UsageError` for a session of such."""
    if session is not None:
        _refuse_gates(config, session)
        return None
    profile = _who_signs_in(config, here.profile_in(config))
    return profile if profile.target.delivery is Delivery.GUARDED else None


def _refuse_gates(config: AwsConfig, session: str) -> None:
    guarded = gates_of_session(config, session)
    if guarded:
        raise UsageError(
            f"the profiles of {session} are guarded, and gates are opened by profile: "
            f"{', '.join(guarded)}",
            do=login_command(profile=guarded[0]),
        )


def _open_gate(
    here: Machine, profile: SsoProfile, wishes: Wishes, options: tuple[bool, bool, bool]
) -> None:
    from sekisho.cli.opening import open_gate  # few profiles are guarded

    if_needed, end_old_session, adopt = options
    if adopt:
        raise UsageError(
            f"{profile.name} is guarded: it takes no token from the disk",
            do=login_command(profile=profile.name),
        )
    open_gate(here, profile, wishes, if_needed=if_needed, end_old_session=end_old_session)


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is to be signed in to."""

    route: SignInRoute
    opens: tuple[ProfileName, ...]
    command: str
    """The login command that makes this sign-in."""
    around: str | None
    """The profile whose endpoint overrides count."""


def _errand(here: Machine, config: AwsConfig, session: str | None) -> _Errand:
    named = session is None or here.common.profile is not None
    name = here.profile_in(config) if named else here.profile_name()
    profile = _who_signs_in(config, name) if named else None
    if profile is None or session is not None:
        target = opened_target(config, profile=None, session=session)
        command = login_command(session=session)
    else:
        target, command = profile.target, login_command(profile=name)
    around = name if name in config.profiles else None
    oidc, portal = here.endpoints(config, around, target.region)
    route = SignInRoute(
        target=target,
        role=profile.role if profile and profile.token_key == target.token_key else None,
        oidc=oidc,
        portal=portal,
        sts=_sts(here, config, profile),
        outdated=roles_of(config, target.token_key),
    )
    return _Errand(route, opened_by(config, target.token_key), command, around)


def _who_signs_in(config: AwsConfig, name: str) -> SsoProfile:
    """The profile `name`, or the one that its role chain begins at."""
    try:
        return delivered_profile(config, name)
    except NotSso:
        chain = role_chain(config, name)
        if chain is None:
            raise
        return chain.source


def _at_its_portal(here: Machine, config: AwsConfig, errand: _Errand) -> _Errand:
    """Find out where a company's own start URL leads, and in which Region that is."""
    target = errand.route.target
    portal = resolve_start_url(target.start_url, target.region, here.http())
    if portal.url == target.start_url:
        return errand
    oidc, portal_endpoint = here.endpoints(config, errand.around, portal.region)
    route = replace(
        errand.route,
        target=replace(target, region=portal.region),
        oidc=oidc,
        portal=portal_endpoint,
        leads_to=portal.url,
    )
    return replace(errand, route=route)


def _store(here: Machine, errand: _Errand) -> Store:
    return here.store_for(errand.route.target.delivery)


def _sts(here: Machine, config: AwsConfig, profile: SsoProfile | None) -> Endpoint | None:
    if profile is None or here.region(profile.region) is None:
        return None
    return here.sts(config, profile.name, profile.region)


def _is_signed_in(here: Machine, errand: _Errand) -> bool:
    held = held_token(errand.route, _store(here, errand), here.clock, login=errand.command)
    return held is not None


def _adopt(here: Machine, errand: _Errand) -> tuple[str | None, str]:
    adopted = take_over(
        errand.route,
        store=_store(here, errand),
        http=here.http(),
        clock=here.clock,
        login=errand.command,
    )
    return adopted.record.person, adopted.note


def _sign_in(
    here: Machine, errand: _Errand, wishes: Wishes, talk: LoginTalk
) -> tuple[str | None, str]:
    result = sign_in(
        errand.route,
        wishes.options(errand.command),
        sign_in_ports(here, talk),
        _store(here, errand),
        surroundings(here),
    )
    return result.record.person, result.note
