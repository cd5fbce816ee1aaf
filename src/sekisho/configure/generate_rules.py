"""Rules of the command line: `PATTERN=VALUE`, of which the first that matches an account counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sekisho.aws.portal import Account
from sekisho.errors import UsageError

__all__ = ["AccountRule", "first_match", "parse_rules"]


@dataclass(frozen=True, slots=True)
class AccountRule:
    """One rule."""

    pattern: str
    """With * ? [abc]; case counts. It is held against the account's name and its id."""
    value: str

    def matches(self, account: Account) -> bool:
        """Whether the rule is for `account`."""
        return any(
            fnmatchcase(text, self.pattern) for text in (account.name, account.account_id) if text
        )


def first_match(rules: Sequence[AccountRule], account: Account) -> str | None:
    """Return the value of the first of `rules` that is for `account`; `None`: no one is."""
    return next((rule.value for rule in rules if rule.matches(account)), None)


def parse_rules(option: str, texts: Iterable[str], meaning: str) -> tuple[AccountRule, ...]:
    """Read the values of `option`, in order; `meaning` names their right-hand side in capitals.

    Raises `UsageError` for a text that is no rule.
    """
    rules = []
    for text in texts:
        pattern, _, value = text.rpartition("=")
        if not pattern or not value:
            raise UsageError(
                f'{option} "{text}": it is not PATTERN={meaning}',
                do=f"write {option} '*-prod={meaning}': a pattern for names or ids of accounts",
            )
        rules.append(AccountRule(pattern, value))
    return tuple(rules)
