"""Where a service is: AWS's own endpoint for a Region, or the one that overrides it.

Source: AWS's endpoint rule sets and `partitions.json` (as botocore 1.44 has them), the AWS SDKs
reference "Service-specific endpoints"; `spec/aws-cli.md` §8.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from sekisho.errors import EndpointInvalid, PlainHttpRefused
from sekisho.model import Environ, Region
from sekisho.values import dataclass

__all__ = ["Endpoint", "Service", "overriding", "partition_of", "refuse_plain_http", "resolve"]


class Service(StrEnum):
    """The services that sekisho calls, by botocore's names."""

    SSO_OIDC = "sso-oidc"
    SSO = "sso"
    STS = "sts"

    @property
    def key(self) -> str:
        """The service's key in a `[services]` section."""
        return self.value.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that overrides this service's endpoint alone."""
        return _variable(self.key)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one service is reached."""

    url: str
    """http or https, host, perhaps a port and a path; no slash at the end."""
    region: Region
    """The Region that it serves, and that requests to it are signed for."""
    overridden: bool
    """Whether it is not AWS's own."""
    source: str
    """What it came from, in words: a variable, a setting, or `AWS`."""

    @property
    def origin(self) -> str:
        """`scheme://host[:port]`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this very machine."""
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1") or bool(_LOOPBACK.fullmatch(host))


def resolve(
    service: Service, region: Region, *, environ: Environ, overrides: Mapping[str, str]
) -> Endpoint:
    """Return where `service` is for `region`, as the AWS CLI v2 finds it.

    `overrides` is what the config says: `sso`, `sso_oidc`, `sts` from the profile's `[services]`
    section, `""` for its `endpoint_url`, and the keys `ignore_configured_endpoint_urls`,
    `use_fips_endpoint`, `use_dualstack_endpoint`. The first that is not empty counts: variable of
    the service, AWS_ENDPOINT_URL, section, `endpoint_url`; they leave FIPS and dual stack no say.

    Raises `EndpointInvalid` for a Region that is no host label, and for an override that is no
    http or https URL.
    """
    if not _HOST_LABEL.fullmatch(region):
        raise EndpointInvalid(
            region,
            f"Provided region_name '{region}' doesn't match a supported format.",
            source="the Region",
        )
    found = overriding(service.key, region, environ=environ, overrides=overrides)
    return _of_aws(service, region, environ, overrides) if found is None else found


def overriding(
    key: str, region: Region, *, environ: Environ, overrides: Mapping[str, str]
) -> Endpoint | None:
    """Return what overrides the endpoint of the service whose `[services]` key is `key`.

    As `resolve` has it; `None` when nothing does. Raises `EndpointInvalid`.
    """
    if not _flag(_IGNORE, environ, overrides):
        for source, url in _configured(key, environ, overrides):
            if url:
                return Endpoint(_checked(url, source), region, overridden=True, source=source)
    return None


def partition_of(region: Region) -> str:
    """Return the partition that a Region lies in: `aws`, `aws-cn`, `aws-us-gov`, …"""
    return next((each.name for each in _OTHERS if each.regions.fullmatch(region)), _AWS.name)


def refuse_plain_http(endpoint: Endpoint) -> None:
    """Let a secret go to `endpoint`, or not.

    Raises `PlainHttpRefused` for http, unless it stays on this machine.
    """
    if not endpoint.url.startswith("https://") and not endpoint.is_loopback:
        raise PlainHttpRefused(endpoint.url)


_GLOBAL_VARIABLE = "AWS_ENDPOINT_URL"
_IGNORE = "ignore_configured_endpoint_urls"
_FIPS = "use_fips_endpoint"
_DUAL_STACK = "use_dualstack_endpoint"

_HOST_LABEL = re.compile(r"(?![0-9]+\Z)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")
_LOOPBACK = re.compile(r"127(\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}", re.ASCII)
_HOST = re.compile(r"((?!-)[a-z\d-]{1,63}(?<!-)\.)*(?!-)[a-z\d-]{1,63}(?<!-)\.?", re.IGNORECASE)
_IPV6_HOST = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)

