"""What the agent holds: open gates, the sign-ins behind them, and credentials ready to be handed out.

One lock for all of it. Nothing here blocks: who needs the service asks it without the lock, and
looks again whether the gate is still the one that it was.
"""

import contextlib
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from sekisho.credentials.cached import MARGIN
from sekisho.credentials.formats import process_json
from sekisho.errors import FileError, GateClosed
from sekisho.guard import protocol
from sekisho.guard.answers import Credentials
from sekisho.guard.gates import Gate, GateBook
from sekisho.guard.sign_ins import HeldGate, HeldSignIn, Persistence, SignIn, SignIns
from sekisho.login.interface import SignInRoute
from sekisho.model import RoleCredentials
from sekisho.ports import Clock
from sekisho.reach.portal import portal_of
from sekisho.store.memory import MemoryStore

__all__ = ["Holdings", "Ready", "keep_anew"]

_SETTLED = 30.0
"""Seconds in which credentials that were just fetched, or could not be, are not fetched again."""
_LAST_USE = timedelta(minutes=1)
_MOST_REMEMBERED = 256
"""Labels of which it is remembered why their gate has closed."""


class Ready:
    """The credentials of one gate, spelt as the line that hands them out."""

    __slots__ = ("expires_at", "gate", "line", "settled_until")

    def __init__(self, gate: Gate, credentials: RoleCredentials, settled_until: float) -> None:
        """Spell `credentials`; they are not fetched again before `settled_until`."""
        document = msgspec.Raw(process_json(credentials).encode())
        self.line = protocol.encode(Credentials(document))
        self.gate = gate
        self.expires_at = credentials.expires_at
        self.settled_until = settled_until

    def is_good(self, now: datetime, monotonic: float) -> bool:
        """Whether they are handed out as they are: 15 minutes are left, or there is no better."""
        left = self.expires_at - now
        return left >= MARGIN or (monotonic < self.settled_until and left > timedelta(0))

    def is_alive(self, now: datetime) -> bool:
        """Whether they can be handed out if others cannot be had."""
        return self.expires_at - now > _LAST_USE


