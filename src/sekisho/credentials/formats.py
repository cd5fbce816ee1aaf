"""Role credentials as other programs read them: shells, SDKs, and readers of .env files.

What AWS issues is written byte for byte as `aws configure export-credentials` writes it
(`spec/aws-cli.md` §7.2). The AWS CLI quotes nothing; here every other text is quoted, so that
whoever evaluates it gets the exact value and runs nothing. A text that a format has no safe
spelling for is refused. This is where the secrets leave: they go to stdout and nowhere else.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC

from sekisho.errors import NotExportable
from sekisho.model import RoleCredentials
from sekisho.store.cachefile import spell_time

__all__ = [
    "FORMATS",
    "Format",
    "dotenv",
    "env",
    "env_no_export",
    "fish",
    "nushell",
    "powershell",
    "process",
    "process_json",
    "variables",
    "windows_cmd",
]

Format = Callable[[RoleCredentials], str]
"""Spells credentials as a text that ends in a newline. May raise `NotExportable`."""

_BARE = re.compile(r"(?:[A-Za-z0-9_+/.,@%-]|:(?!=))+={0,2}")
"""What no shell reads as anything but itself. zsh looks up `=NAME`, so `=` stands at the end only."""


def process_json(credentials: RoleCredentials) -> str:
    """Return the JSON of a `credential_process` on one line, without the newline.

    `Version` is the integer 1, and `Expiration` ends in `Z`, which the oldest SDKs read too
    (`spec/aws-cli.md` §9.1).
    """
    return json.dumps(
        {
            "Version": 1,
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key.reveal(),
            "SessionToken": credentials.session_token.reveal(),
            "Expiration": spell_time(credentials.expires_at),
            "AccountId": credentials.role.account_id,
        }
    )


def process(credentials: RoleCredentials) -> str:
    """Spell them as a `credential_process` may, in the AWS CLI's own form: without `AccountId`."""
    fields = {
        "Version": 1,
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "SessionToken": credentials.session_token.reveal(),
        "Expiration": _expiration(credentials),
    }
    return f"{json.dumps(fields, indent=2)}\n"


def variables(credentials: RoleCredentials) -> dict[str, str]:
    """Return them as the environment of a program has them. Raises `NotExportable`."""
    return dict(_pairs(credentials, "env"))


def env(credentials: RoleCredentials) -> str:
    """Spell them for sh, bash, zsh and ksh, exported."""
    return "".join(f"export {name}={_posix(value)}\n" for name, value in _pairs(credentials, "env"))


def env_no_export(credentials: RoleCredentials) -> str:
    """Spell them for the same shells, as plain assignments."""
    pairs = _pairs(credentials, "env-no-export")
    return "".join(f"{name}={_posix(value)}\n" for name, value in pairs)


def powershell(credentials: RoleCredentials) -> str:
    """Spell them for PowerShell (about_Quoting_Rules, about_Special_Characters).

    Each statement stays on one line, because `| Invoke-Expression` takes line by line.
    """
    return "".join(
        f'$Env:{name}="{_in_powershells_quotes(value)}"\n'
        for name, value in _pairs(credentials, "powershell")
    )


def windows_cmd(credentials: RoleCredentials) -> str:
    """Spell them for cmd.exe, which has no spelling for quotes, `%`, `!` and ends of lines."""
    lines = []
    for name, value in _pairs(credentials, "windows-cmd", refused='"%!\r\n'):
        assignment = f"{name}={value}"
        quoted = assignment if _BARE.fullmatch(value) else f'"{assignment}"'
        lines.append(f"set {quoted}\n")
    return "".join(lines)


def fish(credentials: RoleCredentials) -> str:
    r"""Spell them for fish, whose double quotes know `\\`, `\"` and `\$`, but not `\n`."""
    return "".join(
        f'set -gx {name} "{_on_one_line(_escaped(value, "$"), cr=_FISH_CR, lf=_FISH_LF)}"\n'
        for name, value in _pairs(credentials, "fish")
    )


_FISH_CR, _FISH_LF = r'"\r"', r'"\n"'
"""The quotes end, the escape stands on its own, and they begin again."""


def nushell(credentials: RoleCredentials) -> str:
    """Spell them as a record for `| from json | load-env`: nothing is evaluated."""
    return f"{json.dumps(dict(_pairs(credentials, 'nushell')))}\n"


def dotenv(credentials: RoleCredentials) -> str:
    r"""Spell them for the readers of .env files, which agree on little.

    1. What needs no quotes has none: even `docker run --env-file`, which knows no quotes, reads it.
    2. Single quotes, with nothing special inside.
    3. Double quotes with `\\`, `\"`, `\r` and `\n`; there `$` would be replaced, so it is refused.
    """
    return "".join(f"{name}={_dotenv(name, v)}\n" for name, v in _pairs(credentials, "dotenv"))


FORMATS: Mapping[str, Format] = {
    "env": env,
    "env-no-export": env_no_export,
    "process": process,
    "powershell": powershell,
    "windows-cmd": windows_cmd,
    "fish": fish,
    "nushell": nushell,
    "dotenv": dotenv,
}
"""The formats of `sekisho export`, by name; the first is its default."""


def _pairs(
    credentials: RoleCredentials, form: str, *, refused: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the AWS CLI's variables, in its order.

    No variable can hold a NUL. Raises `NotExportable` for one, and for a character of `refused`.
    """
    for name, value in (
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.reveal()),
        ("AWS_SESSION_TOKEN", credentials.session_token.reveal()),
        ("AWS_CREDENTIAL_EXPIRATION", _expiration(credentials)),
    ):
        if not set(value).isdisjoint({"\0", *refused}):
            raise NotExportable(name, form=form)
        yield name, value


def _expiration(credentials: RoleCredentials) -> str:
    """Spell the time as Python does, `+00:00` and all."""
    return credentials.expires_at.astimezone(UTC).replace(microsecond=0).isoformat()


def _posix(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    inside = value.replace("'", r"'\''")
    return f"'{inside}'"


def _in_powershells_quotes(value: str) -> str:
    """Typographic quotes end a string there, too."""
    escaped = "".join(f"`{c}" if c in '`$"“”„' else c for c in value)
    return _on_one_line(escaped, cr="`r", lf="`n")


def _dotenv(name: str, value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    if set(value).isdisjoint("'\\\r\n") and "${" not in value:
        return f"'{value}'"
    if not set(value).isdisjoint("$`"):
        raise NotExportable(name, form="dotenv")
    return f'"{_on_one_line(_escaped(value), cr=_ESCAPED_CR, lf=_ESCAPED_LF)}"'


_ESCAPED_CR, _ESCAPED_LF = r"\r", r"\n"


def _escaped(value: str, also: str = "") -> str:
    """Put a backslash before each backslash, double quote, and character of `also`."""
    return "".join(f"\\{c}" if c in {"\\", '"', *also} else c for c in value)


def _on_one_line(value: str, *, cr: str, lf: str) -> str:
    return value.replace("\r", cr).replace("\n", lf)
