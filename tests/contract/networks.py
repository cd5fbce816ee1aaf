"""The ways to the network: each is an `Http` of its own."""

from collections.abc import Callable
from pathlib import Path

from sekisho.adapters.http_plain import PlainHttp
from sekisho.adapters.http_rules import Limits, Trust
from sekisho.adapters.http_urllib3 import Urllib3Http
from sekisho.ports import Http

__all__ = ["NETWORKS", "Network"]


class Network:
    """Makes one of the ways, with the trust and the limits that a test wants."""

    def __init__(self, make: Callable[[Trust, Limits], Http]) -> None:
        self._make = make

    def __call__(self, ca_bundle: Path | None = None, limits: Limits | None = None) -> Http:
        return self._make(Trust(ca_bundle), limits or Limits())


NETWORKS = {
    "plain": Network(PlainHttp),
    "urllib3": Network(lambda trust, limits: Urllib3Http({}, trust, limits)),
}
