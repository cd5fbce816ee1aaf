"""What the remarks of a file are good for: which of their words name no rule, or silence nothing.

A word that names a rule which looks around is never called unused: what it silences may be found on
another machine. Nor is one that names a rule about remarks.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from sekisho.awsconfig.settings import nearest
from sekisho.lint.ignored import Remark, Verdict
from sekisho.lint.rule import Found, Rule
from sekisho.lint.selection import Selection
from sekisho.lint.subject import Source, Subject

__all__ = ["with_verdicts"]

_AN_ID = re.compile(r"SK\d*", re.IGNORECASE)
_ByFile = Mapping[Path, AbstractSet[int]]


def with_verdicts(
    subject: Subject, said: Mapping[str, Sequence[Found]], rules: Sequence[Rule]
) -> Subject:
    """Return `subject` with what its remarks are good for.

    `said` is what was found by the rules that ran, by id; others of `rules` that a remark names are
    run for it, since a remark is no less used when its rule was not asked for.
    """
    judge = _Judge(subject, said, rules)
    return replace(
        subject, config=judge.judged(subject.config), credentials=judge.judged(subject.credentials)
    )


class _Judge:
    def __init__(
        self, subject: Subject, said: Mapping[str, Sequence[Found]], rules: Sequence[Rule]
    ) -> None:
        self._subject = subject
        self._said = said
        self._rules = rules
        self._named: dict[str, tuple[Rule, ...]] = {}
        self._lines: dict[str, _ByFile] = {}

    def judged(self, source: Source) -> Source:
        return replace(
            source, verdicts=tuple(self._verdict(remark, source) for remark in source.remarks)
        )

    def _verdict(self, remark: Remark, source: Source) -> Verdict:
        unknown: list[tuple[str, str | None]] = []
        unused: list[str] = []
        for word in remark.words:
            if not self._rules_of(word):
                unknown.append((word, self._meant(word)))
            elif not any(self._is_heard(rule, remark, source) for rule in self._rules_of(word)):
                unused.append(word)
        return Verdict(remark, tuple(unknown), tuple(unused))

    def _rules_of(self, word: str) -> tuple[Rule, ...]:
        if word not in self._named:
            self._named[word] = Selection(select=(word,)).of(self._rules)
        return self._named[word]

    def _is_heard(self, rule: Rule, remark: Remark, source: Source) -> bool:
        if rule.looks_around or rule.of_remarks:
            return True
        lines = self._lines_of(rule).get(source.path, ())
        return any(line in lines for line in remark.lines)

    def _lines_of(self, rule: Rule) -> _ByFile:
        """Where `rule` finds something, by file."""
        if rule.id not in self._lines:
            lines = defaultdict[Path, set[int]](set)
            ran = rule.id in self._said
            for found in self._said[rule.id] if ran else rule.check(self._subject):
                lines[found.place.file].add(found.place.line)
            self._lines[rule.id] = lines
        return self._lines[rule.id]

    def _meant(self, word: str) -> str | None:
        """The rule that was meant by `word`; of one id in place of another nobody can tell."""
        if _AN_ID.fullmatch(word):
            return None
        return nearest(word.upper(), (rule.id for rule in self._rules)) or nearest(
            word.lower(), (rule.name for rule in self._rules)
        )
