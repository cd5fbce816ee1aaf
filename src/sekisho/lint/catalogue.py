"""Every rule, in the order of ids."""

from sekisho.lint.rule import Rule
from sekisho.lint.rules import (
    account_id_not_12_digits,
    config_unreadable,
    legacy_profiles_share_token,
    misspelt_key,
    session_shared_by_environments,
    session_undefined,
)

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    legacy_profiles_share_token.RULE,
    session_shared_by_environments.RULE,
    config_unreadable.RULE,
    misspelt_key.RULE,
    session_undefined.RULE,
    account_id_not_12_digits.RULE,
)
