"""A file with credentials in it can be read by other users of the machine.

What it finds
-------------
The credentials file, or a config file with static keys in it, whose mode lets its group or others
read it. It is looked at where lint reads your own two files, and not where a file is named.

Why it matters
--------------
A static key is good until somebody deletes it, for whoever reads it.

What to do
----------
`chmod 600` the file.
"""

import shlex
from collections.abc import Iterator

from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Source, Subject

__all__ = ["RULE"]

_OTHERS_READ = 0o044
_SECRETS = ("aws_secret_access_key", "aws_session_token", "aws_security_token")


def _check(subject: Subject) -> Iterator[Found]:
    for source in (subject.config, subject.credentials):
        line = _first_secret(source)
        if line is not None and source.mode is not None and source.mode & _OTHERS_READ:
            yield Found(
                place=source.key(line),
                message=f"{source.path} has keys in it, and others can read it (mode "
                f"{source.mode:04o})",
                effect="Every user of this machine, or of its group, can use these keys.",
                do=f"chmod 600 {shlex.quote(str(source.path))}",
            )


def _first_secret(source: Source) -> int | None:
    lines = (
        entry.first
        for section in source.document.sections
        for entry in section.entries
        if entry.name in _SECRETS and entry.value
    )
    return next(lines, None)


RULE = Rule(
    id="SK401",
    name="readable-by-others",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a credentials file that its group can read",
            "",
            credentials="""\
[ci]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
            mode=0o640,
            credentials_lines=(3,),
            says=("others can read it (mode 0640)",),
        ),
    ),
    good=(
        Case(
            "only its owner can",
            "",
            credentials="""\
[ci]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
            mode=0o600,
        ),
        Case(
            "there is no key in it",
            """\
[profile dev]
region = us-east-1
""",
            mode=0o644,
        ),
    ),
    looks_around=True,
)
