"""A `credential_process` has a secret among its arguments.

What it finds
-------------
An argument that is named as a secret is (`--secret`, `--password`, `--token`, …) and has a value,
`NAME=value` likewise, and an access key id with what looks like its secret key.

Why it matters
--------------
Arguments of a process are seen by every user of the machine (`ps`), and the config file is copied
and shared as files with passwords in them are not. No report of sekisho's shows the value.

What to do
----------
Let the program read it from a keyring, or from a file that only you can read; and take that secret
for known, and change it.
"""

import re
import shlex
from collections.abc import Iterator, Sequence

from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where

__all__ = ["RULE"]

_KEY = "credential_process"
_NAME = re.compile(
    r"-{0,2}[\w-]*(secret|password|passwd|passphrase|token|api-?key)[\w-]*", re.IGNORECASE
)
_NO_SECRET = re.compile(
    r"[\w-]*(token|secret|password)[_-]?(file|path|id|name|env|type|stdin)s?", re.IGNORECASE
)
"""Where the secret is, or which one: not the secret."""
_ACCESS_KEY = re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}")


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        setting = profile.settings.get(_KEY)
        if setting is None or not isinstance(setting.value, str):
            continue
        what = _secret_in(_words(setting.value))
        if what is not None:
            yield Found(
                place=subject.key(setting),
                message=f"the {_KEY} of profile {profile.name} is given a secret: {what}",
                effect="Every user of this machine sees it while the process runs.",
                do=f"take it out of {where(setting)}, and change the secret",
                profiles=(profile.name,),
            )


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _secret_in(words: Sequence[str]) -> str | None:
    """The name of the argument; never its value."""
    for number, word in enumerate(words):
        if _ACCESS_KEY.fullmatch(word.rpartition("=")[2]):
            return "an access key"
        name, equals, value = word.partition("=")
        if not _NAME.fullmatch(name) or _NO_SECRET.fullmatch(name.lstrip("-")):
            continue
        if equals and value and not value.startswith(("$", "/", "~")):
            return name
        follows = words[number + 1] if number + 1 < len(words) else "-"
        if not equals and name.startswith("-") and not follows.startswith(("-", "$", "/", "~")):
            return name
    return None


RULE = Rule(
    id="SK308",
    name="secret-in-process",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a password, a token and a pair of keys",
            """\
[profile a]
credential_process = fetch --user me --password fake-not-a-secret
[profile b]
credential_process = fetch --api-token=fake-not-a-secret
[profile c]
credential_process = keys AKIAFAKEFAKEFAKEFAKE fake-not-a-secret
""",
            lines=(2, 4, 6),
            says=("is given a secret: --password",),
        ),
    ),
    good=(
        Case(
            "where the secret is, and not what",
            """\
[profile a]
credential_process = fetch --token-file /run/secrets/token --secret-name aws/dev
[profile b]
credential_process = "/opt/my tools/sekisho" credential-process --profile b
""",
        ),
    ),
)
