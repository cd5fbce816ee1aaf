"""`sekisho credential-process`: one profile's credentials, for every SDK (the long way).

`quick.py` answers first where everything is cached; this is what it falls through to.
"""

import click

from sekisho import quick
from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options
from sekisho.cli.show.static_keys import warn_of_static_keys
from sekisho.credentials.formats import process_json
from sekisho.credentials.interface import Route
from sekisho.model import Delivery

__all__ = ["credential_process"]


@click.command("credential-process")
@common_options
@click.pass_context
def credential_process(context: click.Context) -> None:
    """Print a profile's credentials as `credential_process` wants them.

    Put `credential_process = sekisho credential-process --profile NAME` into a profile of your
    AWS config. It never opens a browser and never asks; it exits 3 when a sign-in is needed.
    """
    here = machine(common(context))
    name = here.profile_name()
    watched = quick.watch(name, here.environ)

    config = here.config()
    _, route = here.route(config, here.profile_in(config))
    warn_of_static_keys(here.environ, name, color=here.common.color)
    credentials = here.source(route, here.http(), asks=False).fetch()

    click.echo(process_json(credentials))
    # what a role chain ends in is kept nowhere, and what is sealed is not the short way's to open
    if isinstance(route, Route) and route.target.delivery is Delivery.NATIVE:
        quick.remember(watched, route, environ=here.environ, store=here.store, clock=here.clock)
