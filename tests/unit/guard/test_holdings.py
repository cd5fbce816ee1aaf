"""What the agent holds, while several threads have to do with it."""

from datetime import UTC, datetime
from typing import Final

from sekisho.aws.endpoint import Endpoint
from sekisho.guard.gates import Gate
from sekisho.guard.holdings import Holdings
from sekisho.guard.sign_ins import SignIn
from sekisho.login.interface import SignInRoute
from sekisho.model import (
    AccountId,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import FakeClock

TARGET: Final = SignInTarget(
    StartUrl("https://hoge.awsapps.com/start"), Region("us-east-1"), SessionName("hoge"), None
)
ROLE: Final = Role(AccountId("111111111111"), RoleName("Admin"))
PLACE: Final = Endpoint("https://example.invalid", Region("us-east-1"), overridden=True, source="")
GATE: Final = Gate(
    label=ProfileName("dev"),
    target=TARGET,
    role=ROLE,
    person=None,
    environment="dev",
    sign_in=1,
    opened_at=datetime(2026, 11, 29, tzinfo=UTC),
    opened=0.0,
    deadline=1e12,
)


def opened() -> Holdings:
    holdings = Holdings(FakeClock())
    route = SignInRoute(target=TARGET, role=ROLE, oidc=PLACE, portal=PLACE, sts=None)
    holdings.open(SignIn(1, GATE.label, route, MemoryStore(), None), [GATE])
    return holdings


def test_a_gate_whose_end_comes_nearer_stays_open() -> None:
    holdings, nearer = opened(), GATE.until(1e11, 0.0)
    holdings.narrow([nearer])

    assert holdings.gates() == (nearer,)


def test_a_gate_that_was_closed_while_a_policy_was_held_to_it_stays_closed() -> None:
    holdings, nearer = opened(), GATE.until(1e11, 0.0)
    holdings.close([GATE], "it was logged out")
    holdings.narrow([nearer])

    assert holdings.gates() == ()
