"""Which profiles belong to one environment: as `policy.toml` declares it, or by a guess.

0. What is declared counts (`reach.policy`); the rest is guessed.
1. A profile whose name has an environment's word in it (`dev`, `hoge-stg`, `Production_admin`)
   belongs to that environment; `dev2` is another one than `dev`.
2. Any other profile belongs with the profiles of its account, when those agree on one environment.
3. What is left is one environment for each account.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from sekisho.model import AccountId, ProfileName, Role
from sekisho.reach.policy import NO_POLICY, Policy

__all__ = ["ENVIRONMENTS", "Named", "environment_in", "guess_environments"]

_SPELLINGS = {
    "dev": ("dev", "devel", "develop", "development"),
    "test": ("test", "tst", "testing"),
    "qa": ("qa",),
    "int": ("int", "integration"),
    "uat": ("uat",),
    "stg": ("stg", "stage", "staging"),
    "nonprod": ("nonprod", "nonprd", "nonproduction"),
    "preprod": ("preprod", "preprd", "preproduction"),
    "prod": ("prod", "prd", "production", "live"),
    "sandbox": ("sandbox", "sbx", "playground"),
    "demo": ("demo",),
}
ENVIRONMENTS = tuple(_SPELLINGS)
"""The words that are known, in the order in which a change goes through them."""
_ENVIRONMENT = {spelling: name for name, all_ in _SPELLINGS.items() for spelling in all_}
_PREFIXES = ("non", "pre")
_PART = re.compile(r"([a-z]+)(\d*)")


class Named(Protocol):
    """What is looked at of a profile, native or guarded."""

    @property
    def name(self) -> ProfileName:
        """The profile's name."""

    @property
    def role(self) -> Role | None:
        """What it gets credentials for."""


def guess_environments(
    profiles: Iterable[Named], policy: Policy = NO_POLICY
) -> Mapping[ProfileName, str]:
    """Map each profile that has a role to its environment.

    That is the name of one that `policy` declares, a word such as `dev`, or an account id. The
    steps are those at the top of this module.
    """
    accounts = {p.name: p.role.account_id for p in profiles if p.role is not None}
    known = ((name, policy.environment_of(name) or environment_in(name)) for name in accounts)
    named = {name: environment for name, environment in known if environment is not None}
    met: dict[AccountId, set[str]] = {}
    for name, environment in named.items():
        met.setdefault(accounts[name], set()).add(environment)
    agreed = {account: found.pop() for account, found in met.items() if len(found) == 1}
    return {
        name: named.get(name) or agreed.get(account, account) for name, account in accounts.items()
    }


def environment_in(name: str) -> str | None:
    """Return the environment whose word is in `name`: `hoge-stg2` has `stg2`; `None`: no word."""
    parts = _PART.findall(name.lower())
    before = ""
    for letters, number in parts:
        joined = before + letters if before in _PREFIXES else letters
        word = _ENVIRONMENT.get(joined) or _ENVIRONMENT.get(letters)
        if word is not None:
            return f"{word}{number}"
        before = letters
    return None
