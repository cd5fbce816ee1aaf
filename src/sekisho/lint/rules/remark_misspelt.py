"""A remark that silences nothing, because it is not written as remarks are.

What it finds
-------------
`# sekisho: ignore` with a word that is no rule, or with none at all, and comments that look like
one: `# sekisho ignore SK104`, `# sekisho: disable SK104`.

Why it matters
--------------
A remark has to name its rules, so that it does not silence what nobody has seen yet. One that names
none silences nothing: the finding that it was written for is still there.

What to do
----------
Write `# sekisho: ignore SK104`, with ids, starts of ids (`SK1`) or names of rules, and commas between
them, on a line of its own above the line or the section. A reason goes behind two hyphens:
`# sekisho: ignore SK104 -- the build wants it so`. `sekisho lint --rules` lists the rules.
"""

import re
from collections.abc import Iterator

from sekisho.awsconfig.repair import Reword
from sekisho.awsconfig.shown import shown
from sekisho.lint.ignored import Verdict
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Source, Subject
from sekisho.lint.wording import listed

__all__ = ["RULE"]

_LOOKS_LIKE_ONE = re.compile(
    r"\s*[#;]\s*sekisho\b[\s:,-]*"
    r"(?:ignor\w*|disabl\w*|allow\w*|silenc\w*|skip|noqa|nolint)\b[\s:\[(-]*(SK\d+)\b.*",
    re.IGNORECASE,
)
_SILENT = "It silences nothing."


def _check(subject: Subject) -> Iterator[Found]:
    for source in (subject.config, subject.credentials):
        for verdict in source.verdicts:
            if not verdict.remark.words:
                yield _without_words(source, verdict)
            elif verdict.unknown:
                yield _with_strange_words(source, verdict)
        remarks = {remark.line for remark in source.remarks}
        for number, line in enumerate(source.document.lines, 1):
            said = _LOOKS_LIKE_ONE.fullmatch(line.rstrip("\r\n"))
            if said is not None and number not in remarks:
                yield _nearly(source, number, said[1].upper())


def _without_words(source: Source, verdict: Verdict) -> Found:
    return Found(
        place=source.point(verdict.remark.line),
        message="this remark names no rule",
        effect=_SILENT,
        do=f"name the rules in line {verdict.remark.line} of {source.path}, as in "
        "`# sekisho: ignore SK104`",
    )


def _with_strange_words(source: Source, verdict: Verdict) -> Found:
    remark, strange = verdict.remark, dict(verdict.unknown)
    meant = tuple(dict.fromkeys(strange.get(word, word) or word for word in remark.words))
    text, where = remark.reworded(meant), f"line {remark.line} of {source.path}"
    known = None not in strange.values()
    rest = "" if len(strange) == len(remark.words) else " The other names hold."
    return Found(
        place=source.point(remark.line),
        message=f"no rule answers to {listed(list(strange))}",
        effect=f"{_SILENT if not rest else 'That name silences nothing.'}{rest}",
        do=f"write `{shown(text.strip())}` in {where}"
        if known
        else f"correct the names in {where} (sekisho lint --rules lists them); a reason goes behind "
        "two hyphens, `--`",
        fix=Fix((Reword(remark.line, text),), Fixable.UNSAFE) if known else None,
    )


def _nearly(source: Source, number: int, rule: str) -> Found:
    return Found(
        place=source.point(number),
        message="this comment looks like a remark to sekisho, and is none",
        effect=_SILENT,
        do=f"write `# sekisho: ignore {rule}` in line {number} of {source.path}",
    )


RULE = Rule(
    id="SK219",
    name="remark-misspelt",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    of_remarks=True,
    bad=(
        Case(
            "a name that is nearly a rule's",
            """\
[profile dev]
# sekisho: ignore mispelt-key
ouput = json
""",
            lines=(2,),
            says=("no rule answers to mispelt-key",),
            fixed="""\
[profile dev]
# sekisho: ignore misspelt-key
ouput = json
""",
        ),
        Case(
            "no name, an id that is none, and a word too many",
            """\
[profile dev]
# sekisho: ignore
ouput = json
# sekisho: ignore SK999
regoin = us-east-1
# sekisho: ignore SK201 because
regino = us-east-1
""",
            lines=(2, 4, 6),
            says=("this remark names no rule",),
        ),
        Case(
            "as other tools have it",
            """\
[profile dev]
# sekisho: disable SK201
ouput = json
# sekisho ignore SK201
regoin = us-east-1
""",
            lines=(2, 4),
            says=("looks like a remark to sekisho, and is none",),
        ),
    ),
    good=(
        Case(
            "rules by id, start and name, with a reason",
            """\
# sekisho: ignore SK201, SK3, start-url-spellings -- because of the old build
[profile dev]
ouput = json
# SK201 was here once, and sekisho found it
region = us-east-1
""",
        ),
    ),
)
