"""`sekisho doctor`: what is wrong with this machine, its config and its caches."""

import json
import sys

import click

from sekisho import ports
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.doctor import doctor_text
from sekisho.cli.show.doctor_json import doctor_json
from sekisho.cli.show.ink import Ink
from sekisho.doctor.catalogue import CHECKS
from sekisho.doctor.check import Gravity
from sekisho.doctor.engine import examine
from sekisho.doctor.subject import Surroundings
from sekisho.errors import ExitStatus, login_command
from sekisho.status import Status, status

__all__ = ["doctor"]

_PATIENCE = 5.0
"""Seconds that one endpoint gets to connect, and to answer."""


@click.command()
@common_options
@json_option
@click.option("--offline", is_flag=True, help="Ask no service; look at this machine alone.")
@click.pass_context
def doctor(context: click.Context, offline: bool) -> int:
    """Check this machine: config, variables, caches, endpoints, clock, proxy, keyring, aws.

    It runs lint, and looks at all that can come between you and your credentials. It goes on where
    the config is broken or the network is down, sends no token, changes nothing and shows no
    secret. Exits 1 when there are errors or warnings, 0 when there are none.

    Each endpoint of the config is asked for nothing in particular, unless --offline is given.
    """
    here = machine(common(context))

    reports = examine(_surroundings(here, offline=offline), CHECKS)

    if here.common.json:
        click.echo(json.dumps(doctor_json(reports), ensure_ascii=False))
    else:
        click.echo(doctor_text(reports, Ink(here.common.color)), nl=False, color=True)
    grave = {Gravity.ERROR, Gravity.WARNING}
    found = {result.gravity for report in reports for result in report.results or ()}
    return ExitStatus.FINDINGS if found & grave else ExitStatus.DONE


def _surroundings(here: Machine, *, offline: bool) -> Surroundings:
    from sekisho.adapters.browser import SystemBrowser
    from sekisho.adapters.http_rules import Trust
    from sekisho.adapters.programs import SystemPrograms
    from sekisho.adapters.proxy import proxy_for

    def proxy(url: str) -> str | None:
        found = proxy_for(url, here.environ)
        return None if found is None else found.url

    trust = Trust.chosen(here.environ, here.common.ca_bundle)
    return Surroundings(
        environ=here.environ,
        home=here.home,
        state=here.state,
        files=here.files,
        config_folder=here.config_folder,
        profile=here.profile_name(),
        clock=here.clock,
        programs=SystemPrograms(here.environ),
        python=sys.executable,
        has_program=here.has_program,
        browser=SystemBrowser(here.environ).chosen,
        proxy=proxy,
        ca_bundle=trust.ca_bundle,
        trust=trust.context,
        http=None if offline else lambda: _impatient(here),
        status=lambda config: _status(here, config),
        agent=lambda: here.agent(login=login_command()).status() if here.has_agent else None,
    )


def _impatient(here: Machine) -> ports.Http:
    from sekisho.adapters.http import NetworkHttp
    from sekisho.adapters.http_rules import Limits

    limits = Limits(connect=_PATIENCE, read=_PATIENCE, whole=2 * _PATIENCE)
    return NetworkHttp(here.environ, here.common.ca_bundle, limits)


def _status(here: Machine, config: AwsConfig) -> Status:
    return status(
        config,
        stores=lambda delivery: here.store_for(delivery, asks=False),
        clock=here.clock,
        endpoints=lambda profile, region: here.endpoints(config, profile, region),
        route=lambda profile: here.route(config, profile)[1],
    )