class Holdings:
    """All that there is to lose. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        """Hold nothing; `clock.monotonic` goes on while the machine sleeps."""
        self._clock = clock
        self._turn = threading.RLock()
        self._book = GateBook()
        self._sign_ins = SignIns()
        self._ready: dict[str, Ready] = {}
        self._closed: dict[str, str] = {}

    # --- looking ---------------------------------------------------------------------------------

    def gate(self, label: str) -> Gate | None:
        """Return the open gate of `label`."""
        with self._turn:
            return self._book.at(label, self._clock.monotonic())

    def open_gates(self, labels: Sequence[str]) -> tuple[Gate, ...]:
        """Return the open gates of `labels`. Raises `GateClosed` for the first that is not open."""
        return tuple(self._required(label) for label in labels)

    def _required(self, label: str) -> Gate:
        gate = self.gate(label)
        if gate is None:
            raise GateClosed(label, why=self.why_closed(label))
        return gate

    def gates(self) -> tuple[Gate, ...]:
        """Return the open gates."""
        now = self._clock.monotonic()
        with self._turn:
            return tuple(gate for gate in self._book if now < gate.deadline)

    def is_open(self, gate: Gate) -> bool:
        """Whether this very `gate` is still open."""
        with self._turn:
            return self._book.holds(gate, self._clock.monotonic())

    def sign_ins(self) -> tuple[SignIn, ...]:
        """Return the sign-ins, the oldest first."""
        with self._turn:
            return tuple(self._sign_ins)

    def sign_in(self, gate: Gate) -> SignIn | None:
        """Return the sign-in behind `gate`, while that is open."""
        with self._turn:
            return self._sign_ins[gate.sign_in] if self.is_open(gate) else None

    def opened_by(self, sign_in: SignIn) -> tuple[Gate, ...]:
        """Return the gates that `sign_in` opened."""
        with self._turn:
            return self._book.opened_by(sign_in.number)

    def holders(self, route: SignInRoute) -> frozenset[str | None]:
        """Return who holds open gates of the portal that `route` leads to, however it is spelt."""
        portal = portal_of(route.at_service.start_url)
        with self._turn:
            return frozenset(
                gate.person
                for gate in self.gates()
                if portal_of(self._sign_ins[gate.sign_in].route.at_service.start_url) == portal
            )

    def ready(self, gate: Gate) -> Ready | None:
        """Return what lies ready to be handed out for this very `gate`."""
        kept = self._ready.get(gate.label)
        return kept if kept is not None and kept.gate is gate else None

    def why_closed(self, label: str) -> str:
        """Say what closed the gate of `label`; empty where that is not known."""
        return self._closed.get(label, "")

    def next_deadline(self) -> float | None:
        """Return when the next gate closes, by the clock that never runs backwards."""
        with self._turn:
            return self._book.next_deadline()

    def as_held(self, sign_in: SignIn, gates: Sequence[Gate]) -> HeldSignIn:
        """Return what `sign_in` and its `gates` are by the time of day, for what outlives us."""
        now, monotonic = self._clock.now(), self._clock.monotonic()
        return HeldSignIn(
            sign_in,
            tuple(HeldGate(g, now + timedelta(seconds=g.deadline - monotonic)) for g in gates),
        )

    # --- opening and closing ---------------------------------------------------------------------

    def new_store(self, route: SignInRoute) -> tuple[int, MemoryStore]:
        """Return a number and an empty store for a sign-in that is about to be made."""
        with self._turn:
            return self._sign_ins.number(), self._sign_ins.new_store(route)

    def open(self, sign_in: SignIn, gates: Sequence[Gate]) -> tuple[SignIn, ...]:
        """Hold `sign_in`, and open `gates` by it; return the sign-ins that were let go thereby."""
        with self._turn:
            self._sign_ins.hold(sign_in)
            self._book.open(gates)
            for gate in gates:
                self._ready.pop(gate.label, None)
                self._closed.pop(gate.label, None)
            return self._let_go()

    def narrow(self, gates: Sequence[Gate]) -> None:
        """Put `gates`, whose deadlines have come nearer, in the place of what they were.

        One that was closed meanwhile stays so.
        """
        with self._turn:
            still = [gate for gate in gates if self._book.has(gate)]
            for gate in still:
                kept = self._ready.get(gate.label)
                if kept is not None:
                    kept.gate = gate
            self._book.open(still)

    def close(self, gates: Iterable[Gate], why: str) -> tuple[SignIn, ...]:
        """Close `gates`; return the sign-ins that have none left: they are held no more."""
        closing = tuple(gates)
        with self._turn:
            for gate in closing:
                self._book.close([gate])
                kept = self._ready.get(gate.label)
                if kept is not None and kept.gate is gate:
                    del self._ready[gate.label]
                self._closed.pop(gate.label, None)
                self._closed[gate.label] = why
            while len(self._closed) > _MOST_REMEMBERED:
                del self._closed[next(iter(self._closed))]
            idle = self._let_go()
            for gate in closing:
                self._drop_credentials(gate)
            return idle

    def close_due(self) -> tuple[tuple[Gate, ...], tuple[SignIn, ...]]:
        """Close the gates whose time is up; return them, and the sign-ins that were let go."""
        with self._turn:
            due = self._book.due(self._clock.monotonic())
            return due, self.close(
                due, f"its time was up at {self._clock.now():%Y-%m-%d %H:%M} UTC"
            )

    def put_ready(self, gate: Gate, credentials: RoleCredentials) -> bool:
        """Have `credentials` ready for `gate`; `False`: it has closed meanwhile."""
        settled = self._clock.monotonic() + _SETTLED
        with self._turn:
            if not self._book.holds(gate, self._clock.monotonic()):
                return False
            self._ready[gate.label] = Ready(gate, credentials, settled)
            return True

    def settle(self, ready: Ready) -> None:
        """Let what is ready be handed out for a while, though there should be better by now."""
        ready.settled_until = self._clock.monotonic() + _SETTLED

    def _drop_credentials(self, gate: Gate) -> None:
        """Have what `gate` led to dropped where its sign-in lives on, for another gate of its."""
        for sign_in in self._sign_ins:
            if sign_in.number == gate.sign_in:
                sign_in.drop(gate.role)

    def _let_go(self) -> tuple[SignIn, ...]:
        used = {gate.sign_in for gate in self._book}
        idle = tuple(one for one in self._sign_ins if one.number not in used)
        for one in idle:
            self._sign_ins.drop(one.number)
        return idle


def keep_anew(sign_ins: Iterable[SignIn], holdings: Holdings, persistence: Persistence) -> None:
    """Keep `sign_ins` as they are now: a gate that one has lost must not be opened by the next agent.

    One that cannot be kept is forgotten. Raises nothing.
    """
    for sign_in in sign_ins:
        gates = holdings.opened_by(sign_in)
        if not gates:
            continue  # it was let go, and forgotten
        try:
            persistence.keep(holdings.as_held(sign_in, gates))
        except FileError:
            with contextlib.suppress(FileError):
                persistence.forget(sign_in.number)
