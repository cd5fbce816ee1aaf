"""The agent in memory: what a socket that `exec --only` was given hands out, and what it does not."""

import threading

from sekisho.guard.asks import Close, Scope
from sekisho.guard.audit import Kind
from sekisho.guard.scopes import ScopeOfGates
from tests.flow.agent_world import ASKER, STG, AgentScene, guarded, sessions


def scope(scene: AgentScene, *profiles: str, seconds: int = 60) -> ScopeOfGates:
    return scene.agent.scope(Scope(profiles, str(scene.config), seconds), ASKER)


def test_a_scope_knows_its_gates_alone(scene: AgentScene) -> None:
    scene.open("dev")
    known = scope(scene, "dev")

    assert scene.refusal("dev", known) == ""
    assert scene.refusal("dev-two", known) == "OutOfScope"


def test_the_log_says_what_a_scopes_gates_are_for(scene: AgentScene) -> None:
    scene.open("dev")
    scope(scene, "dev")
    (made,) = [event for event in scene.audit.events if event.kind is Kind.SCOPE]
    (opened, _) = [event for event in scene.audit.events if event.kind is Kind.OPENING]

    assert (made.account_id, made.role_name, made.person) == (
        opened.account_id,
        opened.role_name,
        opened.person,
    )


def test_a_scope_ends_with_its_time(scene: AgentScene) -> None:
    scene.open("dev")
    known = scope(scene, "dev", seconds=60)
    scene.world.clock.advance(60)

    assert scene.refusal("dev", known) == "GateClosed"
    assert scene.refusal("dev") == ""


def test_a_scope_serves_a_gate_that_was_opened_anew_for_the_same(scene: AgentScene) -> None:
    scene.open("dev")
    known = scope(scene, "dev")
    scene.open("dev")

    assert scene.refusal("dev", known) == ""


def test_a_scope_does_not_serve_a_gate_that_was_opened_for_something_else(
    scene: AgentScene,
) -> None:
    scene.open("dev")
    known = scope(scene, "dev")
    scene.write(guarded("dev", STG) + sessions())
    scene.open("dev")

    assert scene.refusal("dev", known) == "GateClosed"
    assert scene.refusal("dev") == ""


# --- races ---------------------------------------------------------------------------------------


def test_closing_while_many_release_hands_nothing_out_afterwards(scene: AgentScene) -> None:
    scene.open("dev")
    scene.release("dev")
    started = threading.Barrier(2)

    def close() -> None:
        started.wait()
        scene.agent.close(Close(None, local=True), ASKER)

    closer = threading.Thread(target=close)
    closer.start()
    started.wait()
    while scene.refusal("dev") == "":
        pass
    closer.join()

    assert scene.refusal("dev") == "GateClosed"
