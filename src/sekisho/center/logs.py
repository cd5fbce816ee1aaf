"""The log: one JSON object a line, on stderr."""

import json
import logging
import sys
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
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr() -> None:
    """Send what the center and its server have to say to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for logger in (LOGGER, logging.getLogger("uvicorn.error")):
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO)
