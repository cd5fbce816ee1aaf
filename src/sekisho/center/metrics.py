"""Figures for Prometheus, counted from the log's own lines: what is not logged is not counted.

So no handler knows of metrics, and nothing gets into a label that was not fit for the log. Labels are
names of operations, statuses, buckets and events: short lists that nobody outside can make longer.
"""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from sqlalchemy.pool import QueuePool

from sekisho.center import audit
from sekisho.center.health import PATH as HEALTH
from sekisho.center.storage.database import Database
from sekisho.errors import PortTaken

__all__ = ["HOST", "Metrics", "metrics_served"]

HOST = "127.0.0.1"
"""Metrics are for this machine: a collector runs on it, or a proxy with a password does."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics(logging.Handler):
    """Counts what the center logs."""

    def __init__(self, database: Database) -> None:
        """Start at nought; `database` is asked for its pool whenever somebody looks."""
        super().__init__(logging.INFO)
        self.registry = CollectorRegistry()
        """What Prometheus reads."""
        self._requests = self._counter("requests", "Answered requests", "operation", "status")
        self._latency = Histogram(
            "sekisho_center_request_seconds", "How long answers took", ["operation"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._limited = self._counter("limited", "Calls that were told to wait", "bucket")
        self._events = {
            "session.started": self._counter("sign_ins", "People who signed in"),
            "sign_in.failed": self._counter("sign_ins_failed", "Wrong names or passwords"),
            "sign_in.locked_out": self._counter("lock_outs", "Tries that were not looked at"),
            "token.refreshed": self._counter("tokens_refreshed", "Tokens that followed another"),
            "database": self._counter("database_away", "Requests without a database"),
        }
        self._tokens = self._counter("tokens_issued", "Sign-ins of tools", "grant")
        self._watch(database)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"sekisho_center_{name}", words, labels, registry=self.registry)

    def _watch(self, database: Database) -> None:
        pool = database.engine.pool
        if not isinstance(pool, QueuePool):  # a database in memory is one connection
            return
        figures = {"used": pool.checkedout, "idle": pool.checkedin}
        gauge = Gauge(
            "sekisho_center_pool_connections", "Connections to the database", ["state"],
            registry=self.registry,
        )  # fmt: skip
        for state, figure in figures.items():
            gauge.labels(state).set_function(figure)

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line."""
        facts: dict[str, Any] = getattr(record, "facts", {})
        match record.getMessage():
            case "request":
                is_health = facts["path"] == HEALTH
                operation = facts.get("operation", "health" if is_health else "page")
                self._requests.labels(operation, facts["status"]).inc()
                self._latency.labels(operation).observe(facts["milliseconds"] / 1000)
            case "limited":
                self._limited.labels(facts["bucket"]).inc()
            case "token.issued":
                self._tokens.labels(facts["grant"]).inc()
            case event if event in self._events:
                self._events[event].inc()


@contextlib.contextmanager
def metrics_served(database: Database, port: int) -> Iterator[str]:
    """Count, and show the figures on a port of this machine, while the block runs; give their URL.

    Raises `errors.PortTaken`.
    """
    metrics = Metrics(database)
    try:
        server, thread = start_http_server(port, HOST, metrics.registry)
    except OSError as error:
        raise PortTaken(
            port, error.strerror or str(error), do="choose another --metrics-port"
        ) from error
    audit.LOGGER.addHandler(metrics)
    url = f"http://{HOST}:{server.server_port}/metrics"
    audit.record("metrics", url=url)
    try:
        yield url
    finally:
        audit.LOGGER.removeHandler(metrics)
        server.shutdown()
        server.server_close()
        thread.join()
