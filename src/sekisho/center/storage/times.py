"""Time as the tables have it: whole seconds of the Unix epoch."""

from datetime import UTC, datetime

__all__ = ["from_epoch", "to_epoch"]


def to_epoch(at: datetime) -> int:
    """Return an aware time as whole seconds; what is less than a second is cut off."""
    return int(at.timestamp())


def from_epoch(seconds: int) -> datetime:
    """Return stored seconds as an aware time, UTC."""
    return datetime.fromtimestamp(seconds, UTC)
