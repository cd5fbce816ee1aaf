"""The socket of a scope: what becomes of one that cannot be had."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.adapters.agent_scope import ScopeSocket
from sekisho.errors import AgentNotStarted
from sekisho.guard.scopes import ScopeOfGates
from sekisho.testing.clock import FakeClock


def test_a_socket_that_cannot_be_had_is_over(tmp_path: Path) -> None:
    over: list[bool] = []
    scope = ScopeOfGates({}, 10.0, datetime(2026, 11, 29, tzinfo=UTC), FakeClock())
    made = ScopeSocket(scope, tmp_path / "not there" / "only.sock", lambda: over.append(True))

    with pytest.raises(AgentNotStarted):
        asyncio.run(made.open(asyncio.Protocol, 10.0))
    assert over == [True]
