"""The one plug board: it joins the real world's adapters to the rooms that need them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from sekisho import ports, quick
from sekisho.adapters.clock import SystemClock
from sekisho.aws.clock_skew import ClockCheckedHttp
from sekisho.aws.endpoint import Endpoint, Service, resolve
from sekisho.aws.retry import RetryingHttp
from sekisho.awsconfig.chain import RoleChain, RoleLink, role_chain
from sekisho.awsconfig.locate import ConfigFiles, locate
from sekisho.awsconfig.profiles import (
    AwsConfig,
    SsoProfile,
    chosen_profile,
    delivered_profile,
    endpoint_overrides,
    read,
)
from sekisho.cli.network import Network, NetworkPerThread
from sekisho.cli.options import Common
from sekisho.cli.show.trouble import warner
from sekisho.credentials.interface import CredentialSource
from sekisho.credentials.plan import ChainRoute, Route, never_ask, plan
from sekisho.errors import InputNeeded, RegionMissing, SettingsMissing, UsageError
from sekisho.model import Delivery, Environ, ProfileName, Region
from sekisho.secret import Secret
from sekisho.store.native import NativeStore
from sekisho.values import dataclass, field, replace

if TYPE_CHECKING:
    from sekisho.guard.audit import AuditLog
    from sekisho.guard.client import AgentClient
    from sekisho.reach.policy import Policy
    from sekisho.store.interface import Store
    from sekisho.store.sealed import SealedStore

__all__ = ["Machine", "machine", "state_folder"]


@dataclass(frozen=True, slots=True)
class Machine:
    """This process's surroundings: who runs it, where, and with which common options."""

    environ: Environ
    home: Path
    state: Path
    """The user's state folder for sekisho."""
    common: Common
    clock: ports.Clock
    _opened: "dict[bool, SealedStore]" = field(default_factory=dict)
    """The sealed store, once it is wanted: as it asks, and as it asks nothing."""

    @property
    def lock_folder(self) -> Path:
        """Where lock files lie; one that nobody holds means nothing."""
        return self.state / "locks"

    @property
    def backup_folder(self) -> Path:
        """Where every config file is kept as it was before an edit."""
        return self.state / "backups"

    @property
    def runtime_folder(self) -> Path:
        """Where lies what lives no longer than the processes that made it."""
        from sekisho.guard.place import runtime_folder  # few commands have such things

        return Path(runtime_folder(self.environ, str(self.state)))

    @property
    def config_folder(self) -> Path:
        """Where the person's own settings of sekisho are: `lint.toml`, `policy.toml`."""
        import platformdirs  # few commands have settings

        return Path(platformdirs.user_config_dir("sekisho"))

    def policy(self) -> "Policy":
        """The environments that `policy.toml` declares. Raises `PolicyInvalid`, `FileUnreadable`."""
        from sekisho.reach.policy import read_policy  # few commands speak of environments

        return read_policy(self.policy_file)

    @property
    def policy_file(self) -> Path:
        """Where environments are declared; it may be absent."""
        return self.config_folder / "policy.toml"

    @property
    def audit_folder(self) -> Path:
        """Where the audit log lies."""
        from sekisho.guard.audit_files import log_folder  # the guard's, and few commands'

        return log_folder(self.state)

    def audit(self) -> "AuditLog":
        """The audit log, with a copy for the journal where this machine has one."""
        from sekisho.adapters.audit_file import AuditFile
        from sekisho.adapters.journal import Journal

        return AuditFile(self.audit_folder, self.clock, forward=Journal().send)

    def has_program(self, name: str) -> bool:
        """Whether this environment's PATH leads to a program `name`, or it is the path of one."""
        import shutil

        return shutil.which(name, path=self.environ.get("PATH", os.defpath)) is not None

    @property
    def files(self) -> ConfigFiles:
        """The AWS config and credentials files of this environment."""
        return locate(self.environ, self.home)

    @property
    def store(self) -> NativeStore:
        """The AWS CLI's caches, with sekisho's records beside them."""
        return NativeStore(home=self.home, state=self.state, clock=self.clock)

    def store_for(self, delivery: Delivery, *, asks: bool = True) -> "Store":
        """Where the tokens of that delivery lie. The sealed store is opened at its first use.

        Unless the command `asks`, nobody is asked to unlock it, by whatever means.
        """
        match delivery:
            case Delivery.NATIVE:
                return self.store
            case Delivery.SEALED:
                return self.sealed(asks=asks)
            case Delivery.GUARDED:
                raise ValueError("a guarded sign-in is in no store, but with the agent")
            case _:
                assert_never(delivery)

    @property
    def has_sealed(self) -> bool:
        """Whether there is a sealed store on this machine, be it one that nobody can open."""
        return any(path.is_file() for path in (self.state / "sealed").rglob("*"))

    def sealed(self, *, asks: bool = True) -> "SealedStore":
        """The sealed store; see `store_for`. Two questions for one passphrase would be one too many."""
        if asks not in self._opened:
            from sekisho.cli.sealing import machines_vault  # few profiles are sealed
            from sekisho.store.sealed import SealedStore

            self._opened[asks] = SealedStore(machines_vault(self, asks=asks))
        return self._opened[asks]

    def config(self) -> AwsConfig:
        """Read the AWS config. Raises `ConfigUnreadable`, `FileUnreadable`."""
        return read(self.files)

    def profile_name(self) -> str:
        """The profile that the options or the environment choose, else `default`."""
        return chosen_profile(self.common.profile, self.environ)[0]

    def profile_in(self, config: AwsConfig) -> str:
        """The same, where a command needs one: raises `UsageError` when nobody chose any."""
        name, chosen = chosen_profile(self.common.profile, self.environ)
        if not chosen and name not in config.profiles:
            raise UsageError(
                "no profile was named, and the config has no [default]",
                do="add --profile NAME (`sekisho profiles` lists them), or set AWS_PROFILE",
            )
        return name

    def http(self) -> ports.Http:
        """The network, with the AWS SDK's retry rules; a clock that is off is said on stderr."""
        checked = ClockCheckedHttp(
            Network(self.environ, self.common), self.clock, warner(self.common.color)
        )
        return RetryingHttp(checked, self.clock)

    def shared_http(self) -> ports.Http:
        """The same for threads that come and go."""
        checked = ClockCheckedHttp(
            NetworkPerThread(self.environ, self.common), self.clock, warner(self.common.color)
        )
        return RetryingHttp(checked, self.clock)

    def parallel_http(self, per_second: float) -> ports.Http:
        """The same for many threads, which together send at most `per_second` requests."""
        from sekisho.aws.pace import paced  # few commands ask that much

        checked = ClockCheckedHttp(
            NetworkPerThread(self.environ, self.common), self.clock, warner(self.common.color)
        )
        return paced(checked, self.clock, per_second=per_second)

    def terminal(self) -> ports.Terminal:
        """The person, on stderr."""
        from sekisho.adapters.terminal import StderrTerminal

        return StderrTerminal(no_input=self.common.no_input, yes=self.common.yes)

    def source(
        self, route: Route | ChainRoute, http: ports.Http, *, asks: bool = True
    ) -> CredentialSource:
        """The credentials of `route`; what stops nothing on the way is said on stderr.

        The MFA code of a role chain is asked for at the terminal, unless the command never `asks`.
        """
        start = route if isinstance(route, Route) else route.source
        guarded = start.target.delivery is Delivery.GUARDED
        return plan(
            route,
            store=_nowhere() if guarded else self.store_for(start.target.delivery, asks=asks),
            http=http,
            clock=self.clock,
            lock_folder=self.lock_folder,
            notice=warner(self.common.color),
            ask_code=self._ask_code if asks else never_ask,
            released=self._released(start) if guarded else None,
        )

    def agent(self, *, login: str) -> "AgentClient":
        """What asks the agent of this user; `login` is the command that opens a gate."""
        from functools import partial

        from sekisho.adapters.agent_line import connect  # few commands ask it
        from sekisho.guard.client import AgentClient
        from sekisho.guard.place import socket_path

        path = socket_path(self.environ, str(self.state))
        return AgentClient(partial(connect, path, login=login))

    @property
    def has_agent(self) -> bool:
        """Whether there may be an agent: something lies where its socket would."""
        from sekisho.guard.place import socket_path

        return os.path.lexists(socket_path(self.environ, str(self.state)))

    @property
    def config_path(self) -> str:
        """The config file as the agent is told of it: absolute."""
        return os.path.abspath(self.files.config)  # noqa: PTH100  # a link stays one

    def _released(self, route: Route) -> CredentialSource:
        from sekisho.guard.source import ReleasedSource

        return ReleasedSource(self.agent(login=route.login), route, self.config_path)

    def endpoints(
        self, config: AwsConfig, profile: str | None, region: Region
    ) -> tuple[Endpoint, Endpoint]:
        """The sign-in service's and the portal's endpoint in `region`, as `profile` sees them."""
        overrides = endpoint_overrides(config, profile)
        oidc = resolve(Service.SSO_OIDC, region, environ=self.environ, overrides=overrides)
        portal = resolve(Service.SSO, region, environ=self.environ, overrides=overrides)
        return oidc, portal

    def sts(self, config: AwsConfig, profile: str, region: Region | None) -> Endpoint:
        """The STS endpoint of `profile`, or --endpoint-url. Raises `RegionMissing`."""
        if self.common.endpoint_url is None:
            return self._sts(config, profile, region)
        given = {Service.STS.variable: self.common.endpoint_url}
        wanted = self._needed_region(profile, region)
        return resolve(Service.STS, wanted, environ=given, overrides={})

    def region(self, configured: Region | None) -> Region | None:
        """--region, AWS_REGION, AWS_DEFAULT_REGION, then `configured`: the AWS CLI v2's order."""
        given = (
            self.common.region
            or self.environ.get("AWS_REGION")
            or self.environ.get("AWS_DEFAULT_REGION")
        )
        return Region(given) if given else configured

    def route(
        self, config: AwsConfig, name: str
    ) -> tuple[SsoProfile | RoleChain, Route | ChainRoute]:
        """Resolve profile `name` to everything that its credentials are fetched with.

        In a role chain the endpoints are those of the profile `name`, for the sign-in that it
        begins at, too (`spec/aws-cli.md` §8.2); roles are assumed where its own calls go, whatever
        --endpoint-url says of the latter. Raises `ConfigError` in all its kinds; `SettingsMissing`
        also for a profile that can sign in and names no role, `RegionMissing` for a chain's.
        """
        chain = role_chain(config, name)
        if chain is None:
            profile = delivered_profile(config, name)
            return profile, self._route(config, profile, seen_from=name)
        start = self._route(config, chain.source, seen_from=name)
        if self._route(config, chain.source, seen_from=chain.source.name) != start:
            start = replace(start, profile=chain.name)  # a login to the source would go elsewhere
        return chain, ChainRoute(start, chain.links, self._sts(config, name, chain.region))

    def _route(self, config: AwsConfig, profile: SsoProfile, *, seen_from: str) -> Route:
        if profile.role is None:
            place = f"{profile.file}:{profile.line}"
            raise SettingsMissing(profile.name, ("sso_account_id", "sso_role_name"), where=place)
        oidc, portal = self.endpoints(config, seen_from, profile.target.region)
        return Route(
            target=profile.target,
            role=profile.role,
            profile=profile.name,
            oidc=oidc,
            portal=portal,
        )

    def _sts(self, config: AwsConfig, profile: str, region: Region | None) -> Endpoint:
        wanted = self._needed_region(profile, region)
        overrides = endpoint_overrides(config, profile)
        return resolve(Service.STS, wanted, environ=self.environ, overrides=overrides)

    def _needed_region(self, profile: str, configured: Region | None) -> Region:
        found = self.region(configured)
        if found is None:
            raise RegionMissing(profile)
        return found

    def _ask_code(self, link: RoleLink, profile: ProfileName) -> Secret:
        try:
            return Secret(self.terminal().ask(f"Enter MFA code for {link.mfa_serial}:"))
        except InputNeeded:
            return never_ask(link, profile)


def _nowhere() -> "Store":
    """A store that is gone with this process: of what a gate gives, nothing is kept on a disk."""
    from sekisho.store.memory import MemoryStore

    return MemoryStore()


def machine(common: Common) -> Machine:
    """Look at this process's environment once. Raises `UsageError` where there is no home."""
    try:
        home = Path.home()
    except RuntimeError as error:
        raise UsageError("there is no home folder", do="set HOME to one") from error
    return Machine(
        environ=dict(os.environ),
        home=home,
        state=state_folder(os.environ),
        common=common,
        clock=SystemClock(),
    )


def state_folder(environ: Environ) -> Path:
    """Return the user's state folder; platformdirs itself is asked only where HOME does not tell."""
    if environ.get("HOME", "").startswith("/"):
        return Path(quick.state_folder(environ))
    import platformdirs

    return Path(platformdirs.user_state_dir("sekisho"))
