"""`sekisho center`: the IAM Identity Center-compatible service."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sekisho.cli.assembly import Machine, machine
from sekisho.cli.center_database import database_url
from sekisho.cli.commands.center_audit import audit
from sekisho.cli.commands.center_export import export
from sekisho.cli.commands.center_migrate import migrate
from sekisho.cli.commands.center_scim_token import scim_token
from sekisho.cli.commands.center_user import user
from sekisho.cli.options import common, common_options
from sekisho.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from sekisho.center.settings import CenterSettings, TlsFiles

__all__ = ["center", "env", "serve"]

_DEFAULT_PORT = 8765
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _file_option(name: str, text: str) -> Callable[[_Function], _Function]:
    kind = click.Path(dir_okay=False, path_type=Path)
    return click.option(name, metavar="FILE", type=kind, help=text)


@click.group()
@common_options
def center() -> None:
    """Run an IAM Identity Center-compatible service on this machine."""


@center.command()
@common_options
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", show_default=True,
    help="The address to listen on; others than this machine's own need https, here or in a proxy.",
)  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_DEFAULT_PORT, show_default=True,
    help="The port to listen on; 0 picks a free one.",
)  # fmt: skip
@click.option(
    "--database", metavar="URL", help="An SQLAlchemy URL; SQLite in the state folder by default."
)
@_file_option("--directory", "The YAML file of people, accounts, permission sets and assignments.")
@_file_option("--keys", "The file of signing keys; made at first use.")
@click.option(
    "--limits",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="Whether too many tries have to wait.",
)
@click.option(
    "--revocation",
    type=click.Choice(["aws", "strict"]),
    default="aws",
    show_default=True,
    help="Whether role credentials outlive a sign-out, as AWS's do, or end with it.",
)
@click.option(
    "--audit-days", metavar="N", type=click.IntRange(0, 36500), default=400, show_default=True,
    help="How long the audit trail is kept; 0 keeps it in the log alone.",
)  # fmt: skip
@_file_option("--tls-cert", "Serve https with this PEM certificate; needs --tls-key.")
@_file_option("--tls-key", "The certificate's private key, in PEM.")
@click.option(
    "--trusted-proxy", "trusted_proxies", metavar="CIDR", multiple=True,
    help="A proxy, or a network of them, whose X-Forwarded headers are believed. Repeatable.",
)  # fmt: skip
@click.option(
    "--public-url", metavar="URL", help="The one origin at which people and tools reach it."
)
@click.option(
    "--token-issuer-keys", metavar="ISSUER_URL=FILE", multiple=True,
    help="The public keys (JWKS) of a trusted token issuer; read again when they change. Repeatable.",
)  # fmt: skip
@click.option(
    "--drain", metavar="SECONDS", type=click.FloatRange(0, 60), default=0, show_default=True,
    help="How long, told to stop, it serves on while /healthz says 503.",
)  # fmt: skip
@click.option(
    "--metrics-port", metavar="PORT", type=click.IntRange(0, 65535),
    help="Show figures for Prometheus on that port of 127.0.0.1.",
)  # fmt: skip
@click.option(
    "--test-controls",
    is_flag=True,
    help="Let whoever has the TOKEN of the second line turn the clock and make calls fail.",
)
@click.pass_context
def serve(
    context: click.Context,
    /,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    drain: float,
    metrics_port: int | None,
    test_controls: bool,
    **settings: Any,
) -> None:
    """Serve sign-in, access portal and STS, until SIGTERM.

    The first line of stdout is `center ready: URL`. Only this machine can reach it, unless --host
    says otherwise: docs/center/README.md. With --test-controls the second line is
    `test controls: TOKEN`: docs/center/testing.md.
    """
    try:
        from sekisho.center.serve import serve as run
    except ImportError as error:
        raise MissingExtra("sekisho center", extra="center") from error
    here = machine(common(context))
    run(
        _settings(here, **settings),
        host=host,
        port=port,
        clock=here.clock,
        under_test=test_controls,
        tls=_tls(tls_cert, tls_key),
        drain_seconds=drain,
        metrics_port=metrics_port,
        http=here.http(),
    )


def _tls(certificate: Path | None, key: Path | None) -> "TlsFiles | None":
    from sekisho.center.settings import TlsFiles

    if (certificate is None) != (key is None):
        given, missing = ("cert", "key") if key is None else ("key", "cert")
        raise UsageError(
            f"--tls-{given} is of no use alone", do=f"give --tls-{missing} FILE as well"
        )
    return TlsFiles(certificate, key) if certificate and key else None


def _issuer_keys(given: tuple[str, ...]) -> dict[str, Path]:
    """Read `ISSUER_URL=FILE` each; the last `=` is the one between the two."""
    found: dict[str, Path] = {}
    for text in given:
        url, equals, file = text.rpartition("=")
        if not equals or not file or not url.startswith(("https://", "http://")):
            raise UsageError(
                f"--token-issuer-keys {text} does not say whose keys are where",
                do="write it as --token-issuer-keys https://idp.example.com=FILE",
            )
        if url in found:
            raise UsageError(
                f"--token-issuer-keys names {url} twice", do="put all of its keys into one file"
            )
        found[url] = Path(file)
    return found


def _settings(
    here: Machine,
    *,
    database: str | None,
    directory: Path | None,
    keys: Path | None,
    limits: str,
    revocation: str,
    audit_days: int,
    trusted_proxies: tuple[str, ...],
    public_url: str | None,
    token_issuer_keys: tuple[str, ...],
) -> "CenterSettings":
    from sekisho.center.listening import network, origin
    from sekisho.center.settings import CenterSettings, Revocation

    return CenterSettings(
        database=database_url(here, database),
        directory=directory,
        keys=keys or here.state / "center" / "keys.json",
        public_url=None if public_url is None else origin(public_url),
        token_issuer_keys=_issuer_keys(token_issuer_keys),
        trusted_proxies=tuple(map(network, trusted_proxies)),
        limits=limits == "on",
        revocation=Revocation(revocation),
        audit_days=audit_days,
    )


@center.command()
@common_options
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=_DEFAULT_PORT,
    show_default=True,
    help="The center's port.",
)
@click.option(
    "--url", metavar="URL", help="The center's URL, where it is not on this machine's port."
)
@click.option("--tls", is_flag=True, help="The center serves https (--tls-cert).")
@click.pass_context
def env(context: click.Context, port: int, url: str | None, tls: bool) -> None:
    """Print the endpoint variables that send AWS tools to the center.

    Use it as: eval "$(sekisho center env)". With --ca-bundle FILE they also trust that FILE,
    for a center whose certificate no system knows.

    docs/center/testing.md shows it in tests, with a browser that signs in by itself.
    """
    import shlex

    from sekisho.center.env import endpoint_variables

    scheme = "https" if tls else "http"
    variables = dict(endpoint_variables(url or f"{scheme}://127.0.0.1:{port}"))
    ca_bundle = common(context).ca_bundle
    if ca_bundle:
        variables["AWS_CA_BUNDLE"] = str(ca_bundle.absolute())
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


center.add_command(audit)
center.add_command(migrate)
center.add_command(user)
center.add_command(scim_token)
center.add_command(export)
