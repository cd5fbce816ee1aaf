"""A config or credentials file that AWS tools refuse to read.

What it finds
-------------
What botocore's parser does not take: a line that is neither a section nor a setting, text before
the first section, a section or a key that is there twice, a byte order mark, a byte that is not
UTF-8, a line without `=` in a nested block. Every such place is reported, not only the first.

Why it matters
--------------
One of them is enough: every command of the AWS CLI and every program on boto3 fails with `Unable
to parse config file`, for all profiles, and the message does not say in which line.

What to do
----------
Mend the line. The other rules look at what is left of the file without it, so run `sekisho lint`
again afterwards.
"""

from collections.abc import Iterator
from typing import assert_never

from sekisho.awsconfig.document import Fault, FaultKind
from sekisho.awsconfig.repair import CommentOut, DropMark, stretch_of
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Source, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    for source in (subject.config, subject.credentials):
        for fault in source.document.faults:
            yield _found(source, fault)


def _found(source: Source, fault: Fault) -> Found:
    return Found(
        place=source.point(fault.line, fault.column),
        message=fault.message,
        effect=f"Unable to parse config file: {source.path}\n"
        "Every AWS CLI command and every program on boto3 stops there, for all profiles.",
        do=_do(fault.kind, f"line {fault.line} of {source.path}"),
        fix=_fix(source, fault),
    )


def _fix(source: Source, fault: Fault) -> Fix | None:
    """What is in the way becomes a comment. Which of two was meant, nobody can know: unsafe."""
    if fault.kind is FaultKind.UNDECODABLE:
        return None
    if fault.kind is FaultKind.BOM:
        return Fix((DropMark(),), Fixable.UNSAFE)
    lines = stretch_of(source.document, fault)
    return Fix((CommentOut(lines[0], lines[-1]),), Fixable.UNSAFE)


def _do(kind: FaultKind, where: str) -> str:
    match kind:
        case FaultKind.BOM:
            return f"save the file without a byte order mark ({where})"
        case FaultKind.UNDECODABLE:
            return f"save the file as UTF-8 ({where})"
        case FaultKind.BEFORE_HEADER:
            return f"put a [section] above {where}, or make it a comment with #"
        case FaultKind.NONSENSE:
            return f"write {where} as `key = value`, or make it a comment with #"
        case FaultKind.DUPLICATE_SECTION:
            return f"rename the section in {where}, or move its settings to the first one"
        case FaultKind.DUPLICATE_KEY:
            return f"remove {where}, or the other one"
        case FaultKind.NESTED_WITHOUT_EQUALS:
            return f"write {where} as `key = value`, or take away its indent"
        case _:
            assert_never(kind)


RULE = Rule(
    id="SK200",
    name="config-unreadable",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a section is there twice, and a line has no `=`",
            """\
[profile dev]
region ap-northeast-1
output = json

[profile dev]
region = ap-northeast-1
""",
            lines=(2, 5),
            says=("neither a [section] nor `key = value`", "Unable to parse config file: "),
            fixed="""\
[profile dev]
# region ap-northeast-1
output = json

# [profile dev]
# region = ap-northeast-1
""",
        ),
        Case(
            "a key is there twice",
            """\
[profile dev]
region = ap-northeast-1
Region = us-east-1
""",
            lines=(3,),
            says=("key region is in this section twice; the first is at line 2",),
        ),
        Case(
            "a setting stands before any section",
            """\
region = ap-northeast-1
[default]
output = json
""",
            lines=(1,),
            says=("text before the first [section]",),
        ),
        Case(
            "the credentials file has a line that is nothing",
            """\
[default]
region = ap-northeast-1
""",
            credentials="""\
[default]
aws_access_key_id
""",
            credentials_lines=(2,),
        ),
    ),
    good=(
        Case(
            "comments, blank lines, nested blocks and unknown sections are all fine",
            """\
# work
[default]
region = ap-northeast-1
s3 =
  max_concurrent_requests = 20

[plugins]
; none
""",
        ),
    ),
)
