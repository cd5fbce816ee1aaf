"""`sekisho logout`: end one sign-in, or all of them."""

from typing import TYPE_CHECKING

import click

from sekisho.aws.endpoint import Endpoint, Service, resolve
from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.profiles import (
    AwsConfig,
    SsoProfile,
    endpoint_overrides,
    opened_profiles,
    opened_target,
)
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.gates import gates_meant
from sekisho.cli.options import common, common_options
from sekisho.cli.show.sign_out_talk import say_all_signed_out, say_signed_out
from sekisho.errors import ConfigError, NotSso, SekishoError, UsageError, login_command
from sekisho.login.sign_out import SignedOut, sign_out
from sekisho.login.sign_out_all import sign_out_all, sign_out_sealed
from sekisho.model import Region, Role, SignInTarget, TokenKey

if TYPE_CHECKING:
    from sekisho.guard.answers import Ended

__all__ = ["end_sign_in", "logout", "logout_all", "roles_of"]


@click.command()
@common_options
@click.option("--sso-session", metavar="NAME", help="End the sign-in of this sso-session.")
@click.option("--all", "everything", is_flag=True, help="End every sign-in on this machine.")
@click.option("--local", is_flag=True, help="Remove the files only; do not call the service.")
@click.pass_context
def logout(context: click.Context, sso_session: str | None, everything: bool, local: bool) -> None:
    """End one sign-in, and drop its role credentials.

    Other sign-ins' files stay as they were. Role credentials that were already handed out live
    until they expire.
    """
    here = machine(common(context))
    if everything and (sso_session or here.common.profile):
        raise UsageError(
            "--all ends every sign-in, so it takes no --profile and no --sso-session",
            do="leave one of them out",
        )
    if everything:
        _end_all(here, local=local)
        return
    config = here.config()
    profile = None if sso_session and not here.common.profile else here.profile_in(config)
    if gates := gates_meant(config, profile, sso_session):
        from sekisho.cli.closing import close_gates  # few profiles are guarded

        close_gates(here, gates, local=local)
        return
    target = _target(config, profile, sso_session)

    outcome = end_sign_in(here, config, target, local=local)

    say_signed_out(target.token_key.value, outcome, color=here.common.color)


def _target(config: AwsConfig, profile: str | None, session: str | None) -> SignInTarget:
    """What the profile or the session signs in to; a role chain, where it begins."""
    try:
        return opened_target(config, profile=profile, session=session)
    except NotSso:
        chain = None if profile is None else role_chain(config, profile)
        if chain is None:
            raise
        return chain.source.target


@click.command("logout")
@common_options
@click.pass_context
def logout_all(context: click.Context) -> None:
    """End every sign-in on this machine, as `aws sso logout` does."""
    _end_all(machine(common(context)), local=False)


def end_sign_in(
    here: Machine, config: AwsConfig, target: SignInTarget, *, local: bool
) -> SignedOut:
    """End the sign-in of `target`, and forget the role credentials of its profiles."""
    sharing = _sharing(config, target.token_key)
    around = here.profile_name() if here.profile_name() in config.profiles else None
    oidc, portal = here.endpoints(
        config, sharing[0].name if sharing and around is None else around, target.region
    )
    return sign_out(
        target,
        roles=roles_of(config, target.token_key),
        oidc=oidc,
        portal=portal,
        store=here.store_for(target.delivery),
        http=here.http(),
        clock=here.clock,
        local=local,
        login=login_command(session=target.session),
    )


def roles_of(config: AwsConfig, key: TokenKey) -> tuple[Role, ...]:
    """The roles of all profiles that use the sign-in `key`, each once."""
    roles = (one.role for one in _sharing(config, key))
    return tuple(dict.fromkeys(role for role in roles if role is not None))


def _sharing(config: AwsConfig, key: TokenKey) -> list[SsoProfile]:
    return [one for one in opened_profiles(config) if one.token_key == key]


def _end_all(here: Machine, *, local: bool) -> None:
    def portal_in(region: Region) -> Endpoint:
        return resolve(Service.SSO, region, environ=here.environ, overrides=overrides)

    gates = _close_every_gate(here, local=local)
    overrides = _overrides(here)
    http = here.http()
    outcome = sign_out_all(
        here.home, here.state, http=http, clock=here.clock, portal_in=portal_in, local=local
    )
    if here.has_sealed:
        sealed = sign_out_sealed(
            here.sealed(), http=http, clock=here.clock, portal_in=portal_in, local=local
        )
        outcome = outcome.and_sealed(sealed)
    if isinstance(gates, SekishoError):
        say_all_signed_out(outcome, color=here.common.color)
        raise gates
    if outcome.tokens or outcome.left_alone or outcome.gave_up or not gates:
        say_all_signed_out(outcome, color=here.common.color)


def _close_every_gate(here: Machine, *, local: bool) -> "tuple[Ended, ...] | SekishoError":
    """Close all gates; what is in the way of that is handed back, for the files come first."""
    if not here.has_agent:
        return ()
    from sekisho.cli.closing import close_every_gate

    try:
        return close_every_gate(here, local=local)
    except SekishoError as error:
        return error


def _overrides(here: Machine) -> dict[str, str]:
    """The chosen profile's endpoint overrides; a config that cannot be read has none."""
    try:
        config = here.config()
        name = here.profile_name()
        return dict(endpoint_overrides(config, name if name in config.profiles else None))
    except ConfigError:
        return {}
