"""What to tell a tool so that it comes to the center instead of AWS."""

from collections.abc import Mapping

__all__ = ["endpoint_variables"]

_VARIABLES = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS")


def endpoint_variables(url: str) -> Mapping[str, str]:
    """Return the environment variables that send AWS tools to the center at `url`.

    One origin serves all three services. `AWS_ENDPOINT_URL` is not among them: it would send
    S3 and everything else here too.
    """
    return dict.fromkeys(_VARIABLES, url.rstrip("/"))
