"""The environment of a command that is to have one profile, and no other.

Pure: an environment in, an environment out. What carries or chooses credentials goes, whichever
tool put it there; what says how to get to AWS (CA, proxies, endpoints) stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.locate import EXEC_CONFIG, OWN_CONFIG, OWN_CREDENTIALS, ConfigFiles
from sekisho.model import Environ

__all__ = [
    "ONLY_MARK",
    "PROFILE_MARK",
    "Surroundings",
    "always_removed",
    "carries_credentials",
    "for_command",
]

PROFILE_MARK = "SEKISHO_PROFILE"
"""The profile that a command has; where it is set, there is nothing left to choose."""

ONLY_MARK = "SEKISHO_ONLY"
"""The profiles that a command can ask the agent for, separated by blanks."""

_CARRY = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_FILE",
    "AWS_ACCOUNT_ID",
    "AWS_BEARER_TOKEN_BEDROCK",
}
_CHOOSE = {
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_EB_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SDK_LOAD_CONFIG",
}
_ALSO = {
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
}
"""Some of those below, by their whole names."""
_BEGIN = (
    "AWS_CONTAINER_",
    "AWS_WEB_IDENTITY_",
    "AWS_ROLE_",
    "AWS_LOGIN_",
    # other tools' own
    "AWS_SSO_",
    "AWS_VAULT",
    "AWS_OKTA_",
    "AWSUME_",
    "GRANTED_",
    "LEAPP_",
    "SAML2AWS_",
    # what opens sekisho's own sealed store
    "SEKISHO_SEAL_",
)
_MARKS = {
    PROFILE_MARK,
    ONLY_MARK,
    "SEKISHO_ACCOUNT_ID",
    "SEKISHO_ROLE_NAME",
    "SEKISHO_EXPIRES",
    EXEC_CONFIG,
    OWN_CONFIG,
    OWN_CREDENTIALS,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command is given beside its credentials."""

    profile: str | None
    """Its one profile; `None` where it has several to choose from."""
    files: ConfigFiles
    """The config and credentials files that are made for it."""
    own_files: ConfigFiles | None
    """The person's own, which sekisho reads on their behalf inside; `None`: it shall not."""
    region: str | None
    ca_bundle: Path | None
    """`--ca-bundle`; `None` leaves what the environment says."""


def carries_credentials(name: str) -> bool:
    """Whether the variable `name` carries credentials, or chooses which are used.

    SDKs spell them in capitals; so does this.
    """
    return name in _CARRY or name in _CHOOSE or name.startswith(_BEGIN)


def always_removed() -> tuple[str, ...]:
    """Return the variables that AWS's own tools take credentials from, by name, in order."""
    return tuple(sorted(_CARRY | _CHOOSE | _ALSO))


def for_command(
    environ: Environ, surroundings: Surroundings, credentials: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of a command that gets `credentials`, a set of variables.

    Raises nothing. `environ` is left as it is.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not carries_credentials(name) and name not in _MARKS
    }
    return {**kept, **dict(_given(surroundings)), **credentials}


def _given(surroundings: Surroundings) -> Iterator[tuple[str, str]]:
    yield "AWS_CONFIG_FILE", str(surroundings.files.config)
    yield "AWS_SHARED_CREDENTIALS_FILE", str(surroundings.files.credentials)
    if surroundings.region:
        yield "AWS_REGION", surroundings.region
        yield "AWS_DEFAULT_REGION", surroundings.region
    if surroundings.ca_bundle is not None:
        yield "AWS_CA_BUNDLE", str(surroundings.ca_bundle.absolute())
    if surroundings.profile is not None:
        yield PROFILE_MARK, surroundings.profile
    if surroundings.own_files is not None:
        yield EXEC_CONFIG, str(surroundings.files.config)
        yield OWN_CONFIG, _from_anywhere(surroundings.own_files.config)
        yield OWN_CREDENTIALS, _from_anywhere(surroundings.own_files.credentials)


def _from_anywhere(path: Path) -> str:
    """The command may go to another folder; `Path("")` is no file there, too."""
    return str(path.absolute()) if path.name else ""
