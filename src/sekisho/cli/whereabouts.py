"""Where the token and the credentials of an explained profile lie, and where they come from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sekisho.aws.endpoint import Endpoint, Service, refuse_plain_http, resolve
from sekisho.awsconfig.endpoint_origins import configured_endpoints
from sekisho.awsconfig.explain import Explanation
from sekisho.awsconfig.origins import Valued
from sekisho.awsconfig.profiles import AwsConfig, endpoint_overrides, opened_profile
from sekisho.cli.assembly import Machine
from sekisho.cli.gates import gates_meant
from sekisho.errors import (
    ConfigError,
    FileError,
    InputNeeded,
    PlainHttpRefused,
    Refused,
    SekishoError,
    SignInNeeded,
    TokenInvalid,
    login_command,
)
from sekisho.model import AccountId, Delivery, Region, Role, RoleName, TokenKey
from sekisho.store.keys import role_file, token_file

__all__ = ["Cached", "GateSeen", "ServicePlace", "Whereabouts", "whereabouts"]

_PATIENCE = 10.0
"""Seconds that the agent is given."""


@dataclass(frozen=True, slots=True)
class Cached:
    """A cache file, and what is in it."""

    file: Path
    state: str
    """In words."""
    good: bool
    """Whether what it holds has not expired."""


@dataclass(frozen=True, slots=True)
class GateSeen:
    """The gate that a profile goes through, as the agent has it."""

    detail: str
    """In words: until when and as whom, or what is in the way; empty where nothing is."""
    open: bool
    login: str
    """The command that opens it."""


@dataclass(frozen=True, slots=True)
class ServicePlace:
    """Where one service would be asked."""

    service: Service
    endpoint: Endpoint | None
    """`None` where that cannot be said: see `problem`."""
    configured: tuple[Valued, ...]
    """Every override, the strongest first."""
    problem: SekishoError | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What this machine adds to an explanation."""

    token: Cached | None
    role_credentials: Cached | None
    """Those of the permission set; for a chain, of the profile at its end."""
    services: tuple[ServicePlace, ...]
    """None for a profile that no sign-in opens."""
    gate: GateSeen | None = None
    """Of a guarded profile, and of a role chain that begins at one."""


def whereabouts(here: Machine, config: AwsConfig, explained: Explanation) -> Whereabouts:
    """Look into the caches, and find the endpoints. Nothing is asked of any service."""
    key = explained.token_key
    if key is None:
        return Whereabouts(None, None, (), _gate(here, config, explained))
    role, region = _sign_in(config, explained)
    keys = None
    if role is not None:
        keys = _role_credentials(here, key, role)
    return Whereabouts(
        token=_token(here, explained),
        role_credentials=keys,
        services=tuple(_services(here, config, explained, region)),
    )


def _gate(here: Machine, config: AwsConfig, explained: Explanation) -> GateSeen | None:
    meant = gates_meant(config, explained.profile.name, None)
    if not meant:
        return None
    from sekisho.cli.gate_status import with_gates  # few profiles are guarded
    from sekisho.status import ProfileStatus, Status

    login = login_command(profile=meant[0])
    alone = Status((), (ProfileStatus(meant[0], None, open=False),))
    found = with_gates(here, config, alone, seconds=_PATIENCE)
    (seen,), trouble = found.profiles, next((each.trouble for each in found.sessions), None)
    if (wrong := seen.problem or trouble) is not None:
        return GateSeen(wrong.what.splitlines()[0], open=False, login=login)
    if seen.gate is None:
        return GateSeen("", open=False, login=login)
    until = f"until {seen.gate.closes_at:%Y-%m-%d %H:%M} UTC"
    return GateSeen(f"{until}, as {seen.gate.person or 'nobody known'}", open=True, login=login)


def _role_credentials(here: Machine, key: TokenKey, role: Role) -> Cached:
    sealed = key.delivery is Delivery.SEALED
    path = here.state / "sealed" if sealed else role_file(here.home, key, role)
    try:
        found = here.store_for(key.delivery).role_credentials(key, role)
    except (SignInNeeded, Refused, InputNeeded) as closed:
        return Cached(path, closed.what.splitlines()[0], good=False)
    return _cached(here, path, found.expires_at if found else None)


def _sign_in(config: AwsConfig, explained: Explanation) -> tuple[Role | None, Region | None]:
    """The role that the token fetches, and the Region of the sign-in, as far as they are known."""
    if explained.chain:
        try:
            source = opened_profile(config, explained.chain[-1])
        except ConfigError:
            return None, None
        return source.role, source.target.region
    account, name = explained.account_id, explained.role_name
    role = Role(AccountId(account), RoleName(name)) if account and name else None
    setting = explained.settings.get("sso_region")
    region = setting.winner.value if setting else None
    return role, Region(region) if isinstance(region, str) and region else None


def _token(here: Machine, explained: Explanation) -> Cached | None:
    key = explained.token_key
    if key is None:
        return None
    sealed = key.delivery is Delivery.SEALED
    path = here.state / "sealed" if sealed else token_file(here.home, key)
    try:
        token = here.store_for(key.delivery).token(key)
    except TokenInvalid:
        return Cached(path, "there, and no token that can be read", good=False)
    except (SignInNeeded, Refused, InputNeeded) as closed:
        return Cached(path, closed.what.splitlines()[0], good=False)
    except FileError:
        return Cached(path, "there, and cannot be read", good=False)
    return _cached(here, path, token.expires_at if token else None)


def _cached(here: Machine, path: Path, expires: datetime | None) -> Cached:
    if expires is None:
        return Cached(path, "not there", good=False)
    good = expires > here.clock.now()
    return Cached(path, f"{'good until' if good else 'expired'} {expires:%Y-%m-%d %H:%M} UTC", good)


def _services(
    here: Machine, config: AwsConfig, explained: Explanation, region: Region | None
) -> Iterator[ServicePlace]:
    name = explained.profile.name
    configured = configured_endpoints(config, name, here.environ)
    try:
        overrides = endpoint_overrides(config, name)
    except ConfigError:  # one of the explanation's problems
        return
    own = explained.settings.get("region")
    regions: Mapping[Service, object] = {
        Service.SSO_OIDC: region,
        Service.SSO: region,
        Service.STS: own.winner.value if own else None,
    }
    for service, wanted in regions.items():
        if not isinstance(wanted, str) or not wanted:
            continue
        endpoint, problem = None, None
        try:
            endpoint = resolve(service, Region(wanted), environ=here.environ, overrides=overrides)
            refuse_plain_http(endpoint)
        except (ConfigError, PlainHttpRefused) as error:
            problem = error
        yield ServicePlace(service, endpoint, configured[service.key], problem)
