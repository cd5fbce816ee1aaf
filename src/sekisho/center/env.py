"""What to tell a tool so that it comes to the center instead of AWS."""

from collections.abc import Mapping

from sekisho.center.directory.instance import Instance

__all__ = ["endpoint_variables", "sign_in_settings"]

_VARIABLES = (
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SIGNIN",
)


def endpoint_variables(url: str) -> Mapping[str, str]:
    """Return the environment variables that send AWS tools to the center at `url`.

    One origin serves all of these services. `AWS_ENDPOINT_URL` is not among them: it would send
    S3 and everything else here too.
    """
    return dict.fromkeys(_VARIABLES, url.rstrip("/"))


def sign_in_settings(instance: Instance) -> Mapping[str, str]:
    """Return what an `[sso-session]` section, or a legacy profile, has to say of `instance`."""
    return {"sso_start_url": instance.start_urls[0], "sso_region": instance.region}
