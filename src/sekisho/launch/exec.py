"""The two ways in which a command is given one profile's credentials.

*Fixed*: keys in its environment, which expire. *Served*: the address of an endpoint that has good
ones whenever it is asked (`guard/endpoint.py`).
"""

from datetime import UTC
from pathlib import Path

from sekisho import files
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.credentials.formats import variables
from sekisho.errors import Nested
from sekisho.launch.environment import ONLY_MARK, PROFILE_MARK
from sekisho.model import Environ, RoleCredentials
from sekisho.secret import Secret
from sekisho.store.keys import sha256_hex

__all__ = [
    "files_in",
    "fixed",
    "keep_settings",
    "refuse_nesting",
    "served",
    "write_settings",
    "write_socket_place",
    "write_token",
]

_TOKEN = "token"


def refuse_nesting(environ: Environ, *, wanted: str | None) -> None:
    """Raise `Nested` inside a command that has a profile already; `wanted` is what it asks for."""
    has = environ.get(PROFILE_MARK, environ.get(ONLY_MARK))
    if has is not None:
        raise Nested(has, wanted=f"the profile {wanted}" if wanted else "another")


def fixed(credentials: RoleCredentials) -> dict[str, str]:
    """Return the variables of a command that gets `credentials` as they are.

    Raises `NotExportable`.
    """
    expires = credentials.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**variables(credentials), **_whose(credentials), "SEKISHO_EXPIRES": expires}


def served(credentials: RoleCredentials, url: str, folder: Path) -> dict[str, str]:
    """Return the variables of a command that asks at `url` whenever it needs credentials.

    `credentials` say whose they are; `folder` has what `write_settings` and `write_token` wrote.
    """
    return {
        **_whose(credentials),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(folder / _TOKEN),
        # botocore looks for keys in ~/.boto before it asks a container's endpoint
        "BOTO_CONFIG": str(files_in(folder).credentials),
    }


def write_settings(folder: Path, text: str) -> ConfigFiles:
    """Write a config file with `text`, and an empty credentials file. Raises `FileError`."""
    made = files_in(folder)
    for path, wanted in ((made.config, text.encode()), (made.credentials, b"")):
        if files.read(path) != wanted:
            files.write_private(path, wanted)
    return made


def keep_settings(state: Path, text: str) -> ConfigFiles:
    """Write the same below the state folder, for a command that outlives sekisho.

    Nobody is left to remove them, so there is one folder for one text. Raises `FileError`.
    """
    return write_settings(state / "exec" / sha256_hex(text)[:16], text)


def write_token(folder: Path, token: Secret) -> None:
    """Write what the endpoint wants to hear, for SDKs to read. Raises `FileUnwritable`.

    Without a newline: botocore refuses a header that has one (`spec/aws-cli.md` §9.2).
    """
    files.write_private(folder / _TOKEN, token.reveal().encode())


def write_socket_place(folder: Path) -> Path:
    """Make the place in `folder` where a sandbox is to see a socket. Raises `FileUnwritable`."""
    place = folder / "agent.sock"
    files.write_private(place, b"")
    return place


def files_in(folder: Path) -> ConfigFiles:
    """Return the files of `write_settings`, by where `folder` is seen."""
    return ConfigFiles(folder / "config", folder / "credentials")


def _whose(credentials: RoleCredentials) -> dict[str, str]:
    return {
        "SEKISHO_ACCOUNT_ID": credentials.role.account_id,
        "SEKISHO_ROLE_NAME": credentials.role.role_name,
    }
