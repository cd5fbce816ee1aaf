"""Which rules run: those that were chosen, by id, by the start of an id, or by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sekisho.lint.rule import Rule

__all__ = ["ALL", "Selection", "unknown"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for. A word is an id (`SK101`), its start (`SK1`), or a rule's name."""

    select: tuple[str, ...] = ()
    """Only these run; empty: all."""
    ignore: tuple[str, ...] = ()
    """These do not, except where `select` has a longer word for them: `SK101` beats `SK1`."""

    def of(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        """Return those of `rules` that run, in their order."""
        return tuple(rule for rule in rules if self._runs(rule))

    def _runs(self, rule: Rule) -> bool:
        chosen, ignored = _weight(self.select, rule), _weight(self.ignore, rule)
        if self.select and not chosen:
            return False
        return ignored == 0 or chosen > ignored


ALL = Selection()
"""Every rule."""

_BY_NAME = 1000
"""A whole name says more than any start of an id."""


def unknown(words: Sequence[str], rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return those of `words` that no rule answers to."""
    return tuple(word for word in words if not any(_weight((word,), rule) for rule in rules))


def _weight(words: Iterable[str], rule: Rule) -> int:
    """How closely one of `words` speaks of `rule`: 0 is not at all."""
    return max((_closeness(word.strip(), rule) for word in words), default=0)


def _closeness(word: str, rule: Rule) -> int:
    if word.lower() == rule.name:
        return _BY_NAME
    return len(word) if word and rule.id.startswith(word.upper()) else 0
