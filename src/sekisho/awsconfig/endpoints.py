"""The endpoints that a profile configures, by its `services` section and `endpoint_url`."""

from collections.abc import Mapping

from sekisho.awsconfig.settings import AwsConfig, Profile, Setting
from sekisho.errors import ConfigError
from sekisho.model import ProfileName

__all__ = ["endpoint_overrides"]

_SERVICES = ("sso", "sso_oidc", "sts", "signin")
_IGNORE = "ignore_configured_endpoint_urls"
_FLAGS = (_IGNORE, "use_fips_endpoint", "use_dualstack_endpoint")


def endpoint_overrides(config: AwsConfig, name: str | None) -> Mapping[str, str]:
    """Return what the profile `name` says of endpoints, for `aws.endpoint.resolve`.

    The keys are `sso`, `sso_oidc`, `sts` and `signin` for what its services section says, `""` for its
    `endpoint_url`, and the names of the flags that are set, with their text. Empty URLs are left
    out, as botocore passes over them. Without a name, and for one that is absent, it is
    `default`'s, or nothing (`spec/aws-cli.md` §8.2).

    Raises `ConfigError` when `services` names a section that is missing or empty, or one whose
    entry for one of these services is no nested block; not when configured URLs are ignored.
    """
    profile = config.profiles.get(ProfileName("default" if name is None else name))
    if profile is None:
        return {}
    found = {flag: text for flag in _FLAGS if (text := profile.text(flag)) is not None}
    if found.get(_IGNORE, "").lower() == "true":
        return found
    for service, setting in _services_of(config, profile).items():
        if service in _SERVICES and (url := _nested_url(service, setting)):
            found[service] = url
    if url := profile.text("endpoint_url"):
        found[""] = url
    return found


def _services_of(config: AwsConfig, profile: Profile) -> Mapping[str, Setting]:
    chosen = profile.settings.get("services")
    if chosen is None:
        return {}
    services = config.services.get(profile.text("services") or "")
    if not services:
        raise ConfigError(
            "The profile is configured to use the services section but the "
            f'"{chosen.value}" services configuration does not exist.\n{chosen.place}',
            do=f"add a section [services {chosen.value}], or remove `services` from the profile",
        )
    return services


def _nested_url(service: str, setting: Setting) -> str | None:
    if isinstance(setting.value, str):
        raise ConfigError(
            f"{setting.place}: {service} is no nested block, so it names no endpoint",
            do=f"write `{service} =` on a line, and `  endpoint_url = URL` indented under it",
        )
    return setting.value.get("endpoint_url")
