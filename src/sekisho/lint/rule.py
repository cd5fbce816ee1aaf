"""What a rule is: an id, a severity, a page, a check, and the cases that show it at work.

A rule is one file in `lint/rules/`, named as the rule is. Its module docstring is its docs page:
the first line sums it up, then come the sections of `SECTIONS`. `BAD` and `GOOD` are configs that
are printed on that page and run by the tests.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sekisho.awsconfig.changes import Change
from sekisho.awsconfig.repair import Repair
from sekisho.lint.subject import Place, Subject
from sekisho.model import ProfileName

__all__ = ["SECTIONS", "Case", "Finding", "Fix", "Fixable", "Found", "Rule", "Severity"]

SECTIONS = ("What it finds", "Why it matters", "What to do")
"""The headings of every rule's page, each on a line of its own, underlined with `-`."""


class Severity(StrEnum):
    """How much a finding matters; errors and warnings make `lint` exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Fixable(StrEnum):
    """Whether `--fix` can mend a finding."""

    SAFE = "safe"
    """Yes, and what every profile resolves to stays the same."""
    UNSAFE = "unsafe"
    """Yes, and something resolves differently afterwards."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class Case:
    """An example: config files, and where the rule speaks up in them."""

    title: str
    """What the example shows, as the rest of a sentence."""
    config: str
    credentials: str = ""
    mode: int = 0o600
    """The mode of both files."""
    lines: tuple[int, ...] = ()
    """The lines of the config file with a finding of the rule, from 1; none in a good case."""
    credentials_lines: tuple[int, ...] = ()
    """The same of the credentials file."""
    says: tuple[str, ...] = ()
    """What the first finding has in its message and effect, word for word."""
    fixed: str | None = None
    """The config file after `--fix --unsafe` with this rule alone; `None`: it changes nothing."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of one file that mends a finding."""

    changes: tuple[Change | Repair, ...]
    """`Change`s of what a file means, or `Repair`s of its lines; not both."""
    safety: Fixable
    """`SAFE` or `UNSAFE`. What is called safe is held to it before it is written."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule's check reports; the engine adds which rule it was."""

    place: Place
    message: str
    """What is wrong, with the user's own names in it: a clause without a full stop."""
    effect: str
    """What happens at run time, in sentences; AWS's own error text where there is one."""
    do: str
    """One command or edit to copy."""
    profiles: tuple[ProfileName, ...] = ()
    """The profiles that it is about, the one at `place` first."""
    fix: Fix | None = None
    """What `--fix` would do about it, in the file of `place`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found in a file."""

    rule: str
    """The rule's id: `SK101`."""
    name: str
    """The rule's name: `legacy-profiles-share-token`."""
    severity: Severity
    file: Path
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    width: int
    """How many characters, from `column` on, it is about."""
    source: str
    """The line as it stands in the file, without its line ending."""
    profile: ProfileName | None
    """The profile that it is about, or the first of several."""
    others: tuple[ProfileName, ...]
    """Further profiles that it is about."""
    message: str
    effect: str
    do: str
    fix: Fix | None

    @property
    def fixable(self) -> Fixable:
        """Whether `--fix` can mend it."""
        return self.fix.safety if self.fix else Fixable.NO

    @property
    def page(self) -> str:
        """The docs page of its rule."""
        return _page(self.name)

    def concerns(self, profile: str) -> bool:
        """Return whether it is about `profile`, alone or among others."""
        return profile == self.profile or profile in self.others


@dataclass(frozen=True, slots=True)
class Rule:
    """One check of AWS config files."""

    id: str
    """`SK` and three digits; the first is the theme: 1 isolation, 2 form, 3 values, 4 files."""
    name: str
    """In the user's words; the stem of its file, with hyphens."""
    severity: Severity
    doc: str
    """Its page: the module's docstring."""
    check: Callable[[Subject], Iterable[Found]]
    """Reads the subject and nothing else; changes nothing."""
    bad: tuple[Case, ...]
    good: tuple[Case, ...]
    looks_around: bool = False
    """Whether it looks at more than the config file: the credentials file, modes, programs, the
    policy. The same file may then be right here and wrong there."""
    of_remarks: bool = False
    """Whether it looks at the remarks of the file, which takes that all others have run."""

    @property
    def page(self) -> str:
        """Where its page is, from the top of the repository."""
        return _page(self.name)

    @property
    def summary(self) -> str:
        """The first line of its page."""
        return self.doc.strip().partition("\n")[0]

    @property
    def sections(self) -> Mapping[str, str]:
        """The text of its page under each of `SECTIONS`; empty where a heading is missing."""
        texts: dict[str, list[str]] = {heading: [] for heading in SECTIONS}
        heading = ""
        for line in self.doc.splitlines():
            if line.strip() in texts:
                heading = line.strip()
            elif heading and set(line) != {"-"}:
                texts[heading].append(line)
        return {title: "\n".join(lines).strip() for title, lines in texts.items()}


def _page(name: str) -> str:
    return f"docs/rules/{name}.md"
