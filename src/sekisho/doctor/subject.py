"""What checks look at: this machine, read once. Everything impure is handed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.errors import SekishoError
from sekisho.guard.answers import State
from sekisho.model import Environ
from sekisho.ports import Clock, Http, Programs
from sekisho.status import Status
from sekisho.store.readings import Readings
from sekisho.store.sweep import SignedIn

__all__ = ["Answer", "Place", "Subject", "Surroundings"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The machine, and the ways to look at it."""

    environ: Environ
    home: Path
    state: Path
    """The user's state folder for sekisho."""
    files: ConfigFiles
    config_folder: Path
    """Where `lint.toml` and `policy.toml` are, or would be."""
    profile: str
    """The profile that the options or the environment choose, else `default`."""
    clock: Clock
    programs: Programs
    python: str
    """The path of the Python that runs sekisho."""
    has_program: Callable[[str], bool]
    browser: Callable[[], str | None]
    """The program that would show a page, or `None`."""
    proxy: Callable[[str], str | None]
    """The proxy for a URL, without its password. Raises `errors.EndpointInvalid`."""
    ca_bundle: Path | None
    """The file of certificate authorities that replaces the system's, where one was named."""
    trust: Callable[[], object]
    """Load the certificate authorities. Raises `errors.FileUnreadable`."""
    http: Callable[[], Http] | None
    """A new, impatient way to the network for each thread; `None`: no service is asked."""
    status: Callable[[AwsConfig], Status]
    agent: Callable[[], State | None]
    """Ask the agent how it is; `None` where there is none. Raises `errors.SekishoError`."""


@dataclass(frozen=True, slots=True)
class Place:
    """One endpoint that the config leads to."""

    url: str
    services: tuple[str, ...]
    """By botocore's names: `sso-oidc`, `sso`, `sts`."""
    source: str
    """What it came from, in words: a variable, a setting, or `AWS`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking one endpoint for nothing in particular, without any secret."""

    place: Place
    status: int | None
    """The HTTP status; `None`: no answer came."""
    theirs: datetime | None
    """The time at the other side: aware, UTC; `None` where the answer does not say."""
    ours: datetime
    """The time on this machine when the answer was there, or was given up."""
    trouble: SekishoError | None


@dataclass(frozen=True, slots=True)
class Subject:
    """The machine, looked at once for all checks."""

    around: Surroundings
    config: AwsConfig | None
    """`None`: it cannot be read; see `config_trouble`."""
    config_trouble: SekishoError | None
    status: Status | None
    """Of the config's sign-ins; `None` without a config."""
    tokens: Readings
    """The AWS CLI's folder of tokens and client registrations."""
    roles: Readings
    """The AWS CLI's folder of role credentials."""
    signed_in: Sequence[SignedIn]
    """Every token, whoever wrote it."""
    cache_troubles: Sequence[SekishoError]
    """Why a folder of caches cannot be looked into."""
    places: Sequence[Place]
    place_troubles: Sequence[SekishoError]
    """Why an endpoint of the config cannot be told."""
    answers: Sequence[Answer]
    """One for each of `places`; none where no service is asked."""
