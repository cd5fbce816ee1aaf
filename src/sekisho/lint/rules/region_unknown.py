"""A Region that is none, or that nobody knows.

What it finds
-------------
`region` and `sso_region`, in profiles and sso-sessions: a value that cannot be a Region (blanks,
capitals in odd places, an availability zone such as `us-east-1a`), and one that can, and that is not
in AWS's list.

Why it matters
--------------
A Region becomes part of a host name. What cannot be one is refused: `Provided region_name
'us-east-1 ; virginia' doesn't match a supported format.` A misspelt one is asked for as a host that
does not exist: `Could not connect to the endpoint URL`.

What to do
----------
Correct it. A Region that is newer than this sekisho is reported as well: a remark
`# sekisho: ignore region-unknown` above the line silences it.
"""

from collections.abc import Iterator

from sekisho.aws.regions import KNOWN_REGIONS, wrong_region
from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import Suggestions, has_comment, where, without_quotes

__all__ = ["RULE"]

_KEYS = ("region", "sso_region")
_GLOBAL = "-global"
"""Names of AWS's own for what has no Region."""


def _check(subject: Subject) -> Iterator[Found]:
    suggestions = Suggestions(KNOWN_REGIONS)
    for said in subject.texts(*_KEYS):
        if _is_fine(said.value):
            continue
        near = suggestions.of(said.value.lower())
        yield Found(
            place=subject.value(said.setting),
            message=f'there is no Region "{said.value}"'
            + (f"; did you mean {near}?" if near else ""),
            effect=f"Provided region_name '{said.value}' doesn't match a supported format."
            if wrong_region(said.value)
            else "Its services are asked for at hosts that do not exist: Could not connect to the "
            "endpoint URL.",
            do=f"write `{said.key} = {near or 'REGION'}` in {where(said.setting)}",
            profiles=said.profiles,
            fix=rewritten(subject, said.setting, said.key, near),
        )


def _is_fine(value: str) -> bool:
    """A Region in quotes, or with a comment behind it, is another rule's business."""
    known = value in KNOWN_REGIONS or value.endswith(_GLOBAL)
    return known or has_comment(value) or without_quotes(value) in KNOWN_REGIONS


RULE = Rule(
    id="SK302",
    name="region-unknown",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a letter is missing",
            """\
[profile dev]
region = ap-norteast-1
""",
            lines=(2,),
            says=('there is no Region "ap-norteast-1"; did you mean ap-northeast-1?',),
            fixed="""\
[profile dev]
region = ap-northeast-1
""",
        ),
        Case(
            "an availability zone, and what is no host name",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1a

[profile dev]
region = US East 1
""",
            lines=(3, 6),
            says=("Could not connect to the endpoint URL",),
            fixed="""\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile dev]
region = us-east-1
""",
        ),
    ),
    good=(
        Case(
            "Regions of several partitions",
            """\
[profile dev]
region = ap-northeast-1

[profile cn]
region = cn-north-1

[profile old]
region = aws-global
""",
        ),
    ),
)
