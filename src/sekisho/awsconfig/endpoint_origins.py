"""Every endpoint that is configured for a service, and where: what wins, and what it overrules."""

from collections.abc import Mapping
from dataclasses import replace

from sekisho.awsconfig.masked import masked
from sekisho.awsconfig.origins import Valued, Variable, in_file
from sekisho.awsconfig.settings import AwsConfig
from sekisho.model import Environ, ProfileName

__all__ = ["configured_endpoints"]

_SERVICES = ("sso", "sso_oidc", "sts")


def configured_endpoints(
    config: AwsConfig, name: str, environ: Environ
) -> Mapping[str, tuple[Valued, ...]]:
    """Return every endpoint that is configured for `sso`, `sso_oidc` and `sts`, strongest first.

    They are in the order of `aws.endpoint.resolve`: variable of the service, AWS_ENDPOINT_URL,
    services section, `endpoint_url`. Nothing is checked: one that is ignored, or no URL, is among
    them, and a services section that is missing says nothing. A URL's password shows as `****`.
    """
    profile = config.profiles.get(ProfileName(name))
    chosen = profile.text("services") if profile else None
    section = config.services.get(chosen or "", {})
    own = profile.settings.get("endpoint_url") if profile else None
    found: dict[str, tuple[Valued, ...]] = {}
    for service in _SERVICES:
        values = [
            Valued(masked("endpoint_url", url), Variable(variable))
            for variable in (f"AWS_ENDPOINT_URL_{service.upper()}", "AWS_ENDPOINT_URL")
            if (url := environ.get(variable))
        ]
        setting = section.get(service)
        if setting and not isinstance(setting.value, str) and setting.value.get("endpoint_url"):
            inner = replace(setting, value=setting.value["endpoint_url"])
            values.append(in_file("endpoint_url", inner, section=f"[services {chosen}]"))
        if own and own.value:
            values.append(in_file("endpoint_url", own))
        found[service] = tuple(values)
    return found
