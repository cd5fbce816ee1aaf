"""A `credential_process` starts a program that is not there.

What it finds
-------------
A `credential_process` whose first word is no program: a path without an executable file, or a name
that is nowhere on the PATH; one that begins with `~` or `$`, which nobody expands; and one whose
quotes do not close. Programs are looked for only when lint reads your own two files: in CI, where a
file is named, the machine says nothing about the ones it is for.

Why it matters
--------------
AWS tools start it without a shell. `[Errno 2] No such file or directory: '~/bin/fetch'` is all they
say.

What to do
----------
Write the whole path, in quotes where it has a blank in it. For a guarded profile
`sekisho isolate --guard --profile NAME` does that.
"""

import shlex
from collections.abc import Iterator

from sekisho.awsconfig.guarded import is_guarded
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where

__all__ = ["RULE"]

_KEY = "credential_process"


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        setting = profile.settings.get(_KEY)
        if setting is None or not isinstance(setting.value, str):
            continue
        problem = _problem(subject, setting.value)
        if problem is not None:
            message, effect = problem
            yield Found(
                place=subject.key(setting),
                message=f"the {_KEY} of profile {profile.name} cannot be started: {message}",
                effect=effect,
                do=f"sekisho isolate --guard --profile {shlex.quote(profile.name)}"
                if is_guarded(profile)
                else f"write the program's whole path in {where(setting)}",
                profiles=(profile.name,),
            )


def _problem(subject: Subject, command: str) -> tuple[str, str] | None:
    try:
        words = shlex.split(command)
    except ValueError as error:
        return "its quotes do not close", str(error)
    if not words:
        return "it is empty", "list index out of range"
    program = words[0]
    nothing = f"[Errno 2] No such file or directory: '{program}'"
    if program.startswith(("~", "$")):
        return f"nobody expands {program[0]}", nothing
    if subject.has_program is not None and not subject.has_program(program):
        return f"there is no program {program}", nothing
    return None


RULE = Rule(
    id="SK309",
    name="process-missing",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a tilde, a quote that stays open, and nothing at all",
            """\
[profile a]
credential_process = ~/bin/fetch --profile a
[profile b]
credential_process = "/opt/my tools/fetch --profile b
[profile c]
credential_process =
""",
            lines=(2, 4, 6),
            says=("nobody expands ~", "No such file or directory: '~/bin/fetch'"),
        ),
    ),
    good=(
        Case(
            "a whole path",
            """\
[profile a]
credential_process = "/opt/my tools/fetch" --profile a
""",
        ),
    ),
    looks_around=True,
)
