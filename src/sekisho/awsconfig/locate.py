"""Which files are the AWS config and credentials files."""

import contextlib
import pwd
import re
from pathlib import Path

from sekisho.model import Environ
from sekisho.values import dataclass

__all__ = ["EXEC_CONFIG", "OWN_CONFIG", "OWN_CREDENTIALS", "ConfigFiles", "locate"]

EXEC_CONFIG = "SEKISHO_EXEC_CONFIG_FILE"
"""What `sekisho exec` and `shell` have set AWS_CONFIG_FILE to, for the command's sake."""
OWN_CONFIG = "SEKISHO_OWN_CONFIG_FILE"
"""The person's own config file, which sekisho itself goes on to read there: to sign in anew, say."""
OWN_CREDENTIALS = "SEKISHO_OWN_CREDENTIALS_FILE"
"""The same for the credentials file."""

_VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)
"""What `os.path.expandvars` takes for a variable."""


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """The two files that the AWS CLI and SDKs read profiles from; either may be absent."""

    config: Path
    """`~/.aws/config`, or what `AWS_CONFIG_FILE` names."""
    credentials: Path
    """`~/.aws/credentials`, or what `AWS_SHARED_CREDENTIALS_FILE` names."""


def locate(environ: Environ, home: Path) -> ConfigFiles:
    """Return the paths of both files, expanded as botocore does when it reads: `$VAR`, then `~`.

    A variable that is set to nothing means no file, as for botocore: it becomes `Path("")`,
    which `profiles.read` takes for an absent file. Nothing is opened (`spec/aws-cli.md` §1.1).
    Inside `sekisho exec`, as long as AWS_CONFIG_FILE is what that made it, they are the person's own.
    """
    if EXEC_CONFIG in environ and environ[EXEC_CONFIG] == environ.get("AWS_CONFIG_FILE"):
        return ConfigFiles(
            Path(environ.get(OWN_CONFIG, "")), Path(environ.get(OWN_CREDENTIALS, ""))
        )
    return ConfigFiles(
        config=_path(environ, "AWS_CONFIG_FILE", home, "config"),
        credentials=_path(environ, "AWS_SHARED_CREDENTIALS_FILE", home, "credentials"),
    )


def _path(environ: Environ, variable: str, home: Path, name: str) -> Path:
    configured = environ.get(variable)
    if configured is None:
        return home / ".aws" / name
    return Path(_with_home(_VARIABLE.sub(lambda m: _value(m, environ), configured), home))


def _value(variable: re.Match[str], environ: Environ) -> str:
    """An unknown variable stays as it is written."""
    return environ.get(variable[1].strip("{}"), variable[0])


def _with_home(text: str, home: Path) -> str:
    """`~` is the handed-in home; `~name` is that user's, or stays where there is no such user."""
    first, slash, rest = text.partition("/")
    if first == "~":
        return f"{home}{slash}{rest}"
    if first.startswith("~"):
        with contextlib.suppress(KeyError):
            return f"{pwd.getpwnam(first[1:]).pw_dir}{slash}{rest}"
    return text
