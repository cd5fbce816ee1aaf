"""`sekisho whoami`: who the credentials of a profile are, in the AWS CLI's own output forms."""

import click

from sekisho.aws.sts import Sts, blames_the_clock
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.output import FORMATS, show, wanted_format
from sekisho.cli.show.static_keys import warn_of_static_keys
from sekisho.errors import ServiceRejected
from sekisho.model import CallerIdentity
from sekisho.wire.rejection import Rejection

__all__ = ["whoami"]


@click.command()
@common_options
@json_option
@click.option("--output", type=click.Choice(FORMATS), help="The form of the answer.")
@click.option("--query", metavar="JMESPATH", help="Print this part of the answer only.")
@click.pass_context
def whoami(context: click.Context, output: str | None, query: str | None) -> None:
    """Show who the credentials of a profile are (STS GetCallerIdentity)."""
    here = machine(common(context))

    identity, configured = _ask(here)

    answer = {"UserId": identity.user_id, "Account": identity.account, "Arn": identity.arn}
    form = "json" if here.common.json else wanted_format(output, here.environ, configured)
    click.echo(show(answer, form, query=query, title="GetCallerIdentity"), nl=False)


def _ask(here: Machine) -> tuple[CallerIdentity, str | None]:
    """Return the identity, and the output form that the profile configures."""
    config = here.config()
    profile, route = here.route(config, here.profile_in(config))
    warn_of_static_keys(here.environ, profile.name, color=here.common.color)
    endpoint = here.sts(config, profile.name, profile.region)
    http = here.http()
    credentials = here.source(route, http).fetch()
    answer = Sts(http, endpoint, here.clock).get_caller_identity(credentials)
    if isinstance(answer, Rejection):
        raise _rejected(answer, route.login)
    return answer, profile.output


def _rejected(answer: Rejection, login: str) -> ServiceRejected:
    """Tell a clock that is off, which the service's answer names with both times, from the rest."""
    return ServiceRejected(
        "GetCallerIdentity",
        error=answer.error,
        description=answer.message,
        do="set this machine's clock" if blames_the_clock(answer) else login,
    )
