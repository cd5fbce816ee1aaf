"""How the `credential_process` that asks sekisho is spelt, and which profile one asks for.

One spelling for two kinds of readers: botocore and the AWS CLI split it into words as a POSIX shell
would and start no shell; the SDKs for JavaScript, Go and Java hand it to `sh -c`. And the config is
read by parsers for which ` #` and ` ;` begin a comment, whatever quotes are around them.
"""

import re
import shlex
from pathlib import PurePath

from sekisho.values import dataclass

__all__ = ["PROCESS_KEY", "Asked", "asked_for", "is_plain_command", "process_command"]

PROCESS_KEY = "credential_process"
"""What AWS tools read of a guarded profile."""
_VERB = "credential-process"
_OPTION = "--profile"
_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_SAME_IN_DOUBLE_QUOTES = re.compile(r'[^"$`\\!]*')
"""What a shell does nothing with between double quotes."""
_COMMENT = re.compile(r"(\s)([#;])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a `credential_process` of sekisho's form asks for."""

    program: str
    """The first word."""
    profile: str

    @property
    def is_sekisho(self) -> bool:
        """Whether the program is called as sekisho is; other tools have that verb, too."""
        return PurePath(self.program).name == "sekisho"


def process_command(program: str, profile: str) -> str:
    """Spell the `credential_process` by which `program`, a name or a path, serves `profile`.

    A path stands between quotes, plain or not, as AWS's own examples have it.
    """
    named = f"{_OPTION}={profile}" if profile.startswith("-") else profile
    option = "" if profile.startswith("-") else f"{_OPTION} "
    return f"{_quoted(program, always='/' in program)} {_VERB} {option}{_quoted(named)}"


def asked_for(command: str) -> Asked | None:
    """Return what a `credential_process` asks for; `None` where it is not of sekisho's form."""
    try:
        program, *words = shlex.split(command)
    except ValueError:
        return None
    if _VERB not in words:
        return None
    for index, word in enumerate(words):
        if word.startswith(f"{_OPTION}="):
            return Asked(program, word.partition("=")[2])
        if word == _OPTION and index + 1 < len(words):
            return Asked(program, words[index + 1])
    return None


def is_plain_command(command: str) -> bool:
    """Whether `command` says nothing but a program and a profile, spelt as here: no secret is in it."""
    asked = asked_for(command)
    return asked is not None and process_command(asked.program, asked.profile) == command


def _quoted(word: str, *, always: bool = False) -> str:
    """Quote `word`: in double quotes where that is the same, which is what Windows knows, too."""
    if _PLAIN.fullmatch(word) and not always:
        return word
    double = _SAME_IN_DOUBLE_QUOTES.fullmatch(word) is not None
    quote, quoted = ('"', f'"{word}"') if double else ("'", shlex.quote(word))
    return _COMMENT.sub(rf"\1{quote}{quote}\2", quoted)
