"""What of the agent's sign-ins outlives it with `--persist sealed`: sealed records, one a sign-in.

A gate's end is kept by two clocks: by the time of day, and, together with the name of this boot, by
the clock that goes on while the machine sleeps. The stricter one counts; after a reboot there is
the time of day alone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from sekisho.aws.endpoint import Endpoint
from sekisho.guard.gates import Gate
from sekisho.guard.sign_ins import HeldGate, HeldSignIn, SignIn
from sekisho.login.interface import SignInRoute
from sekisho.model import (
    AccountId,
    Delivery,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.ports import Clock
from sekisho.store.cachefile import (
    parse_registration,
    parse_token,
    render_registration,
    render_token,
)
from sekisho.store.memory import MemoryStore
from sekisho.store.records import parse_record, render_record
from sekisho.store.sealed import AGENT
from sekisho.store.vault import Broken, Vault

__all__ = ["SealedSignIns", "forget_kept"]

_VERSION: Literal[1] = 1


class SealedSignIns:
    """Satisfies `guard.sign_ins.Persistence`. Role credentials are not kept: they are had again."""

    def __init__(self, vault: Vault, clock: Clock, boot: str) -> None:
        """Keep sign-ins in `vault`.

        `clock.monotonic` goes on while the machine sleeps, and begins anew with each `boot`; a boot
        of no name is like no other.
        """
        self._vault = vault
        self._clock = clock
        self._boot = boot

    @property
    def kind(self) -> Literal["memory", "sealed"]:
        """Sealed."""
        return "sealed"

    def load(self) -> Sequence[HeldSignIn]:
        """Return what was kept, the oldest first; a record that does not open is put aside, and said.

        Raises what `store.custody.KeySource.key` does.
        """
        found = []
        for label in self._vault.labels(AGENT):
            try:
                kept = self._vault.read(label, _parse)
            except Broken as broken:
                self._vault.say(broken)
                continue
            if kept is not None:
                found.append(self._held(kept))
        return sorted(found, key=lambda held: held.sign_in.number)

    def keep(self, held: HeldSignIn) -> None:
        """Keep a sign-in; see `Persistence.keep`."""
        label = (AGENT, str(held.sign_in.number))
        kept = _kept(held, self._boot)
        if kept is not None:
            self._vault.write(label, msgspec.json.encode(kept))

    def forget(self, number: int) -> None:
        """Forget a sign-in; see `Persistence.forget`."""
        self._vault.remove((AGENT, str(number)))

    def _held(self, kept: "_KeptSignIn") -> HeldSignIn:
        sign_in = _sign_in(kept)
        same_boot = bool(self._boot) and kept.boot == self._boot
        return HeldSignIn(
            sign_in, tuple(self._gate(each, sign_in, same_boot=same_boot) for each in kept.gates)
        )

    def _gate(self, kept: "_KeptGate", sign_in: SignIn, *, same_boot: bool) -> HeldGate:
        gate = Gate(
            label=ProfileName(kept.label),
            target=sign_in.route.target,
            role=_role(kept.role),
            person=sign_in.person,
            environment=kept.environment,
            sign_in=sign_in.number,
            opened_at=kept.opened_at,
            opened=kept.opened,
            deadline=kept.deadline,
        )
        if not same_boot:
            return HeldGate(gate, kept.closes_at)
        left = timedelta(seconds=kept.deadline - self._clock.monotonic())
        return HeldGate(gate, min(kept.closes_at, self._clock.now() + left))


def forget_kept(vault: Vault, labels: Iterable[str]) -> int:
    """Forget every sign-in that has a gate of one of `labels`, where no agent runs; return how many.

    Raises what `store.custody.KeySource.key` does, and `FileUnwritable`.
    """
    named, forgotten = set(labels), 0
    for label in vault.labels(AGENT):
        try:
            kept = vault.read(label, _parse)
        except Broken as broken:
            vault.say(broken)
            continue
        if kept is not None and named & {each.label for each in kept.gates}:
            forgotten += vault.remove(label)
    return forgotten


class _KeptRole(msgspec.Struct, forbid_unknown_fields=True):
    account_id: str
    role_name: str


class _KeptEndpoint(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    region: str
    overridden: bool
    source: str


class _KeptGate(msgspec.Struct, forbid_unknown_fields=True):
    label: str
    role: _KeptRole
    environment: str
    opened_at: datetime
    closes_at: datetime
    opened: float
    deadline: float


class _KeptSignIn(msgspec.Struct, forbid_unknown_fields=True):
    version: Literal[1]
    boot: str
    number: int
    asked: str
    person: str | None
    start_url: str
    region: str
    session: str | None
    scopes: tuple[str, ...] | None
    leads_to: str | None
    role: _KeptRole | None
    oidc: _KeptEndpoint
    portal: _KeptEndpoint
    sts: _KeptEndpoint | None
    token: str
    record: str
    registration: str | None
    gates: tuple[_KeptGate, ...]


def _parse(data: bytes) -> _KeptSignIn:
    """Read a record. Raises `ValueError` for anything that `keep` never wrote."""
    try:
        kept = msgspec.json.decode(data, type=_KeptSignIn)
    except msgspec.MsgspecError as error:
        raise ValueError("it is no sign-in of an agent of this version") from error
    _sign_in(kept)
    if any(at.tzinfo is None for each in kept.gates for at in (each.opened_at, each.closes_at)):
        raise ValueError("a time is without a zone")
    return kept


def _kept(held: HeldSignIn, boot: str) -> _KeptSignIn | None:
    """Spell a sign-in; `None` for one that has lost its token, or what binds that."""
    sign_in, route = held.sign_in, held.sign_in.route
    token, record = sign_in.token, sign_in.store.record(route.target.token_key)
    if token is None or record is None:
        return None
    registration = sign_in.registration
    return _KeptSignIn(
        version=_VERSION,
        boot=boot,
        number=sign_in.number,
        asked=sign_in.asked,
        person=sign_in.person,
        start_url=route.target.start_url,
        region=route.target.region,
        session=route.target.session,
        scopes=route.target.scopes,
        leads_to=route.leads_to,
        role=None if route.role is None else _kept_role(route.role),
        oidc=_kept_endpoint(route.oidc),
        portal=_kept_endpoint(route.portal),
        sts=None if route.sts is None else _kept_endpoint(route.sts),
        token=render_token(token).decode(),
        record=render_record(record).decode(),
        registration=None if registration is None else render_registration(registration).decode(),
        gates=tuple(
            _KeptGate(
                label=each.gate.label,
                role=_kept_role(each.gate.role),
                environment=each.gate.environment,
                opened_at=each.gate.opened_at,
                closes_at=each.closes_at,
                opened=each.gate.opened,
                deadline=each.gate.deadline,
            )
            for each in held.gates
        ),
    )


def _sign_in(kept: _KeptSignIn) -> SignIn:
    """Return the sign-in over a store of its own. Raises `ValueError`."""
    target = SignInTarget(
        StartUrl(kept.start_url),
        Region(kept.region),
        None if kept.session is None else SessionName(kept.session),
        kept.scopes,
        Delivery.GUARDED,
    )
    store = MemoryStore()
    token, record = parse_token(kept.token.encode()), parse_record(kept.record.encode())
    store.put_token(target.token_key, token, record)
    if kept.registration is not None:
        store.put_registration(target, parse_registration(kept.registration.encode()))
    route = SignInRoute(
        target=target,
        role=None if kept.role is None else _role(kept.role),
        oidc=_endpoint(kept.oidc),
        portal=_endpoint(kept.portal),
        sts=None if kept.sts is None else _endpoint(kept.sts),
        leads_to=None if kept.leads_to is None else StartUrl(kept.leads_to),
    )
    return SignIn(kept.number, ProfileName(kept.asked), route, store, kept.person)


def _kept_role(role: Role) -> _KeptRole:
    return _KeptRole(role.account_id, role.role_name)


def _role(kept: _KeptRole) -> Role:
    return Role(AccountId(kept.account_id), RoleName(kept.role_name))


def _kept_endpoint(endpoint: Endpoint) -> _KeptEndpoint:
    return _KeptEndpoint(endpoint.url, endpoint.region, endpoint.overridden, endpoint.source)


def _endpoint(kept: _KeptEndpoint) -> Endpoint:
    return Endpoint(kept.url, Region(kept.region), kept.overridden, kept.source)