_HOST_PREFIX = {Service.SSO_OIDC: "oidc", Service.SSO: "portal.sso", Service.STS: "sts"}
_STS_GLOBAL = "aws-global"
_US_GOV = "aws-us-gov"


@dataclass(frozen=True, slots=True)
class _Partition:
    name: str
    regions: re.Pattern[str]
    dns_suffix: str
    dual_stack_dns_suffix: str


def _partition(name: str, regions: str, dns_suffix: str, dual_stack_dns_suffix: str) -> _Partition:
    named = re.compile(rf"(?:{regions})-\w+-\d+|{name}-global")
    return _Partition(name, named, dns_suffix, dual_stack_dns_suffix)


_AWS = _partition("aws", "us|eu|ap|sa|ca|me|af|il|mx", "amazonaws.com", "api.aws")
_OTHERS = (
    _partition("aws-cn", "cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    _partition("aws-eusc", "eusc-de", "amazonaws.eu", "api.amazonwebservices.eu"),
    _partition("aws-iso", "us-iso", "c2s.ic.gov", "api.aws.ic.gov"),
    _partition("aws-iso-b", "us-isob", "sc2s.sgov.gov", "api.aws.scloud"),
    _partition("aws-iso-e", "eu-isoe", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    _partition("aws-iso-f", "us-isof", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    _partition(_US_GOV, "us-gov", "amazonaws.com", "api.aws"),
)


def _configured(
    key: str, environ: Environ, overrides: Mapping[str, str]
) -> tuple[tuple[str, str | None], ...]:
    """Every place that may override the endpoint, the strongest first."""
    variable = _variable(key)
    return (
        (variable, environ.get(variable)),
        (_GLOBAL_VARIABLE, environ.get(_GLOBAL_VARIABLE)),
        (f"endpoint_url of {key} in the [services] section", overrides.get(key)),
        ("endpoint_url of the profile", overrides.get("")),
    )


def _variable(key: str) -> str:
    return f"{_GLOBAL_VARIABLE}_{key.upper()}"


def _flag(key: str, environ: Environ, overrides: Mapping[str, str]) -> bool:
    """A variable that is set counts, even when it is empty; then the config."""
    value = environ.get(f"AWS_{key.upper()}", overrides.get(key, ""))
    return value.lower() == "true"


def _checked(url: str, source: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise EndpointInvalid(url, "it is not a URL", source=source) from None
    if "@" in parts.netloc:  # a password does not belong here, nor into a message
        raise EndpointInvalid(parts.scheme, "a URL with a user name in it", source=source)
    if parts.scheme not in ("http", "https"):
        raise EndpointInvalid(url, "it does not begin with http:// or https://", source=source)
    if not url.isprintable() or " " in url or not (_HOST.fullmatch(host) or _ipv6(host)):
        raise EndpointInvalid(url, "its host is not a host name", source=source)
    if parts.query or parts.fragment:
        raise EndpointInvalid(url, "it has a query or a fragment", source=source)
    return url.rstrip("/")


def _ipv6(host: str) -> bool:
    return bool(_IPV6_HOST.fullmatch(host))


def _of_aws(
    service: Service, region: Region, environ: Environ, overrides: Mapping[str, str]
) -> Endpoint:
    # A pseudo Region such as fips-us-east-1 stands for the Region with FIPS, as in botocore.
    real = region.replace("fips-", "").replace("-fips", "")
    fips = real != region or _flag(_FIPS, environ, overrides)
    dual_stack = _flag(_DUAL_STACK, environ, overrides)
    if service is Service.STS and real == _STS_GLOBAL and not (fips or dual_stack):
        return Endpoint(
            "https://sts.amazonaws.com", Region("us-east-1"), overridden=False, source="AWS"
        )
    partition = next((each for each in _OTHERS if each.regions.fullmatch(real)), _AWS)
    # GovCloud's own endpoints are FIPS ones already; only its dual-stack ones say so.
    says_fips = fips and (dual_stack or partition.name != _US_GOV)
    prefix = _HOST_PREFIX[service] + ("-fips" if says_fips else "")
    suffix = partition.dual_stack_dns_suffix if dual_stack else partition.dns_suffix
    return Endpoint(
        f"https://{prefix}.{real}.{suffix}", Region(real), overridden=False, source="AWS"
    )
