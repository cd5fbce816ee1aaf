"""What `exec` and `shell` share: the profile that a command gets, its settings, and the endpoint."""

import contextlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import Profile, profile_named
from sekisho.cli.assembly import Machine
from sekisho.cli.show.trouble import show_error
from sekisho.credentials.interface import CredentialSource, Route
from sekisho.credentials.kept import KeptCredentials
from sekisho.errors import FileUnwritable, SekishoError
from sekisho.launch.environment import Surroundings, for_command
from sekisho.launch.exec import files_in, served, write_settings, write_token
from sekisho.launch.scratch import scratch_folder
from sekisho.launch.settings import settings_only
from sekisho.model import Delivery, Region, RoleCredentials
from sekisho.ports import Clock
from sekisho.secret import Secret

__all__ = ["OneProfile", "Served", "Start", "chosen", "ended", "run_served", "scratch"]


_SECONDS_BETWEEN_WORDS = 300.0


@dataclass(frozen=True, slots=True)
class OneProfile:
    """The profile that a command gets, and where its credentials come from."""

    here: Machine
    profile: Profile
    settings: str
    """Of the config file that is made for the command."""
    region: Region | None
    source: Callable[[bool], CredentialSource]
    """Given whether the person may be asked (for an MFA code)."""
    keeps: bool
    """Whether its credentials may be kept in memory: a gate that closes shall close at once."""

    def surroundings(self, files: ConfigFiles, *, sees_own: bool = True) -> Surroundings:
        """Say what the command gets beside its credentials, with the `files` made for it.

        `sees_own`: sekisho inside can read the person's own files.
        """
        return Surroundings(
            profile=self.profile.name,
            files=files,
            own_files=self.here.files if sees_own else None,
            region=self.region,
            ca_bundle=self.here.common.ca_bundle,
        )


@dataclass(frozen=True, slots=True)
class Start:
    """What is to be started."""

    command: Sequence[str]
    environ: Mapping[str, str]
    below: int = 0
    """How many processes below what is started the command is; see `adapters.child`."""


@dataclass(frozen=True, slots=True)
class Served:
    """What is there for a command that is served credentials, before it starts."""

    credentials: RoleCredentials
    """Those at hand."""
    environ: Mapping[str, str]
    folder: Path
    """For files of this run."""


def chosen(here: Machine) -> OneProfile:
    """Read the config, and find the profile. Raises what `Machine.route` raises."""
    config = here.config()
    name = here.profile_in(config)
    resolved, route = here.route(config, name)
    region, http = here.region(resolved.region), here.http()
    profile = profile_named(config, name)
    guarded = isinstance(route, Route) and route.target.delivery is Delivery.GUARDED
    return OneProfile(
        here,
        profile,
        settings_only(config, profile, region),
        region,
        lambda asks: here.source(route, http, asks=asks),
        keeps=not guarded,
    )


@contextlib.contextmanager
def scratch(here: Machine) -> Iterator[Path]:
    """Make a folder for this run's files, in memory where the system has such a place."""
    with contextlib.ExitStack() as made:
        try:
            folder = made.enter_context(scratch_folder(here.runtime_folder / "exec"))
        except FileUnwritable:  # XDG_RUNTIME_DIR may be another user's, after `su`
            folder = made.enter_context(scratch_folder(here.state / "run" / "exec"))
        yield folder


def run_served(
    one: OneProfile, start: Callable[[Served], Start], *, seen_at: Path | None = None
) -> int:
    """Run a command that an endpoint serves credentials to; return how it ended.

    That is its exit status, or the signal that ended it, as a negative number. `start` says what is
    to be started. `seen_at` is where the command will see the run's folder, if it is in a sandbox;
    sekisho inside does not find the person's own config there. The first credentials are fetched
    before anything is made, and the person may be asked; afterwards nobody is.
    """
    from sekisho.adapters.child import supervisor
    from sekisho.adapters.endpoint_server import serving
    from sekisho.guard.endpoint import CredentialsEndpoint

    here = one.here
    first = one.source(True).fetch()
    token = Secret(secrets.token_urlsafe(32))
    source = _kept(one, first) if one.keeps else one.source(False)
    endpoint = CredentialsEndpoint(source, token, _Teller(here.clock, here.common.color).tell)
    with scratch(here) as folder, supervisor() as supervising, serving(endpoint.answer) as url:
        write_settings(folder, one.settings)
        write_token(folder, token)
        seen = seen_at or folder
        given = served(first, url, seen)
        surroundings = one.surroundings(files_in(seen), sees_own=seen_at is None)
        environ = for_command(here.environ, surroundings, given)
        started = start(Served(first, environ, folder))
        return supervising.run(started.command, started.environ, below=started.below)


def _kept(one: OneProfile, first: RoleCredentials) -> CredentialSource:
    kept = KeptCredentials(one.source(False), one.here.clock)
    kept.keep(first)
    return kept


def ended(status: int) -> int:
    """End as a command that has ended with `status` did: return it, or end by its signal."""
    from sekisho.adapters.child import end_by

    if status < 0:
        end_by(-status)
    return status


class _Teller:
    """Says on stderr why a command gets no credentials: SDKs do not always pass it on.

    They ask several times for what they need once, so it is not said again for a while.
    """

    def __init__(self, clock: Clock, color: str) -> None:
        self._clock = clock
        self._color = color
        self._told_at: float | None = None

    def tell(self, error: SekishoError) -> None:
        """Show `error`, if none was shown lately."""
        now = self._clock.monotonic()
        if self._told_at is None or now - self._told_at >= _SECONDS_BETWEEN_WORDS:
            self._told_at = now
            show_error(error, color=self._color)
