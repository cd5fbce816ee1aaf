"""The AWS CLIs on the PATH, and whether they know `sso-session`.

Since when they do: AWS CLI v2 2.9.0, and botocore 1.29.10, which the AWS CLI v1 is made of
(the `.changes` of aws-cli and botocore).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import UsageError
from sekisho.ports import Finished

__all__ = ["CHECK"]

_SECONDS = 15.0
_VERSION = re.compile(r"aws-cli/(\d+)\.(\d+)\.(\d+)")
_BOTOCORE = re.compile(r"botocore/(\d+)\.(\d+)\.(\d+)")
_V2_KNOWS, _BOTOCORE_KNOWS = (2, 9, 0), (1, 29, 10)
_UPDATE = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"


def _look(subject: Subject) -> Iterator[Result]:
    programs = subject.around.programs
    found = programs.find("aws")
    if not found:
        yield Result(Gravity.OK, "there is no aws on the PATH; sekisho needs none")
        return
    for path in found:
        first = path == found[0]
        try:
            said = programs.run([str(path), "--version"], seconds=_SECONDS)
        except UsageError as error:
            yield Result(Gravity.WARNING, error.what, do=error.do, about=str(path))
            continue
        yield _told(path, said, first=first, sessions=_sessions(subject))


def _sessions(subject: Subject) -> bool:
    """Whether the config has any sso-session."""
    return bool(subject.config and subject.config.sessions)


def _told(path: Path, said: Finished | None, *, first: bool, sessions: bool) -> Result:
    version = _VERSION.search(said.output) if said else None
    if said is None or version is None:
        what = (
            f"did not answer within {_SECONDS:.0f} seconds" if said is None else "tells no version"
        )
        return Result(
            Gravity.WARNING,
            f"{path} --version {what}",
            do=f"{path} --version",
            about=str(path),
        )
    shown = ".".join(version.groups())
    number = _number(version)
    if _knows(number, said.output):
        note = "" if number >= (2,) else ", without `aws sso login`: version 1 has none"
        return Result(Gravity.OK, f"{path} {shown}{note}", about=str(path))
    return Result(
        Gravity.WARNING if sessions and first else Gravity.INFO,
        f"{path} is version {shown}, and does not know sso-session",
        "It reads a profile that names one as half an SSO profile, and fails."
        if sessions
        else "Profiles in the legacy form are all that it can use.",
        f"update it: {_UPDATE}",
        about=str(path),
    )


def _knows(number: tuple[int, ...], output: str) -> bool:
    if number >= (2,):
        return number >= _V2_KNOWS
    botocore = _BOTOCORE.search(output)
    return botocore is not None and _number(botocore) >= _BOTOCORE_KNOWS


def _number(found: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in found.groups())


CHECK = Check("aws-cli", "the AWS CLIs on the PATH, and whether they know sso-session", _look)
