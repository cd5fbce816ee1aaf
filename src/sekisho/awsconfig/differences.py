"""What other tools would use for a profile where that differs from what sekisho uses, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.awsconfig.explain import Explanation, ProfileForm
from sekisho.awsconfig.masked import Shown
from sekisho.awsconfig.origins import Option
from sekisho.awsconfig.others import Choice, Method, Tool, would_use
from sekisho.awsconfig.settings import AwsConfig
from sekisho.model import Environ

__all__ = ["Difference", "differences", "own_method"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One tool that would use something else."""

    tool: Tool
    choice: Choice
    """What it would use; a profile, Region or method that is the same stands in it, too."""
    because: tuple[str, ...]
    """The reasons, one for each thing that differs, without any value that may be a secret."""


def differences(
    config: AwsConfig, explained: Explanation, environ: Environ
) -> tuple[Difference, ...]:
    """Return the tools that use something else than sekisho when they run in `environ`.

    They are given no options. Where no variable names a profile they are taken to be asked for
    this one, by AWS_PROFILE.
    """
    name = explained.profile.name
    asked = environ
    if "AWS_PROFILE" not in environ and "AWS_DEFAULT_PROFILE" not in environ:
        asked = {**environ, "AWS_PROFILE": name}
    found = []
    for tool in Tool:
        choice = would_use(tool, config, asked)
        if because := tuple(_reasons(tool, choice, explained, asked)):
            found.append(Difference(tool, choice, because))
    return tuple(found)


def own_method(explained: Explanation) -> Method | None:
    """Return how sekisho comes by the profile's credentials; `None`: it has none to give."""
    if explained.form in (ProfileForm.LEGACY, ProfileForm.SSO_SESSION):
        settings = explained.profile.settings
        wants_role = "sso_account_id" in settings or "sso_role_name" in settings
        return Method.SSO if wants_role else None
    if explained.form is ProfileForm.CHAIN:
        return Method.ASSUME_ROLE if explained.token_key else None
    return Method.PROCESS if explained.form is ProfileForm.GUARDED else None


def _reasons(tool: Tool, choice: Choice, explained: Explanation, environ: Environ) -> Iterator[str]:
    if choice.profile != explained.profile.name:
        yield _other_profile(tool, choice, environ)
    if choice.found and choice.method is not own_method(explained):
        yield _other_credentials(choice)
    if choice.found and choice.region != _region_without_option(explained):
        yield _other_region(tool, choice, environ)


def _region_without_option(explained: Explanation) -> Shown | None:
    """The Region where --region is not given, as it is not given to the others."""
    region = explained.settings.get("region")
    candidates = (region.winner, *region.overruled) if region else ()
    return next((one.value for one in candidates if not isinstance(one.origin, Option)), None)


def _other_profile(tool: Tool, choice: Choice, environ: Environ) -> str:
    said = f"{choice.profile_from}={choice.profile} names another profile"
    if tool is Tool.BOTOCORE and "AWS_PROFILE" in environ and choice.profile_from != "AWS_PROFILE":
        said = f"{said}, and is read before AWS_PROFILE"
    return said if choice.found else f"{said}, which does not exist: refused"


def _other_credentials(choice: Choice) -> str:
    if not choice.ways:
        return "no credentials are found in the profile"
    way = choice.ways[0]
    if way.method is Method.ENVIRONMENT:
        return f"{way.cause} is set, and wins unless --profile is given"
    return f"credentials come from {way.cause}"


def _other_region(tool: Tool, choice: Choice, environ: Environ) -> str:
    ignored = "AWS_REGION is not read" if tool is Tool.BOTOCORE and "AWS_REGION" in environ else ""
    if choice.region is None:
        return ignored or "no Region is set"
    taken = f"the Region comes from {choice.region_from}"
    return f"{ignored}; {taken}" if ignored else taken
