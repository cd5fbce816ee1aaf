"""From a guarded profile to the endpoints of its sign-in, as the agent's own environment has them."""

from sekisho.aws.endpoint import Endpoint, Service, resolve
from sekisho.awsconfig.endpoints import endpoint_overrides
from sekisho.awsconfig.guarded import GuardedProfile
from sekisho.awsconfig.settings import AwsConfig
from sekisho.login.interface import SignInRoute
from sekisho.model import Environ, Region

__all__ = ["overridden_endpoints", "sign_in_route"]


def sign_in_route(config: AwsConfig, profile: GuardedProfile, environ: Environ) -> SignInRoute:
    """Return how a sign-in for `profile` is made, and how its person is looked up.

    STS is asked in the profile's Region, else in that of its session: all of a partition know the
    role credentials. Raises `EndpointInvalid`, and what `endpoint_overrides` raises.
    """
    overrides = endpoint_overrides(config, profile.name)

    def at(service: Service, region: Region) -> Endpoint:
        return resolve(service, region, environ=environ, overrides=overrides)

    target = profile.target
    return SignInRoute(
        target=target,
        role=profile.role,
        oidc=at(Service.SSO_OIDC, target.region),
        portal=at(Service.SSO, target.region),
        sts=at(Service.STS, profile.region or target.region),
    )


def overridden_endpoints(environ: Environ) -> tuple[str, ...]:
    """Return the endpoints that `environ` puts in the place of AWS's own, each once."""
    names = ("AWS_ENDPOINT_URL", *(service.variable for service in Service))
    return tuple(dict.fromkeys(environ[name] for name in names if environ.get(name)))
