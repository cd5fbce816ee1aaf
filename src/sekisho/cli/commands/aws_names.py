"""The AWS CLI's own names, kept as aliases: fingers and scripts know them (design §3)."""

import click

from sekisho.cli.aws_options import as_the_aws_cli_has_it
from sekisho.cli.commands.configure_sso import configure_sso, configure_sso_session
from sekisho.cli.commands.export import export_credentials
from sekisho.cli.commands.login import login
from sekisho.cli.commands.logout import logout_all
from sekisho.cli.commands.profiles import profiles
from sekisho.cli.commands.whoami import whoami
from sekisho.cli.options import common_options

__all__ = ["configure", "sso", "sts"]


@click.group()
@common_options
def sso() -> None:
    """The AWS CLI's `aws sso login` and `aws sso logout`."""


sso.add_command(as_the_aws_cli_has_it(login), "login")
sso.add_command(as_the_aws_cli_has_it(logout_all), "logout")


@click.group()
@common_options
def sts() -> None:
    """The AWS CLI's `aws sts get-caller-identity`."""


sts.add_command(as_the_aws_cli_has_it(whoami), "get-caller-identity")


@click.group()
@common_options
def configure() -> None:
    """The AWS CLI's `aws configure`: its wizard for SSO, and what profiles there are."""


configure.add_command(as_the_aws_cli_has_it(configure_sso), "sso")
configure.add_command(as_the_aws_cli_has_it(configure_sso_session), "sso-session")
configure.add_command(as_the_aws_cli_has_it(export_credentials), "export-credentials")
configure.add_command(as_the_aws_cli_has_it(profiles), "list-profiles")
