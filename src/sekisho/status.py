"""Every sign-in and every profile, as the disk has them: nothing is asked of any service.

A sign-in's state is that of its access token. Whether a profile is *open* is another question: it
is what it could get with no further act of the person, from a token that is good or refreshes, or
from role credentials that are cached. A refresh is the service's to grant, and the disk cannot
say whether it will.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekisho.aws.endpoint import Endpoint
from sekisho.awsconfig.profiles import (
    AwsConfig,
    SsoProfile,
    opened_profile,
    opened_profiles,
    opened_target,
)
from sekisho.credentials.assumed import cached_role, kept_role
from sekisho.credentials.cached import cached_credentials
from sekisho.credentials.interface import ChainRoute, Route
from sekisho.errors import (
    ConfigError,
    FileError,
    InputNeeded,
    NotSso,
    Refused,
    SekishoError,
    SignInNeeded,
    TokenInvalid,
    login_command,
)
from sekisho.login.refresh import can_be_refreshed
from sekisho.model import (
    Delivery,
    ProfileName,
    Region,
    Role,
    RoleCredentials,
    SignInTarget,
    TokenKey,
)
from sekisho.ports import Clock
from sekisho.reach.graph import reach
from sekisho.store.interface import CachedToken, Store, TokenRecord
from sekisho.store.records import check_binding

__all__ = [
    "EndpointsOf",
    "Gate",
    "ProfileStatus",
    "RouteOf",
    "SessionStatus",
    "State",
    "Status",
    "StoreOf",
    "profile_status",
    "status",
]

RouteOf = Callable[[ProfileName], Route | ChainRoute]
"""Everything that a profile's credentials are fetched with. Raises `ConfigError`."""
StoreOf = Callable[[Delivery], Store]
"""Where the tokens of a delivery lie."""
EndpointsOf = Callable[[ProfileName | None, Region], tuple[Endpoint, Endpoint]]
"""The sign-in service's and the portal's endpoint, as a profile sees them. Raises `ConfigError`."""


class State(StrEnum):
    """What became of a sign-in."""

    OPEN = "open"
    """Its access token is good."""
    EXPIRED = "expired"
    """Its access token is past its time; it may be refreshed."""
    ABSENT = "absent"
    """There is no token, or a file that is none."""
    MISMATCH = "mismatch"
    """There is a token, and it was issued for something else than what the config asks for."""


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """One sign-in: that of an sso-session, or of a start URL in the legacy form."""

    target: SignInTarget
    state: State
    login: str
    """The command that signs in."""
    person: str | None = None
    access_expires: datetime | None = None
    """As the token's file says; `None` without a token."""
    refreshable: bool = False
    """Whether everything is there that a refresh takes."""
    registration_expires: datetime | None = None
    trouble: SekishoError | None = None
    """Why the token cannot be used, where it is there."""

    @property
    def usable(self) -> bool:
        """Whether it yields credentials with no further act of the person, as far as is known."""
        return self.state is State.OPEN or (self.state is State.EXPIRED and self.refreshable)


@dataclass(frozen=True, slots=True)
class Gate:
    """The open gate of a guarded profile."""

    opened_at: datetime
    closes_at: datetime
    person: str | None
    """Who opened it; `None` where that could not be learnt."""
    environment: str


