"""Where a start URL leads: AWS's own, or one of a company's that redirects to AWS's.

Source: the AWS CLI since 2.35.13 (`spec/aws-cli.md` §3.2, `spec/identity-center.md` §0.1-0.5).

1. A start URL begins with https.
2. One on a host of AWS's is taken as it is, and nobody is asked.
3. Any other is asked where it leads, by one HEAD, or a GET where HEAD is not understood; one
   redirect is read, and none is followed.
4. What it leads to is on a host of AWS's, and begins with https, or there is no sign-in.
5. A host of AWS's may say which Region the portal is in.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from sekisho.errors import ServiceError, StartUrlRefused
from sekisho.model import Region, StartUrl
from sekisho.ports import Http
from sekisho.wire.http import Request, Response
from sekisho.wire.start_url import is_aws_owned, normalised, parted

__all__ = ["Portal", "region_of_host", "resolve_start_url"]

_LABEL = r"[^.]+"
_REGION = r"(?P<region>[a-z0-9-]+)"
_WITH_REGION = (
    re.compile(rf"{_LABEL}\.portal\.{_REGION}\.app\.(?:aws|amazonwebservices\.com\.cn)"),
    re.compile(rf"{_LABEL}\.portal\.{_REGION}\.api\.amazonwebservices\.eu"),
    re.compile(rf"{_LABEL}\.{_REGION}\.portal\.amazonaws\.(?:com|com\.cn|eu)"),
)
_REDIRECTS = (301, 302, 303, 307, 308)
_HEAD_NOT_UNDERSTOOD = (405, 501)
_FIRST_REDIRECT = 300


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal as the sign-in service knows it."""

    url: StartUrl
    """What the sign-in service is told; a company's own URL is never sent to it."""
    region: Region
    """Where it is: as its host says, else as it is configured."""


def resolve_start_url(start_url: StartUrl, region: Region, http: Http) -> Portal:
    """Find out which portal `start_url` leads to, by the steps above.

    `region` is the configured one. Blocks for one call, or two, where the host is not AWS's; the
    request has neither a token nor anything else of the person's. Raises `StartUrlRefused`, in
    AWS's sentences.
    """
    parts = parted(start_url)
    if parts is None or parts.scheme != "https":  # 1
        raise StartUrlRefused(start_url, "The sso_start_url must use the https scheme.")
    if not parts.hostname:
        raise StartUrlRefused(start_url, f"Invalid sso_start_url: '{start_url}'")
    if is_aws_owned(parts.hostname):  # 2
        return Portal(start_url, region)
    led_to = normalised(_where_it_leads(start_url, http))  # 3
    target = parted(led_to)
    host = (target.hostname if target else None) or ""
    if target is None or not is_aws_owned(host):  # 4
        raise StartUrlRefused(
            start_url,
            f"Could not resolve start URL '{start_url}' to an AWS-owned endpoint. "
            f"Final URL: '{_printable(led_to)}'",
        )
    if target.scheme != "https":
        reason = f"Resolved URL must use https. Got: '{_printable(led_to)}'"
        raise StartUrlRefused(start_url, reason)
    return Portal(StartUrl(led_to), region_of_host(host) or region)  # 5


def region_of_host(host: str) -> Region | None:
    """Read the Region out of a portal's host name; `None` where it has none (awsapps.com)."""
    name = host.lower().rstrip(".")
    found = next((match for each in _WITH_REGION if (match := each.fullmatch(name))), None)
    return Region(found["region"]) if found else None


def _where_it_leads(start_url: StartUrl, http: Http) -> str:
    answer = _ask("HEAD", start_url, http)
    if answer.status in _HEAD_NOT_UNDERSTOOD:
        answer = _ask("GET", start_url, http)
    if answer.status in _REDIRECTS:
        location = answer.headers.get("Location", "")
        if not location:
            raise StartUrlRefused(start_url, "Redirect response missing Location header.")
        try:
            return urljoin(start_url, location)
        except ValueError:
            return location
    if answer.status >= _FIRST_REDIRECT:
        raise StartUrlRefused(start_url, f"Failed to resolve start URL: HTTP {answer.status}")
    return start_url


def _ask(method: str, start_url: StartUrl, http: Http) -> Response:
    try:
        return http.send(Request(method, start_url.partition("#")[0]))
    except ServiceError as error:
        reason = error.what.replace("\n", ": ")
        refused = StartUrlRefused(start_url, f"Failed to resolve start URL: {reason}")
        refused.do = error.do  # the URL may well be right
        raise refused from None


def _printable(url: str) -> str:
    """What somebody else's server said, as a terminal can show it."""
    return "".join(c if c.isprintable() else "?" for c in url)
