"""A release: the credentials of an open gate, to whoever asks on this user's socket.

1. The asking program's config file is the one that the agent reads.
2. The config is the one that was read; else it is read anew first.
3. The gate is open. Where it is not, a login is all it takes, unless the policy says no.
4. The config still says of that name what the gate was opened for.
5. The credentials that lie ready are good for 15 minutes; else new ones are fetched first.
6. The audit log has its line.

Nothing here blocks but the writing of that line: what takes longer is handed back as an errand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sekisho.awsconfig.guarded import GuardedProfile
from sekisho.credentials.plan import plan
from sekisho.errors import (
    ConfigError,
    FileError,
    GateClosed,
    Mismatch,
    PolicyRefused,
    SekishoError,
    ServiceError,
    SignInNeeded,
    login_command,
)
from sekisho.guard.approval import Approval
from sekisho.guard.asks import Release
from sekisho.guard.audit import Kind
from sekisho.guard.chronicle import Chronicle
from sekisho.guard.gates import Gate
from sekisho.guard.holdings import Holdings
from sekisho.guard.policy import terms_of
from sekisho.guard.scopes import ScopeOfGates
from sekisho.guard.sign_ins import Persistence, SignIn
from sekisho.guard.watched import ConfigNow, WatchedConfig
from sekisho.model import Delivery
from sekisho.ports import Asker, Clock, Http

__all__ = ["Errand", "Releasing", "not_guarded", "same_config"]


@dataclass(frozen=True, slots=True)
class Errand:
    """What has to be done before a release can be answered."""

    key: str
    """Errands of one key are one errand: whoever comes second waits for the first."""
    run: Callable[[], None]
    """Blocks; raises what the release is then refused with."""


def same_config(config: WatchedConfig, asked: str, profile: str) -> None:
    """Refuse a client that reads another config file than the agent. Raises `Mismatch`."""
    if not config.is_it(asked):
        raise Mismatch(
            what="config file",
            issued_for=str(config.files.config),
            asked_for=asked,
            login=f"use the same AWS_CONFIG_FILE, or: sekisho agent stop && {login_command(profile=profile)}",
            gate=profile,
        )


class Releasing:
    """Answers `Release`. `answer` is called on one thread, errands run on others."""

    def __init__(
        self,
        *,
        clock: Clock,
        http: Http,
        config: WatchedConfig,
        holdings: Holdings,
        approval: Approval,
        chronicle: Chronicle,
        persistence: Persistence,
        lock_folder: Path,
        lost: Callable[[SignIn, SekishoError], None],
    ) -> None:
        """`lost` is told of a sign-in that the service has ended."""
        self._clock = clock
        self._http = http
        self._config = config
        self._holdings = holdings
        self._approval = approval
        self._chronicle = chronicle
        self._persistence = persistence
        self._lock_folder = lock_folder
        self._lost = lost

    def answer(
        self, ask: Release, asker: Asker, scope: ScopeOfGates | None = None
    ) -> bytes | Errand:
        """Return the line that hands the credentials out, or the errand to run before.

        `scope` is what the socket knows; `None`: everything. Raises `Mismatch`,
        `ConfigError` in all its kinds, `GateClosed`, `PolicyRefused`, `OutOfScope` and
        `AuditNotWritten`.
        """
        same_config(self._config, ask.config, ask.profile)  # 1
        now = self._config.current()  # 2
        if now is None:
            return Errand("config", self._read)
        gate = self._holdings.gate(ask.profile)  # 3
        profile = now.profile(ask.profile)
        if gate is None or (scope is not None and not scope.knows(gate)):
            raise self._closed(ask.profile, profile, now)
        _compare(gate, profile)  # 4
        ready = self._holdings.ready(gate)  # 5
        if ready is None or not ready.is_good(self._clock.now(), self._clock.monotonic()):
            return Errand(f"gate {gate.label}", partial(self._fetch, gate))
        self._chronicle.of_gate(Kind.RELEASE, gate, asker)  # 6
        return ready.line

    def _read(self) -> None:
        self._config.read()

    def _closed(self, label: str, profile: GuardedProfile | None, now: ConfigNow) -> SekishoError:
        if profile is None or profile.delivery is not Delivery.GUARDED:
            return not_guarded(label, now)
        terms = terms_of(self._approval.policy, profile.name, "")
        if (reason := terms.refuse(profile.role)) is not None:
            return PolicyRefused(label, reason, path=self._approval.path)
        return GateClosed(label, why=self._holdings.why_closed(label))

    def _fetch(self, gate: Gate) -> None:
        """Have new credentials ready for `gate`; the old ones serve on where there are no others."""
        sign_in = self._holdings.sign_in(gate)
        if sign_in is None:
            raise GateClosed(gate.label, why=self._holdings.why_closed(gate.label))
        source = plan(
            sign_in.route_of(gate.role, gate.label),
            store=sign_in.store,
            http=self._http,
            clock=self._clock,
            lock_folder=self._lock_folder,
        )
        before = sign_in.token
        try:
            credentials = source.fetch()
        except SignInNeeded as error:
            self._lost(sign_in, error)
            raise
        except (ServiceError, FileError):  # it may pass; a refusal does not
            ready = self._holdings.ready(gate)
            if ready is None or not ready.is_alive(self._clock.now()):
                raise
            self._holdings.settle(ready)
            return
        if not self._holdings.put_ready(gate, credentials):
            sign_in.drop(gate.role)
            raise GateClosed(gate.label, why=self._holdings.why_closed(gate.label))
        if sign_in.token is not before:  # it was refreshed
            gates = self._holdings.opened_by(sign_in)
            self._persistence.keep(self._holdings.as_held(sign_in, gates))


def _compare(gate: Gate, profile: GuardedProfile | None) -> None:
    """Refuse where the config says something else of the label than the gate was opened for."""
    login = login_command(profile=gate.label)
    if profile is None or profile.delivery is not Delivery.GUARDED:
        form = "native" if profile is None else profile.delivery.value
        raise Mismatch(
            what="delivery", issued_for="guarded", asked_for=form, login=login, gate=gate.label
        )
    if (found := gate.difference(profile)) is not None:
        what, opened_for, now = found
        raise Mismatch(
            what=what, issued_for=opened_for, asked_for=now, login=login, gate=gate.label
        )


def not_guarded(label: str, now: ConfigNow) -> ConfigError:
    """Make the error for a profile that the agent has nothing to do with."""
    profile = now.config.profiles.get(label)  # type: ignore[call-overload]
    where = f"\n{profile.place}" if profile is not None else ""
    return ConfigError(
        f"the profile {label} is not a guarded one, so there is no gate to open{where}",
        do="sekisho isolate --guard   (makes profiles guarded)",
    )