@dataclass(frozen=True, slots=True)
class ProfileStatus:
    """One profile."""

    profile: ProfileName
    token_key: TokenKey | None
    """The sign-in that it lives on; `None` for one without SSO."""
    open: bool
    credentials_expire: datetime | None = None
    """Of the role credentials that are cached, whoever put them there, or of the role that a chain
    ends in, as it was assumed for who is signed in; `None` once they have."""
    problem: SekishoError | None = None
    """Why it cannot use the sign-in that the others use, or none at all though it was meant to."""
    gate: Gate | None = None
    """In guarded delivery: the gate that it goes through, if that is open."""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything, in the order of the files."""

    sessions: tuple[SessionStatus, ...]
    """Those that a profile uses, by their first profile; then the others."""
    profiles: tuple[ProfileStatus, ...]


def status(
    config: AwsConfig, *, stores: StoreOf, clock: Clock, endpoints: EndpointsOf, route: RouteOf
) -> Status:
    """Look at every sign-in and every profile.

    Blocks for half a second, by the store's clock, for each file that is torn. Raises nothing
    for what is wrong with one sign-in or one profile: it is said there.
    """
    look = _Look(config, stores, clock, endpoints, route)
    reaches = reach(config)
    # A role chain lives on another profile's sign-in, so that has to be looked at first.
    chains_last = sorted(reaches, key=lambda each: _assumes_a_role(config, each.profile))
    found = {each.profile: look.profile(each.profile, each.token_key) for each in chains_last}
    return Status(look.sessions(), tuple(found[each.profile] for each in reaches))


def profile_status(
    config: AwsConfig,
    name: ProfileName,
    *,
    stores: StoreOf,
    clock: Clock,
    endpoints: EndpointsOf,
    route: RouteOf,
) -> tuple[SessionStatus | None, ProfileStatus]:
    """Look at one profile, and at the sign-in that it lives on; see `status`.

    For a role chain that is the sign-in which it starts at; there may be none. Raises
    `ConfigError` in all its kinds, `NotSso` apart.
    """
    look = _Look(config, stores, clock, endpoints, route)
    try:
        profile: SsoProfile | None = opened_profile(config, name)
    except NotSso:
        key = next((each.token_key for each in reach(config) if each.profile == name), None)
        profile = next((each for each in opened_profiles(config) if each.token_key == key), None)
    if profile is None:
        return None, look.profile(name, None)
    return look.session(profile.target, profile.name), look.profile(name, profile.token_key)


def _assumes_a_role(config: AwsConfig, name: ProfileName) -> bool:
    return "role_arn" in config.profiles[name].settings


_Held = tuple[CachedToken | None, TokenRecord | None, SekishoError | None]


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the disk: no token file is read twice."""

    config: AwsConfig
    stores: StoreOf
    clock: Clock
    endpoints: EndpointsOf
    route: RouteOf
    held: dict[TokenKey, _Held] = field(default_factory=dict)
    seen: dict[SignInTarget, SessionStatus] = field(default_factory=dict)

    def sessions(self) -> tuple[SessionStatus, ...]:
        """Every sign-in that a profile was looked at for, and those without a profile."""
        for name in self.config.sessions:
            try:
                target = opened_target(self.config, profile=None, session=name)
            except ConfigError:  # `lint` has it
                continue
            if target not in self.seen:
                self.session(target, None)
        return tuple(self.seen.values())

    def profile(self, name: ProfileName, key: TokenKey | None) -> ProfileStatus:
        """Look at one profile; `key` is the one that it lives on."""
        try:
            found = opened_profile(self.config, name)
        except NotSso:
            return self._chain(name, key)
        except ConfigError as error:
            return ProfileStatus(name, key, open=False, problem=error)
        session = self.session(found.target, name)
        if found.role is None:
            return ProfileStatus(name, key, open=False)
        cached = self._cached(found.token_key, found.role)
        is_open = session.usable or self._outlives(found, found.role, session)
        problem = None if self.seen[found.target].trouble else session.trouble
        expires = cached.expires_at if cached else None
        return ProfileStatus(name, key, is_open, expires, problem)

    def session(self, target: SignInTarget, name: ProfileName | None) -> SessionStatus:
        """Look at the sign-in of `target`, at the endpoints that the profile `name` sees."""
        login = login_command(session=target.session, profile=None if target.session else name)
        token, record, trouble = self._token(target.token_key)
        if token is None:
            if isinstance(trouble, TokenInvalid):
                trouble.do = login  # a start URL alone did not say which profile to sign in for
            found = SessionStatus(target, State.ABSENT, login, trouble=trouble)
        else:
            found = self._bound(target, name, token, record, login)
        self.seen.setdefault(target, found)
        return found

    def _bound(
        self,
        target: SignInTarget,
        name: ProfileName | None,
        token: CachedToken,
        record: TokenRecord | None,
        login: str,
    ) -> SessionStatus:
        state = State.OPEN if token.expires_at > self.clock.now() else State.EXPIRED
        bound, trouble = None, None
        try:
            oidc, portal = self.endpoints(name, target.region)
            bound = check_binding(
                token,
                record,
                target,
                oidc=oidc.url,
                portal=portal.url,
                overridden=oidc.overridden or portal.overridden,
                login=login,
            )
        except (ConfigError, SignInNeeded, Refused) as error:
            state, trouble = State.MISMATCH, error
        return SessionStatus(
            target=target,
            state=state,
            login=login,
            person=bound.person if bound else None,
            access_expires=token.expires_at,
            refreshable=can_be_refreshed(target, token, record, self.clock.now()),
            registration_expires=token.registration_expires_at,
            trouble=trouble,
        )

    def _token(self, key: TokenKey) -> _Held:
        if key not in self.held:
            try:
                store = self.stores(key.delivery)
                token = store.token(key)
                self.held[key] = (token, store.record(key) if token else None, None)
            except (SignInNeeded, FileError, Refused, InputNeeded) as error:
                self.held[key] = (None, None, error)
        return self.held[key]

    def _cached(self, key: TokenKey, role: Role) -> RoleCredentials | None:
        try:
            found = self.stores(key.delivery).role_credentials(key, role)
        except (SignInNeeded, FileError, Refused, InputNeeded):  # its sign-in has it
            return None
        return found if found and found.expires_at > self.clock.now() else None

    def _outlives(self, profile: SsoProfile, role: Role, session: SessionStatus) -> bool:
        """Whether role credentials are good that were fetched before the token expired."""
        if session.state is not State.EXPIRED:
            return False
        oidc, portal = self.endpoints(profile.name, profile.target.region)
        route = Route(profile.target, role, profile.name, oidc, portal)
        try:
            return cached_credentials(route, self._store_of(route), self.clock) is not None
        except (SignInNeeded, Refused, FileError):  # it was replaced while we looked
            return False

    def _store_of(self, route: Route) -> Store:
        return self.stores(route.target.delivery)

    def _chain(self, name: ProfileName, key: TokenKey | None) -> ProfileStatus:
        """Look at a role chain: the sign-in that it starts at, and the role it ended in."""
        is_open = any(each.usable for each in self.seen.values() if each.target.token_key == key)
        if key is None:
            return ProfileStatus(name, None, open=is_open)
        try:
            route = self.route(name)
            if not isinstance(route, ChainRoute):
                return ProfileStatus(name, key, open=is_open)
            store = self._store_of(route.source)
            kept = kept_role(route, store)
            serves = cached_role(route, store, self.clock) is not None
        except (ConfigError, SignInNeeded, Refused, FileError):  # `lint`, or the sign-in, has it
            return ProfileStatus(name, key, open=is_open)
        good = kept is not None and kept.credentials.expires_at > self.clock.now()
        expires = kept.credentials.expires_at if kept and good else None
        return ProfileStatus(name, key, is_open or serves, expires)
