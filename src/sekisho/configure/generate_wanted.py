"""Which profiles there are to be: one for each account and role, with its session and Region."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from sekisho.aws.portal import Account
from sekisho.awsconfig.profiles import AwsConfig, login_target
from sekisho.configure.generate_marks import KEYS
from sekisho.configure.generate_names import Template
from sekisho.configure.generate_rules import AccountRule, first_match
from sekisho.configure.moves import ACCOUNT_ACCESS
from sekisho.configure.session_names import session_name
from sekisho.errors import ConfigError, UsageError
from sekisho.login.assignments import AssignedAccount
from sekisho.model import ProfileName, Region, Role, RoleName, SessionName, SignInTarget
from sekisho.reach.environments import environment_in
from sekisho.reach.policy import NO_POLICY, Policy
from sekisho.reach.portal import portal_of

__all__ = ["By", "Listed", "WantedProfile", "Wishes", "portal", "wanted_profiles"]


class By(StrEnum):
    """What the profiles share an sso-session by."""

    SESSION = "session"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Listed:
    """What one sign-in was assigned."""

    target: SignInTarget
    """Of an sso-session."""
    accounts: tuple[AssignedAccount, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants of the profiles."""

    template: Template
    by: By = By.SESSION
    sessions: tuple[AccountRule, ...] = ()
    """Which accounts go to which sso-session, before `by`."""
    regions: tuple[AccountRule, ...] = ()
    region: Region | None = None
    """Where no rule of `regions` matches; `None`: the profile gets none."""
    policy: Policy = NO_POLICY
    prune: bool = False
    """Take away the generated profiles of roles that are no longer assigned."""


@dataclass(frozen=True, slots=True)
class WantedProfile:
    """A profile that there is to be."""

    name: ProfileName
    target: SignInTarget
    """The sign-in that it takes; its session may have to be added to the config."""
    role: Role
    account: Account
    region: Region | None

    @property
    def values(self) -> Mapping[str, str]:
        """Its settings, in the order in which they are written."""
        found = (self.target.session, self.role.account_id, self.role.role_name, self.region)
        return {key: value for key, value in zip(KEYS, found, strict=True) if value}


def portal(target: SignInTarget) -> tuple[str, Region]:
    """Return what is alike in all sign-ins to one portal, however its URL is spelt."""
    return portal_of(target.start_url), target.region


def wanted_profiles(
    config: AwsConfig, listed: Sequence[Listed], wishes: Wishes
) -> Iterator[WantedProfile]:
    """Yield what `listed` and `wishes` make, in the service's order; one may come twice.

    Raises `UsageError` for a session rule that leads to a session of another portal, or to none.
    """
    sessions = _Sessions(config, wishes)
    for each in listed:
        for assigned in each.accounts:
            account = assigned.account
            for role in assigned.roles:
                name = _name(wishes.template, each, account, role)
                yield WantedProfile(
                    name=name,
                    target=sessions.target(each.target, account, name),
                    role=Role(account.account_id, role),
                    account=account,
                    region=Region(first_match(wishes.regions, account) or wishes.region or "")
                    or None,
                )


def _name(template: Template, listed: Listed, account: Account, role: RoleName) -> ProfileName:
    values = {
        "account_name": account.name or account.account_id,
        "account_id": account.account_id,
        "account_email": account.email or "",
        "role_name": role,
        "session": listed.target.session or "",
    }
    return ProfileName(template.name(values))


@dataclass(slots=True)
class _Sessions:
    """Which sso-session a profile gets."""

    config: AwsConfig
    wishes: Wishes
    found: dict[tuple[SignInTarget, str], SignInTarget] = field(default_factory=dict)
    """By the sign-in that listed an account, and the environment or the rule's session."""

    def target(self, listed: SignInTarget, account: Account, name: ProfileName) -> SignInTarget:
        chosen = first_match(self.wishes.sessions, account)
        if chosen is None and self.wishes.by is By.SESSION:
            return listed
        word = chosen or self._environment(account, name)
        key = (listed, f"{chosen is None} {word}")
        if key not in self.found:
            self.found[key] = (
                self._environments(listed, word) if chosen is None else self._chosen(listed, word)
            )
        return self.found[key]

    def _environment(self, account: Account, name: ProfileName) -> str:
        declared = self.wishes.policy.environment_of(name)
        return declared or environment_in(account.name or "") or account.account_id

    def _chosen(self, listed: SignInTarget, session: str) -> SignInTarget:
        target = login_target(self.config, profile=None, session=session)
        if portal(target) != portal(listed):
            raise UsageError(
                f"--session-for leads to {session}, which signs in to {target.start_url} in "
                f"{target.region}; the accounts of {listed.session} are at {listed.start_url} in "
                f"{listed.region}",
                do="name a session of the same start URL and Region",
            )
        return target

    def _environments(self, listed: SignInTarget, environment: str) -> SignInTarget:
        """The session of an environment: one that is there and fits, or one to be added."""
        wanted = session_name(listed.start_url, ProfileName(environment))
        name = next(name for name in _candidates(wanted) if self._may_be_used(name, listed))
        if name in self.config.sessions:
            return login_target(self.config, profile=None, session=name)
        scopes = listed.scopes or (ACCOUNT_ACCESS,)
        return SignInTarget(listed.start_url, listed.region, name, scopes)

    def _may_be_used(self, name: SessionName, listed: SignInTarget) -> bool:
        if name not in self.config.sessions:
            return name not in self.config.guard_sessions  # AWS tools would find the wrong one
        try:
            return portal(login_target(self.config, profile=None, session=name)) == portal(listed)
        except ConfigError:  # half a session: lint says what it lacks
            return False


def _candidates(name: SessionName) -> Iterator[SessionName]:
    yield name
    yield from (SessionName(f"{name}-{number}") for number in count(2))
