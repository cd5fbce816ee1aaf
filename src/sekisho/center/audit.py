"""What happened, for the log: never tokens, codes, secrets or query strings."""

import logging

__all__ = ["LOGGER", "record", "warn"]

LOGGER = logging.getLogger("sekisho.center")
LOGGER.addHandler(logging.NullHandler())  # without `serve` nobody listens


def record(event: str, **facts: str | int) -> None:
    """Log `event` with its `facts`. A caller hands in names and ids, and nothing that opens."""
    LOGGER.info(event, extra={"facts": facts})


def warn(event: str, notice: str) -> None:
    """Log something that the operator should look at."""
    LOGGER.warning(event, extra={"facts": {"notice": notice}})
