"""An audit log that a test reads, or fills up."""

from pathlib import Path

from sekisho.errors import AuditNotWritten
from sekisho.guard.audit import Event

__all__ = ["KeptAudit"]


class KeptAudit:
    """Satisfies `guard.audit.AuditLog`: keeps the events; while it is `full` it refuses them."""

    def __init__(self) -> None:
        """Begin with an empty log that has room."""
        self.events: list[Event] = []
        """Every event that was written, in order."""
        self.full = False
        """Whether there is no room for another one."""

    def write(self, event: Event) -> None:
        """Keep `event`. Raises `AuditNotWritten` while the log is `full`."""
        if self.full:
            raise AuditNotWritten(Path("audit.jsonl"), "No space left on device")
        self.events.append(event)
