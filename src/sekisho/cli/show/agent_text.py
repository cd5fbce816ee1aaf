"""What `sekisho agent status` shows: for people, and as JSON."""

from datetime import UTC, datetime
from typing import TypedDict

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import columns, padded
from sekisho.guard.answers import GateState, State

__all__ = ["agent_json", "agent_text"]


class _GateRow(TypedDict):
    profile: str
    start_url: str
    region: str
    account_id: str
    role_name: str
    person: str | None
    environment: str
    opened_at: str
    closes_at: str
    credentials_expire: str | None
    sign_in: int


class _SignInRow(TypedDict):
    number: int
    session: str
    start_url: str
    region: str
    person: str | None
    access_expires: str
    refreshable: bool
    registration_expires: str | None


class _PendingRow(TypedDict):
    profile: str
    asker: str
    since: str


class _AgentJson(TypedDict):
    version: int
    running: bool
    pid: int | None
    started_at: str | None
    config: str | None
    endpoints: list[str]
    persist: str | None
    gates: list[_GateRow]
    sign_ins: list[_SignInRow]
    pending: _PendingRow | None


def agent_json(found: State | None) -> _AgentJson:
    """Return `agent status --json`, version 1; `None`: no agent runs."""
    pending = None if found is None else found.pending
    return {
        "version": 1,
        "running": found is not None,
        "pid": None if found is None else found.pid,
        "started_at": None if found is None else found.started_at,
        "config": None if found is None else found.config,
        "endpoints": [] if found is None else [*found.endpoints],
        "persist": None if found is None else found.persist,
        "gates": [] if found is None else [_gate_row(gate) for gate in found.gates],
        "sign_ins": [] if found is None else _sign_in_rows(found),
        "pending": None
        if pending is None
        else {"profile": pending.profile, "asker": pending.asker, "since": pending.since},
    }


def agent_text(found: State, *, now: datetime, ink: Ink) -> str:
    """Draw what an agent has open; it ends in a newline."""
    kept = "in memory alone" if found.persist == "memory" else "in memory, and sealed on the disk"
    lines = [
        f"{ink.strong(f'agent {found.pid}')}, since {_minute(found.started_at)}; tokens are {kept}",
        f"config: {printable(found.config)}",
    ]
    if found.endpoints:
        lines += [f"endpoints: {printable(', '.join(found.endpoints))}"]
    if found.pending is not None:
        who = f"{found.pending.profile}, asked for by {found.pending.asker}"
        lines += [ink.warn(f"a sign-in waits for its person: {printable(who)}")]
    lines += ["", *_table(found, now, ink)] if found.gates else ["", "Every gate is closed."]
    return "".join(f"{line}\n" for line in lines)


def _table(found: State, now: datetime, ink: Ink) -> list[str]:
    head = ("gate", "account", "role", "person", "closes")
    rows = [
        (
            printable(gate.profile),
            printable(gate.account_id),
            printable(gate.role_name),
            printable(gate.person or "not known"),
            f"in {_left(gate.closes_at, now)}",
        )
        for gate in found.gates
    ]
    widths = [max(columns(row[at]) for row in (head, *rows)) for at in range(len(head))]

    def spread(row: tuple[str, ...]) -> str:
        return "  ".join(padded(text, width) for text, width in zip(row, widths, strict=True))

    return [ink.dim(spread(head).rstrip()), *(spread(row).rstrip() for row in rows)]


def _left(until: str, now: datetime) -> str:
    """How long it is until then: `7 h 59 min`."""
    minutes = max(0, int((datetime.fromisoformat(until) - now).total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _minute(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _gate_row(gate: GateState) -> _GateRow:
    return {
        "profile": gate.profile,
        "start_url": gate.start_url,
        "region": gate.region,
        "account_id": gate.account_id,
        "role_name": gate.role_name,
        "person": gate.person,
        "environment": gate.environment,
        "opened_at": gate.opened_at,
        "closes_at": gate.closes_at,
        "credentials_expire": gate.credentials_expire,
        "sign_in": gate.sign_in,
    }


def _sign_in_rows(found: State) -> list[_SignInRow]:
    return [
        {
            "number": each.number,
            "session": each.session,
            "start_url": each.start_url,
            "region": each.region,
            "person": each.person,
            "access_expires": each.access_expires,
            "refreshable": each.refreshable,
            "registration_expires": each.registration_expires,
        }
        for each in found.sign_ins
    ]
