"""Guesses which profiles belong to one environment, where nobody has declared it.

1. A profile whose name has an environment's word in it (`dev`, `hoge-stg`, `Production_admin`)
   belongs to that environment; `dev2` is another one than `dev`.
2. Any other profile belongs with the profiles of its account, when their names agree on one word.
3. What is left is one environment for each account.
"""

import re
from collections.abc import Iterable, Mapping

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.model import AccountId, ProfileName

__all__ = ["environment_in", "guess_environments"]

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
_ENVIRONMENT = {spelling: name for name, all_ in _SPELLINGS.items() for spelling in all_}
_PREFIXES = ("non", "pre")
_PART = re.compile(r"([a-z]+)(\d*)")


def guess_environments(profiles: Iterable[SsoProfile]) -> Mapping[ProfileName, str]:
    """Map each profile that has a role to its environment: a word such as `dev`, or an account id.

    The three steps are those at the top of this module.
    """
    accounts = {p.name: p.role.account_id for p in profiles if p.role is not None}
    named = {name: word for name in accounts if (word := environment_in(name)) is not None}
    words: dict[AccountId, set[str]] = {}
    for name, word in named.items():
        words.setdefault(accounts[name], set()).add(word)
    agreed = {account: found.pop() for account, found in words.items() if len(found) == 1}
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
