"""The AWS console as one role: where it is in each partition, and the address that opens it.

Source: `spec/identity-center.md` §5.1 to §5.3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.aws.endpoint import Endpoint, overriding, partition_of
from sekisho.aws.exchange import call
from sekisho.errors import ServiceRejected, UsageError
from sekisho.model import Environ, Region, RoleCredentials
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.wire import federation
from sekisho.wire.rejection import Rejection

__all__ = ["Console", "console_in", "console_url"]

_GLOBAL_REGION = "us-east-1"
_HOSTS = {
    "aws": ("signin.aws.amazon.com", "console.aws.amazon.com"),
    "aws-cn": ("signin.amazonaws.cn", "console.amazonaws.cn"),
    "aws-us-gov": ("signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"),
    "aws-eusc": ("signin.amazonaws-eusc.eu", "console.amazonaws-eusc.eu"),
}
"""Sign-in and console, by partition. A Region's own host is the Region, a dot, and this."""
_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Console:
    """Where the console is for one Region."""

    signin: Endpoint
    """Its sign-in, where credentials are traded for a token."""
    destination: str
    """The page to open: a service's own, or the console's home."""


def console_in(
    region: Region, service: str | None, *, environ: Environ, overrides: Mapping[str, str]
) -> Console:
    """Return where the console is for `region`, at the page of `service`.

    `service` is its name in the console's addresses, such as `s3` or `cloudwatch`. The sign-in
    can be overridden, as other endpoints: AWS_ENDPOINT_URL_SIGNIN, or `signin` in a `[services]`
    section. Raises `UsageError` for a name that is none and for a partition whose console is not
    known, `EndpointInvalid` for an override that is no URL.
    """
    hosts = _HOSTS.get(partition_of(region))
    if hosts is None:
        raise UsageError(
            f"where the console of {partition_of(region)} is, is not known",
            do="choose a Region of another partition with --region",
        )
    if service is not None and not _SERVICE.fullmatch(service):
        raise UsageError(
            f"--service {service}: that is not a service's name in the console's addresses",
            do="write it as the console does: s3, ec2, cloudwatch",
        )
    signin, console = hosts
    prefix = "" if region == _GLOBAL_REGION else f"{region}."
    found = overriding("signin", region, environ=environ, overrides=overrides)
    if found is None:
        found = Endpoint(f"https://{prefix}{signin}", region, overridden=False, source="AWS")
    page = "console" if service is None else service
    return Console(found, f"https://{region}.{console}/{page}/home?region={region}")


def console_url(
    http: Http, console: Console, credentials: RoleCredentials, *, issuer: str
) -> Secret:
    """Trade `credentials` for the address that opens the console as their role.

    It is good for 15 minutes, and signs in whoever has it. `issuer` is where the person comes
    from. Blocks for one call with its retries. Raises `ServiceRejected`, and what
    `aws.exchange.call` raises.
    """
    token = call(
        http,
        console.signin,
        federation.get_signin_token(console.signin.url, credentials),
        federation.signin_token_in,
        operation="getSigninToken",
    )
    if isinstance(token, Rejection):
        raise ServiceRejected(
            "getSigninToken",
            error=token.error,
            description=token.message or "the credentials were not taken",
            do="sekisho whoami  (it shows whether the credentials are good)",
        )
    return federation.login_url(
        console.signin.url, token, issuer=issuer, destination=console.destination
    )
