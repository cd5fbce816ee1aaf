"""Variables of the environment that beat the profile."""

from collections.abc import Iterator

from sekisho.awsconfig.others import Method, Tool, Way, ways_of, would_use
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.awsconfig.settings import nearest
from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import ProfileNotFound
from sekisho.model import Environ, ProfileName

__all__ = ["CHECK"]

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def _look(subject: Subject) -> Iterator[Result]:
    environ, name = subject.around.environ, subject.around.profile
    config = subject.config or AwsConfig({}, {}, {}, {}, subject.around.files)
    found = [
        *_keys(environ),
        *_two_profiles(environ),
        *_absent_file(subject),
        *(_absent_profile(config, name, environ) if subject.config else ()),
        *_other_credentials(config, name, environ),
        *_other_region(config, name, environ),
    ]
    yield from found
    if not found:
        yield Result(Gravity.OK, f"no variable beats what profile {name} says")


def _keys(environ: Environ) -> Iterator[Result]:
    """Static keys, or half of them."""
    there = [variable for variable in _KEYS if environ.get(variable)]
    if not there:
        return
    unset = f"unset {' '.join(there)}"
    if "AWS_ACCESS_KEY_ID" not in there:
        yield Result(
            Gravity.INFO,
            f"{' and '.join(there)} without AWS_ACCESS_KEY_ID: nobody reads it",
            do=unset,
            about=there[0],
        )
    elif "AWS_SECRET_ACCESS_KEY" not in there:
        yield Result(
            Gravity.ERROR,
            "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not",
            "The AWS CLI and the SDKs refuse half of a key, whatever the profile is:\n"
            "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
            unset,
            about=there[0],
        )
    else:
        yield Result(
            Gravity.WARNING,
            "AWS_ACCESS_KEY_ID is set, and beats every profile in the AWS CLI and the SDKs",
            "AWS_PROFILE does not change that; only --profile does. sekisho answers for the "
            "profile.",
            unset,
            about=there[0],
        )


def _two_profiles(environ: Environ) -> Iterator[Result]:
    first, second = environ.get("AWS_PROFILE"), environ.get("AWS_DEFAULT_PROFILE")
    if first is not None and second is not None and first != second:
        yield Result(
            Gravity.WARNING,
            f"AWS_PROFILE={first} and AWS_DEFAULT_PROFILE={second} name two profiles",
            "The AWS CLI v2 and sekisho take the first, boto3 takes the second.",
            "unset AWS_DEFAULT_PROFILE",
            about="AWS_DEFAULT_PROFILE",
        )


def _absent_file(subject: Subject) -> Iterator[Result]:
    """A config file that a variable names, and that is not there, reads as an empty one."""
    path = subject.around.files.config
    if subject.around.environ.get("AWS_CONFIG_FILE") and not path.exists():
        yield Result(
            Gravity.WARNING,
            f"AWS_CONFIG_FILE names {path}, and there is no such file",
            "Every AWS tool goes on without any profile.",
            "unset AWS_CONFIG_FILE",
            about="AWS_CONFIG_FILE",
        )


def _absent_profile(config: AwsConfig, name: str, environ: Environ) -> Iterator[Result]:
    """A profile that --profile or a variable names, and no file has."""
    variables = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    variable = next((each for each in variables if environ.get(each) == name), None)
    if name in config.profiles or (variable is None and name == "default"):
        return
    error = ProfileNotFound(name, near=nearest(name, config.profiles))
    yield Result(
        Gravity.ERROR,
        f"{variable or '--profile'} names a profile that is not there: {name}",
        error.what,
        error.do,
        about=variable or "--profile",
    )


def _other_credentials(config: AwsConfig, name: str, environ: Environ) -> Iterator[Result]:
    """Ways to credentials that a variable offers, where they come before the profile's own."""
    profile = config.profiles.get(ProfileName(name))
    own = next(iter(ways_of(config, profile, {})), None)
    wins: Way | None = next(iter(ways_of(config, profile, environ)), None)
    if wins is None or own is None or wins == own or wins.method is Method.ENVIRONMENT:
        return
    yield Result(
        Gravity.WARNING,
        f"{wins.cause} is set, and beats profile {name} in the AWS CLI and the SDKs",
        f"They take {wins.method} before the profile's {own.method}.",
        f"unset {wins.cause}",
        about=wins.cause,
    )


def _other_region(config: AwsConfig, name: str, environ: Environ) -> Iterator[Result]:
    profile = config.profiles.get(ProfileName(name))
    own = profile.text("region") if profile else None
    if own is None:
        return
    taken = {tool: would_use(tool, config, environ) for tool in Tool}
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        by = [tool for tool, choice in taken.items() if choice.region_from == variable]
        if by and environ[variable] != own:
            yield Result(
                Gravity.WARNING,
                f"{variable}={environ[variable]} beats the region of profile {name}, which is {own}",
                f"So it is for {' and '.join(_SHOWN[tool] for tool in by)}.",
                f"unset {variable}",
                about=variable,
            )


_SHOWN = {Tool.AWS_CLI_V2: "the AWS CLI v2 and sekisho", Tool.BOTOCORE: "boto3"}

CHECK = Check("environment", "variables that beat the profile, in the AWS CLI or in boto3", _look)
