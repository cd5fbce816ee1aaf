"""What other tools would use in an environment: which profile, Region and kind of credentials.

The orders are those of the AWS CLI v2 and of botocore, which boto3 and the AWS CLI v1 are made
of; where the two differ, `spec/aws-cli.md` §1.4, §1.7 and §1.8 say so.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from sekisho.awsconfig.settings import AwsConfig, Profile, Setting
from sekisho.model import Environ, ProfileName
from sekisho.values import dataclass

__all__ = ["Choice", "Method", "Tool", "Way", "is_chain", "ways_of", "would_use"]


class Tool(StrEnum):
    """Whose order it is."""

    AWS_CLI_V2 = "aws-cli-v2"
    BOTOCORE = "botocore"
    """boto3 and the AWS CLI v1, too."""


class Method(StrEnum):
    """How a tool comes by credentials, by the names that `aws configure list` shows."""

    ENVIRONMENT = "env"
    ASSUME_ROLE = "assume-role"
    WEB_IDENTITY = "assume-role-with-web-identity"
    SSO = "sso"
    CREDENTIALS_FILE = "shared-credentials-file"
    LOGIN = "login"
    PROCESS = "custom-process"
    CONFIG_FILE = "config-file"
    CONTAINER = "container-role"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to credentials that the environment or the profile offers."""

    method: Method
    cause: str
    """What offers it: a variable, or a key with its place. No value is in it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What one tool would use."""

    profile: str
    profile_from: str | None
    """The variable that names the profile; `None` for `default`, which nobody named."""
    found: bool
    """Whether the tool goes on: it refuses a profile that was named and is not there."""
    region: str | None
    region_from: str | None
    """The variable, or file:line; `None` when there is no Region."""
    ways: tuple[Way, ...]
    """Every way to credentials, the one it takes first; none is left for a missing profile."""

    @property
    def method(self) -> Method | None:
        """The way it takes; `None`: no credentials, or those of the EC2 instance it runs on."""
        return self.ways[0].method if self.ways else None


_PROFILE_VARIABLES = {
    Tool.AWS_CLI_V2: ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
    Tool.BOTOCORE: ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"),
}
_REGION_VARIABLES = {
    Tool.AWS_CLI_V2: ("AWS_REGION", "AWS_DEFAULT_REGION"),
    Tool.BOTOCORE: ("AWS_DEFAULT_REGION",),
}
_CONTAINER_VARIABLES = (
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_WEB_IDENTITY_KEY = "web_identity_token_file"


def would_use(tool: Tool, config: AwsConfig, environ: Environ) -> Choice:
    """Return what `tool` would use in `environ`, when no option of its own says otherwise.

    A variable that is set to nothing counts as set. Whether the credentials can really be had is
    not looked at: a tool that finds a way that is broken fails, and does not take the next.
    """
    named = next((name for name in _PROFILE_VARIABLES[tool] if name in environ), None)
    name = environ[named] if named else "default"
    profile = config.profiles.get(ProfileName(name))
    found = profile is not None or named is None
    region, region_from = _region(tool, profile, environ)
    ways = ways_of(config, profile, environ) if found else ()
    return Choice(name, named, found, region, region_from, ways)


def ways_of(config: AwsConfig, profile: Profile | None, environ: Environ) -> tuple[Way, ...]:
    """Return every way to credentials in the order in which botocore and the AWS CLI try them.

    An empty `environ` gives the profile's own ways: those that are tried with `--profile`, which
    leaves the keys in the environment out.
    """
    settings: Mapping[str, Setting] = profile.settings if profile else {}
    return tuple(
        Way(method, cause)
        for method, offer in _OFFERS
        if (cause := offer(config, settings, environ)) is not None
    )


def is_chain(profile: Profile) -> bool:
    """Whether the profile assumes a role with other credentials; a web identity comes first."""
    return "role_arn" in profile.settings and _WEB_IDENTITY_KEY not in profile.settings


def _region(tool: Tool, profile: Profile | None, environ: Environ) -> tuple[str | None, str | None]:
    for variable in _REGION_VARIABLES[tool]:
        if variable in environ:
            return environ[variable], variable
    setting = profile.settings.get("region") if profile else None
    if setting is None or not isinstance(setting.value, str):
        return None, None
    return setting.value, setting.place


_Offer = Callable[[AwsConfig, Mapping[str, Setting], Environ], str | None]
"""Returns what offers a way to credentials, or `None` where nothing does."""


def _environment(_: AwsConfig, __: Mapping[str, Setting], environ: Environ) -> str | None:
    return "AWS_ACCESS_KEY_ID" if environ.get("AWS_ACCESS_KEY_ID") else None


def _assume_role(_: AwsConfig, settings: Mapping[str, Setting], __: Environ) -> str | None:
    return None if _WEB_IDENTITY_KEY in settings else _first(settings, "role_arn")


def _web_identity(_: AwsConfig, settings: Mapping[str, Setting], environ: Environ) -> str | None:
    variable = f"AWS_{_WEB_IDENTITY_KEY.upper()}"
    if variable in environ:
        return variable if environ[variable] else None
    return _first(settings, _WEB_IDENTITY_KEY, filled=True)


def _sso(_: AwsConfig, settings: Mapping[str, Setting], __: Environ) -> str | None:
    return _first(settings, "sso_account_id", "sso_role_name")


def _credentials_file(config: AwsConfig, settings: Mapping[str, Setting], _: Environ) -> str | None:
    key = settings.get("aws_access_key_id")
    if key is None or key.file != config.files.credentials:
        return None
    return _first(settings, "aws_access_key_id")


def _login(_: AwsConfig, settings: Mapping[str, Setting], __: Environ) -> str | None:
    return _first(settings, "login_session")


def _process(_: AwsConfig, settings: Mapping[str, Setting], __: Environ) -> str | None:
    return _first(settings, "credential_process")


def _config_file(config: AwsConfig, settings: Mapping[str, Setting], _: Environ) -> str | None:
    key = settings.get("aws_access_key_id")
    if key is None or key.file != config.files.config:
        return None
    return _first(settings, "aws_access_key_id")


def _container(_: AwsConfig, __: Mapping[str, Setting], environ: Environ) -> str | None:
    return next((name for name in _CONTAINER_VARIABLES if name in environ), None)


_OFFERS: tuple[tuple[Method, _Offer], ...] = (
    (Method.ENVIRONMENT, _environment),
    (Method.ASSUME_ROLE, _assume_role),
    (Method.WEB_IDENTITY, _web_identity),
    (Method.SSO, _sso),
    (Method.CREDENTIALS_FILE, _credentials_file),
    (Method.LOGIN, _login),
    (Method.PROCESS, _process),
    (Method.CONFIG_FILE, _config_file),
    (Method.CONTAINER, _container),
)
"""The order of botocore's credential providers; the AWS CLI v2's is the same."""


def _first(settings: Mapping[str, Setting], *keys: str, filled: bool = False) -> str | None:
    """The first of `keys` that is there, with its place."""
    for key, setting in _present(settings, keys):
        if setting.value or not filled:
            return f"{key} ({setting.place})"
    return None


def _present(
    settings: Mapping[str, Setting], keys: tuple[str, ...]
) -> Iterator[tuple[str, Setting]]:
    return ((key, settings[key]) for key in keys if key in settings)
