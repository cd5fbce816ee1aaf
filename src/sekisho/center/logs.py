"""The log: one JSON object a line, on stderr."""

import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from sekisho.center.audit import LOGGER

__all__ = ["JsonLines", "log_to_stderr"]


class JsonLines(logging.Formatter):
    """Spells a record with its time, level, event and facts, and a bug with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Spell one record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)  # ASCII: a path that a stranger asked for steers no terminal


@contextlib.contextmanager
def log_to_stderr() -> Iterator[None]:
    """Send what the center and its server have to say to stderr, while the block runs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    loggers = (LOGGER, logging.getLogger("uvicorn.error"))
    before = [(logger, logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
