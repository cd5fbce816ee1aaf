"""What the agent tells of itself: lines of the audit log, and notices on the desktop."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from sekisho.awsconfig.guarded import GuardedProfile
from sekisho.errors import AuditNotWritten, SekishoError
from sekisho.guard.audit import AuditLog, Event, Kind
from sekisho.guard.gates import Gate
from sekisho.ports import Asker, Notices

__all__ = ["Chronicle"]


class Chronicle:
    """The audit log and the desktop. Threads may share it where they may share the log."""

    def __init__(self, audit: AuditLog, notices: Notices) -> None:
        """Write to `audit`, and show at `notices`."""
        self._audit = audit
        self._notices = notices

    def started(self, detail: str) -> None:
        """Say that the agent runs. Raises `AuditNotWritten`."""
        self._audit.write(Event(Kind.AGENT_START, detail=detail))

    def stopped(self, detail: str) -> None:
        """Say that it ends; an end cannot be refused."""
        with contextlib.suppress(AuditNotWritten):
            self._audit.write(Event(Kind.AGENT_STOP, detail=detail))

    def of_gate(self, kind: Kind, gate: Gate, asker: Asker | None, detail: str = "") -> None:
        """Say what happened to, or by, `gate`. Raises `AuditNotWritten`."""
        self._audit.write(
            Event(
                kind,
                profile=gate.label,
                account_id=gate.role.account_id,
                role_name=gate.role.role_name,
                person=gate.person,
                environment=gate.environment,
                start_url=gate.target.start_url,
                asker=asker,
                detail=detail,
            )
        )

    def opened(self, gates: Sequence[Gate], asker: Asker, detail: str) -> None:
        """Say that a sign-in was made, and which gates open by it. Raises `AuditNotWritten`."""
        self.of_gate(Kind.SIGN_IN, gates[0], asker, detail)
        for gate in gates:
            along = gate is not gates[0]
            self.of_gate(
                Kind.OPENING, gate, asker, f"by the sign-in for {gates[0].label}" if along else ""
            )

    def taken_up(self, gates: Sequence[Gate]) -> None:
        """Say which gates an earlier agent had opened. Raises `AuditNotWritten`."""
        for gate in gates:
            self.of_gate(Kind.OPENING, gate, None, "kept from an earlier agent")

    def show_opened(self, gates: Sequence[Gate], asker: Asker) -> None:
        """Show on the desktop what opened, and who asked for it."""
        labels = ", ".join(gate.label for gate in gates)
        what = "; ".join(
            f"{gate.label}: {gate.role.role_name} in {gate.role.account_id}" for gate in gates[:4]
        )
        self._notices.tell(f"sekisho opened {labels}", f"{what}. Asked for by {asker.words}")

    def closed(self, gates: Sequence[Gate], asker: Asker | None, detail: str) -> None:
        """Say that gates have closed; that cannot be refused."""
        for gate in gates:
            with contextlib.suppress(AuditNotWritten):
                self.of_gate(Kind.CLOSING, gate, asker, detail)

    def approved(self, asker: Asker, digest: str) -> None:
        """Say that a policy was approved. Raises `AuditNotWritten`."""
        self._audit.write(Event(Kind.POLICY_APPROVED, asker=asker, detail=f"SHA-256 {digest}"))

    def scoped(self, gates: Sequence[Gate], asker: Asker, detail: str) -> None:
        """Say that a socket was made which knows `gates` alone. Raises `AuditNotWritten`."""
        for gate in gates:
            self.of_gate(Kind.SCOPE, gate, asker, detail)

    def refused(
        self,
        profile: str | None,
        asker: Asker | None,
        why: SekishoError | str,
        wanted: GuardedProfile | None = None,
    ) -> None:
        """Say that something was refused; whether that is written changes nothing.

        `wanted` is what the config says of `profile`, where it is known.
        """
        what = why if isinstance(why, str) else why.what.splitlines()[0]
        event = Event(Kind.REFUSAL, profile=profile, asker=asker, detail=what)
        if wanted is not None:
            event = replace(
                event,
                account_id=wanted.role.account_id,
                role_name=wanted.role.role_name,
                start_url=wanted.target.start_url,
            )
        with contextlib.suppress(AuditNotWritten):
            self._audit.write(event)
