"""The agent: asks in, answers out. `adapters/agent_server.py` has the sockets.

What takes no time is answered on the caller's thread: `at_once`. What waits for a person or a
service blocks its caller: `open`, `close`, and the errands of releases.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sekisho.errors import AgentBusy, FileError, SekishoError, SignInNeeded, login_command
from sekisho.guard import protocol
from sekisho.guard.answers import (
    Closed,
    Failed,
    GateState,
    Opened,
    Pending,
    SignInState,
    State,
)
from sekisho.guard.approval import Approval
from sekisho.guard.asks import Close, Open, Release, Scope
from sekisho.guard.audit import AuditLog
from sekisho.guard.chronicle import Chronicle
from sekisho.guard.closing import Closing
from sekisho.guard.conversation import Conversation, HungUp
from sekisho.guard.gates import Gate
from sekisho.guard.holdings import Holdings
from sekisho.guard.opening import Opening
from sekisho.guard.releasing import Errand, Releasing, same_config
from sekisho.guard.routes import overridden_endpoints
from sekisho.guard.scopes import ScopeOfGates, scope_of
from sekisho.guard.sign_ins import Persistence, SignIn
from sekisho.guard.watched import WatchedConfig
from sekisho.login.refresh import can_be_refreshed, fresh_token
from sekisho.model import Environ
from sekisho.ports import Asker, Clock, Http, Loopback, Notices
from sekisho.store.cachefile import spell_time

__all__ = ["Agent", "AgentWorld", "Errand", "failed", "in_words"]

_REFRESH_BEFORE = timedelta(minutes=15)
_STOPS = "the agent stops"


@dataclass(frozen=True, slots=True)
class AgentWorld:
    """Everything that an agent is started with; none of it changes afterwards."""

    pid: int
    clock: Clock
    """Whose `monotonic` goes on while the machine sleeps."""
    http: Http
    """Threads may share it, and it retries already."""
    environ: Environ
    """Scrubbed: endpoints, proxies and CA are what they were at the start."""
    config: WatchedConfig
    policy_file: Path
    policy_memory: Path
    """Where the approved policy is kept."""
    lock_folder: Path
    audit: AuditLog
    notices: Notices
    persistence: Persistence
    loopback: Callable[[Conversation], Loopback]


def failed(error: SekishoError) -> Failed:
    """Return `error` as the client is to show it."""
    return Failed(
        kind=type(error).__name__,
        what=error.what,
        do=error.do,
        see=type(error).page(),
        exit_status=int(error.exit_status),
    )


class Agent:
    """Opens, releases and closes. Threads may share it, but `release` is for one of them."""

    def __init__(self, world: AgentWorld) -> None:
        """Begin, with what was kept of an earlier agent.

        Raises `PolicyInvalid` for an approved policy that cannot be read, `FileError`, and
        `AuditNotWritten`: an agent that cannot say that it has started does not.
        """
        self._world = world
        self._started = world.clock.now()
        self._holdings = Holdings(world.clock)
        self._chronicle = Chronicle(world.audit, world.notices)
        self._approval = Approval(world.policy_file, world.policy_memory)
        self._turn = threading.Lock()
        self._pending: Pending | None = None
        self._stopped = threading.Event()
        self._closing = Closing(
            clock=world.clock,
            http=world.http,
            holdings=self._holdings,
            chronicle=self._chronicle,
            persistence=world.persistence,
        )
        self._opening = Opening(
            clock=world.clock,
            http=world.http,
            environ=world.environ,
            config=world.config,
            holdings=self._holdings,
            approval=self._approval,
            chronicle=self._chronicle,
            persistence=world.persistence,
            loopback=world.loopback,
            lock_folder=world.lock_folder,
            approved=lambda: self._closing.hold_to(world.config, self._approval),
        )
        self._releasing = Releasing(
            clock=world.clock,
            http=world.http,
            config=world.config,
            holdings=self._holdings,
            approval=self._approval,
            chronicle=self._chronicle,
            persistence=world.persistence,
            lock_folder=world.lock_folder,
            lost=self._closing.lose,
        )
        self._chronicle.started(f"config {world.config.files.config}")
        self._take_up()

    # --- at once ---------------------------------------------------------------------------------

    def release(
        self, ask: Release, asker: Asker, scope: ScopeOfGates | None = None
    ) -> bytes | Errand:
        """Return the line that answers `ask`, or the errand to run before it is asked again.

        A refusal is in the audit log, too. Raises nothing.
        """
        try:
            if scope is not None:
                scope.check(ask)
            return self._releasing.answer(ask, asker, scope)
        except SekishoError as error:
            return self.refuse(ask.profile, asker, error)

    def refuse(self, profile: str | None, asker: Asker, error: SekishoError) -> bytes:
        """Return the line that refuses what `asker` asked for; the audit log has it, too."""
        self._note_refusal(profile, asker, error)
        return protocol.encode(failed(error))

    def state(self, scope: ScopeOfGates | None = None) -> State:
        """Say what is open; in a `scope`, of its gates alone."""
        world = self._world
        gates = self._holdings.gates()
        shown = gates if scope is None else tuple(filter(scope.knows, gates))
        return State(
            pid=world.pid,
            started_at=spell_time(self._started),
            config=str(world.config.files.config),
            endpoints=overridden_endpoints(world.environ),
            persist=world.persistence.kind,
            gates=tuple(map(self._gate_state, shown)),
            sign_ins=() if scope is not None else tuple(self._sign_in_states()),
            pending=None if scope is not None else self._pending,
        )

    def scope(self, ask: Scope, asker: Asker) -> ScopeOfGates:
        """Make the scope that `ask` wants.

        Raises `Mismatch` for another config file, `GateClosed`, and `AuditNotWritten`.
        """
        same_config(self._world.config, ask.config, ask.profiles[0])
        gates = self._holdings.open_gates(ask.profiles)
        made = scope_of(gates, ask.seconds, self._world.clock)
        self._chronicle.scoped(gates, asker, f"until {spell_time(made.closes_at)}")
        return made

    @property
    def pending(self) -> Pending | None:
        """The sign-in that waits for a person."""
        return self._pending

    # --- what takes its time ---------------------------------------------------------------------

    def open(self, ask: Open, asker: Asker, line: Conversation) -> Opened:
        """Open gates, and block for the person; see `Opening.run`, which says what is raised.

        Raises `AgentBusy` while another sign-in is pending, and once the agent has stopped. What was
        refused is in the audit log.
        """
        pending = Pending(ask.profile, asker.words, spell_time(self._world.clock.now()))
        with self._turn:
            if self._pending is not None or self._stopped.is_set():
                raise AgentBusy(in_words(self._pending or pending))
            self._pending = pending
        try:
            opened = self._opening.run(ask, asker, line)
        except SekishoError as error:
            self._note_refusal(ask.profile, asker, error)
            raise
        except HungUp:
            self._note_refusal(ask.profile, asker, "it hung up, so its sign-in was given up")
            raise
        finally:
            self._pending = None
        if self._stopped.is_set():  # it came too late
            self._closing.close_everything(_STOPS)
        return Opened(
            gates=tuple(map(self._gate_state, opened.gates)),
            person=opened.person,
            note=opened.note,
            was_open=opened.was_open,
        )

    def close(self, ask: Close, asker: Asker) -> Closed:
        """Close gates; block for the service unless it is `local`. Raises nothing."""
        return Closed(self._closing.close(ask, asker))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is held that could become due."""
        return not self._holdings.sign_ins()

    def is_due(self) -> bool:
        """Whether there is something to `tend`. Takes no time."""
        deadline = self._holdings.next_deadline()
        if deadline is not None and self._world.clock.monotonic() >= deadline:
            return True
        soon = self._world.clock.now() + _REFRESH_BEFORE
        tokens = (sign_in.token for sign_in in self._holdings.sign_ins())
        return any(token is not None and token.expires_at < soon for token in tokens)

    def tend(self) -> None:
        """Do what is due: close what has had its time, refresh what is about to expire.

        Blocks for the service. Raises nothing.
        """
        self._closing.close_due()
        for sign_in in self._holdings.sign_ins():
            self._refresh(sign_in)

    def stop(self, why: str, *, forget: bool) -> None:
        """Close all gates, and open no more. The service is not told: it is quick.

        What outlives the agent stays for the next one, unless it is to `forget` it, too.
        """
        with self._turn:
            if self._stopped.is_set():
                return
            self._stopped.set()
        self._closing.close_everything(_STOPS, forget=forget)
        self._chronicle.stopped(why)

    # --- inside ----------------------------------------------------------------------------------

    def _take_up(self) -> None:
        """Go on with what was kept of an earlier agent, for the time that is left of it."""
        now, monotonic = self._world.clock.now(), self._world.clock.monotonic()
        for held in self._world.persistence.load():
            gates = []
            for each in held.gates:
                left = (each.closes_at - now).total_seconds()
                lasts = each.gate.deadline - each.gate.opened
                if 0 < left <= lasts:  # more: the time of day has been set back
                    gates.append(each.gate.until(monotonic + left, monotonic + left - lasts))
            if gates:
                self._holdings.open(held.sign_in, gates)
                self._chronicle.taken_up(gates)

    def _note_refusal(
        self, profile: str | None, asker: Asker | None, why: SekishoError | str
    ) -> None:
        self._chronicle.refused(profile, asker, why, self._world.config.known(profile))

    def _refresh(self, sign_in: SignIn) -> None:
        world, target = self._world, sign_in.route.target
        before = sign_in.token
        now = world.clock.now()
        if before is None or before.expires_at - now >= _REFRESH_BEFORE:
            return
        record = sign_in.store.record(target.token_key)
        if before.expires_at > now and not can_be_refreshed(target, before, record, now):
            return
        try:
            fresh_token(
                target=target,
                oidc=sign_in.route.oidc,
                portal=sign_in.route.portal,
                store=sign_in.store,
                http=world.http,
                clock=world.clock,
                lock_folder=world.lock_folder,
                login=login_command(profile=sign_in.asked),
            )
        except SignInNeeded as error:
            self._closing.lose(sign_in, error)
        except SekishoError:  # it may pass; whoever asks for credentials meanwhile is told
            return
        if sign_in.token is not before:
            self._keep(sign_in)

    def _keep(self, sign_in: SignIn) -> None:
        gates = self._holdings.opened_by(sign_in)
        if not gates:
            return
        with contextlib.suppress(FileError):  # memory has it; what outlives us is one refresh old
            self._world.persistence.keep(self._holdings.as_held(sign_in, gates))

    def _gate_state(self, gate: Gate) -> GateState:
        clock = self._world.clock
        closes = clock.now() + timedelta(seconds=gate.deadline - clock.monotonic())
        ready = self._holdings.ready(gate)
        return GateState(
            profile=gate.label,
            start_url=gate.target.start_url,
            region=gate.target.region,
            account_id=gate.role.account_id,
            role_name=gate.role.role_name,
            person=gate.person,
            environment=gate.environment,
            opened_at=spell_time(gate.opened_at),
            closes_at=spell_time(closes),
            credentials_expire=None if ready is None else spell_time(ready.expires_at),
            sign_in=gate.sign_in,
        )

    def _sign_in_states(self) -> "list[SignInState]":
        now = self._world.clock.now()
        states = []
        for each in self._holdings.sign_ins():
            target, token = each.route.target, each.token
            if token is None:
                continue
            record = each.store.record(target.token_key)
            registered = token.registration_expires_at
            states.append(
                SignInState(
                    number=each.number,
                    session=target.session or "",
                    start_url=target.start_url,
                    region=target.region,
                    person=each.person,
                    access_expires=spell_time(token.expires_at),
                    refreshable=can_be_refreshed(target, token, record, now),
                    registration_expires=None if registered is None else spell_time(registered),
                )
            )
        return states


def in_words(pending: Pending) -> str:
    """Say which sign-in is pending, who asked for it, and since when."""
    return f"{pending.profile}, asked for by {pending.asker} since {pending.since}"
