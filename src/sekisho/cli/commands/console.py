"""`sekisho console`: the AWS console as one role."""

import click

from sekisho.awsconfig.profiles import endpoint_overrides
from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options
from sekisho.cli.show.static_keys import warn_of_static_keys
from sekisho.credentials.interface import Route
from sekisho.errors import RegionMissing, UsageError
from sekisho.launch.console import console_in, console_url
from sekisho.model import Environ

__all__ = ["console"]


@click.command()
@common_options
@click.option("--service", metavar="NAME", help="Open this service's page: s3, ec2, cloudwatch.")
@click.option("--print", "only_print", is_flag=True, help="Print the URL, and open nothing.")
@click.pass_context
def console(context: click.Context, service: str | None, only_print: bool) -> None:
    """Open the AWS console as the role of a profile.

    In the Region of --region or the profile, and in every partition. The console stays open as
    long as the role's credentials live. The URL signs in whoever has it, for 15 minutes: --print
    it only where nobody else reads.
    """
    here = machine(common(context))
    config = here.config()
    profile, route = here.route(config, here.profile_in(config))
    region = here.region(profile.region)
    if region is None:
        raise RegionMissing(profile.name)
    overrides = endpoint_overrides(config, profile.name)
    place = console_in(region, service, environ=here.environ, overrides=overrides)
    warn_of_static_keys(here.environ, profile.name, color=here.common.color)
    http = here.http()
    credentials = here.source(route, http).fetch()

    target = (route if isinstance(route, Route) else route.source).target
    url = console_url(http, place, credentials, issuer=target.start_url)

    if only_print:
        click.echo(url.reveal())
        return
    role = credentials.role
    click.echo(f"Opening the console as {role.role_name} in {role.account_id}.", err=True)
    if not _browser_opens(here.environ, url.reveal()):
        raise UsageError(
            "no browser could be opened",
            do=f"sekisho console --profile {profile.name} --print",
        )


def _browser_opens(environ: Environ, url: str) -> bool:
    from sekisho.adapters.browser import SystemBrowser

    return SystemBrowser(environ).open(url)
