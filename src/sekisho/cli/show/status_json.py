"""`status --json`, version 1 (design §3)."""

from datetime import datetime
from typing import NotRequired, TypedDict

from sekisho.model import Delivery
from sekisho.status import Gate, ProfileStatus, SessionStatus, Status
from sekisho.store.cachefile import spell_time

__all__ = ["StatusJson", "status_json"]


class _TokenKeyRow(TypedDict):
    form: str
    value: str


class _SessionRow(TypedDict):
    token_key: _TokenKeyRow
    start_url: str
    region: str
    person: str | None
    delivery: str
    access_expires: str | None
    refreshable: bool
    registration_expires: str | None
    state: str


class _GateRow(TypedDict):
    opened_at: str
    closes_at: str
    person: str | None
    environment: str


class _ProfileRow(TypedDict):
    profile: str
    open: bool
    credentials_expire: str | None
    gate: NotRequired[_GateRow | None]
    """Of profiles that go through one; the others have no such key."""


class StatusJson(TypedDict):
    """The whole answer."""

    version: int
    sessions: list[_SessionRow]
    profiles: list[_ProfileRow]


def status_json(found: Status) -> StatusJson:
    """Return the answer as JSON has it; times are UTC, with `Z`."""
    return {
        "version": 1,
        "sessions": [_session(each) for each in found.sessions],
        "profiles": [_profile(each) for each in found.profiles],
    }


def _session(session: SessionStatus) -> _SessionRow:
    key = session.target.token_key
    return {
        "token_key": {"form": key.form.value, "value": key.value},
        "start_url": session.target.start_url,
        "region": session.target.region,
        "person": session.person,
        "delivery": session.target.delivery.value,
        "access_expires": _spelt(session.access_expires),
        "refreshable": session.refreshable,
        "registration_expires": _spelt(session.registration_expires),
        "state": session.state.value,
    }


def _profile(profile: ProfileStatus) -> _ProfileRow:
    row: _ProfileRow = {
        "profile": profile.profile,
        "open": profile.open,
        "credentials_expire": _spelt(profile.credentials_expire),
    }
    if profile.token_key is not None and profile.token_key.delivery is Delivery.GUARDED:
        row["gate"] = None if profile.gate is None else _gate(profile.gate)
    return row


def _gate(gate: Gate) -> _GateRow:
    return {
        "opened_at": spell_time(gate.opened_at),
        "closes_at": spell_time(gate.closes_at),
        "person": gate.person,
        "environment": gate.environment,
    }


def _spelt(at: datetime | None) -> str | None:
    return None if at is None else spell_time(at)
