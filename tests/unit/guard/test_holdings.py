"""What the agent holds, while several threads have to do with it."""

from dataclasses import replace
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
    RoleCredentials,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.secret import Secret
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import FakeClock

TARGET: Final = SignInTarget(
    StartUrl("https://hoge.awsapps.com/start"), Region("us-east-1"), SessionName("hoge"), None
)
ROLE: Final = Role(AccountId("111111111111"), RoleName("Admin"))
OTHER: Final = Role(AccountId("222222222222"), RoleName("Admin"))
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


def credentials(role: Role) -> RoleCredentials:
    at = datetime(2099, 1, 1, tzinfo=UTC)
    return RoleCredentials("ASIAFAKE", Secret("fake-secret"), Secret("fake-token"), at, role)


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


def test_the_credentials_of_a_closed_gate_are_dropped_though_its_sign_in_lives_on() -> None:
    holdings, other = opened(), replace(GATE, label=ProfileName("other"), role=OTHER)
    (sign_in,) = holdings.sign_ins()
    holdings.open(sign_in, [other])
    for role in (ROLE, OTHER):
        sign_in.store.put_role_credentials(TARGET.token_key, credentials(role))
    holdings.close([GATE], "its time was up")

    assert [role for _, role in sign_in.store.credentials] == [OTHER]
