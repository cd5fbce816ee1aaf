"""The sign-ins that the agent holds: each a store of its own in memory, and the way to its portal.

The flows of `login` and `credentials` run over them as they run over the AWS CLI's caches. Two
sign-ins to one portal never share a store, so neither can be handed what is the other's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sekisho.credentials.interface import Route
from sekisho.guard.gates import Gate
from sekisho.login.interface import SignInRoute
from sekisho.model import ProfileName, Role
from sekisho.store.interface import CachedToken, Registration
from sekisho.store.memory import MemoryStore

__all__ = ["HeldGate", "HeldSignIn", "MemoryOnly", "Persistence", "SignIn", "SignIns"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in, while one of its gates is open."""

    number: int
    """Given once in an agent's life."""
    asked: ProfileName
    """The profile that it was made for."""
    route: SignInRoute
    """Frozen as it was then: its token goes nowhere else."""
    store: MemoryStore
    person: str | None

    @property
    def token(self) -> CachedToken | None:
        """The token, as it is after its last refresh."""
        return self.store.token(self.route.target.token_key)

    @property
    def registration(self) -> Registration | None:
        """The client that it was made with."""
        return self.store.registration(self.route.target)

    def drop(self, role: Role) -> None:
        """Drop the credentials of `role`, whose gate has closed; they are fetched anew if need be."""
        self.store.drop_role_credentials(self.route.target.token_key, role)

    def route_of(self, role: Role, label: ProfileName) -> Route:
        """Return what the credentials of `role` are fetched with; `label` is for messages."""
        return Route(self.route.target, role, label, self.route.oidc, self.route.portal)


@dataclass(frozen=True, slots=True)
class HeldGate:
    """An open gate, as it outlives the agent: by the time of day."""

    gate: Gate
    closes_at: datetime
    """Aware, UTC."""


@dataclass(frozen=True, slots=True)
class HeldSignIn:
    """All that there is to a sign-in, as it outlives the agent."""

    sign_in: SignIn
    gates: tuple[HeldGate, ...]


class Persistence(Protocol):
    """What of the sign-ins outlives the agent. Called on one thread at a time."""

    @property
    def kind(self) -> Literal["memory", "sealed"]:
        """What `agent run --persist` is told."""

    def load(self) -> Sequence[HeldSignIn]:
        """Return what was kept and not forgotten; what cannot be read is passed over."""

    def keep(self, held: HeldSignIn) -> None:
        """Keep a sign-in as it is now, in the place of what was kept under its number.

        Raises `errors.FileError`.
        """

    def forget(self, number: int) -> None:
        """Forget the sign-in of that number, if it was kept. Raises `errors.FileError`."""


class MemoryOnly:
    """Satisfies `Persistence`: nothing outlives the agent."""

    @property
    def kind(self) -> Literal["memory", "sealed"]:
        """Memory, and no more."""
        return "memory"

    def load(self) -> Sequence[HeldSignIn]:
        """Return nothing."""
        return ()

    def keep(self, held: HeldSignIn) -> None:
        """Keep nothing."""

    def forget(self, number: int) -> None:
        """There is nothing to forget."""


class SignIns:
    """Every sign-in that the agent holds. Not for threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._held: dict[int, SignIn] = {}
        self._last = 0

    def __iter__(self) -> Iterator[SignIn]:
        """Go through them, the oldest first."""
        return iter(tuple(self._held.values()))

    def __getitem__(self, number: int) -> SignIn:
        """Return the sign-in of that number. Raises `KeyError`."""
        return self._held[number]

    def number(self) -> int:
        """Return a number that no sign-in had."""
        self._last += 1
        return self._last

    def hold(self, sign_in: SignIn) -> None:
        """Hold a sign-in."""
        self._held[sign_in.number] = sign_in
        self._last = max(self._last, sign_in.number)

    def drop(self, number: int) -> SignIn | None:
        """Let go of a sign-in; return it, if it was held."""
        return self._held.pop(number, None)

    def new_store(self, route: SignInRoute) -> MemoryStore:
        """Make an empty store for a sign-in by `route`.

        The client registration of an earlier one to the same place is in it: making one at each
        sign-in would be more than the AWS CLI asks of the service.
        """
        store = MemoryStore()
        for held in self._held.values():
            known = held.registration
            same = held.route.target == route.target and held.route.oidc == route.oidc
            if known is not None and same:
                store.put_registration(route.target, known)
        return store
