"""What `policy.toml` asks for one profile: the strictest of all environments that it belongs to.

Each setting is judged by itself. What an environment does not say, it has no say in; where none of
them says, the defaults hold.

- `deny` of one is enough.
- `opens_with`: `confirm` goes before `own-sign-in`, and that before `session-sign-in`. By default a
  sign-in opens the profiles of its session that are in the same environment, and no others.
- `close_after`: the shortest counts; by default 8 hours.
- `person`, `accounts`, `roles`: only what all of them let in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sekisho.model import ProfileName, Role
from sekisho.reach.policy import OpensWith, Policy

__all__ = ["DEFAULT_CLOSE_AFTER", "Terms", "terms_of"]

DEFAULT_CLOSE_AFTER = timedelta(hours=8)
_STRICTEST_FIRST = (OpensWith.CONFIRM, OpensWith.OWN_SIGN_IN, OpensWith.SESSION_SIGN_IN)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms the gate of one profile opens. `None`: nobody set a limit."""

    environment: str
    """The environment that the profile belongs to, declared or guessed."""
    opens_with: OpensWith | None = None
    """`None`: a sign-in to any profile of its session and environment."""
    close_after: timedelta = DEFAULT_CLOSE_AFTER
    persons: frozenset[str] | None = None
    accounts: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    denied_by: str | None = None
    """The environment that says `deny`."""

    def refuse(self, role: Role) -> str | None:
        """Say why `role` is never opened on these terms; `None`: it may be."""
        if self.denied_by is not None:
            return f"[environment.{self.denied_by}] says deny = true"
        if self.accounts is not None and role.account_id not in self.accounts:
            return f"account {role.account_id} is not one of {_listed(self.accounts)}"
        if self.roles is not None and role.role_name not in self.roles:
            return f"role {role.role_name} is not one of {_listed(self.roles)}"
        return None

    def lets_in(self, person: str | None) -> bool:
        """Whether a sign-in by `person` may open it; one that is not known may not, if it counts."""
        return self.persons is None or (person is not None and person in self.persons)

    def goes_with(self, environment: str) -> bool:
        """Whether a sign-in to another profile of its session, in `environment`, opens it, too."""
        if self.opens_with is None:
            return self.environment == environment
        return self.opens_with is OpensWith.SESSION_SIGN_IN


def terms_of(policy: Policy, profile: ProfileName, environment: str) -> Terms:
    """Return on what terms `profile` opens, by `policy`; `environment` is where it belongs."""
    asked = policy.matching(profile)
    wanted = {one.opens_with for one in asked}
    return Terms(
        environment=environment,
        opens_with=next((each for each in _STRICTEST_FIRST if each in wanted), None),
        close_after=min(
            (one.close_after for one in asked if one.close_after is not None),
            default=DEFAULT_CLOSE_AFTER,
        ),
        persons=_in_all(None if one.person is None else frozenset([one.person]) for one in asked),
        accounts=_in_all(one.accounts for one in asked),
        roles=_in_all(one.roles for one in asked),
        denied_by=next((one.name for one in asked if one.deny), None),
    )


def _in_all(lists: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    given = [each for each in lists if each is not None]
    return frozenset.intersection(*given) if given else None


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "those that every environment names: there is none"
