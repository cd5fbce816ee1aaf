"""An agent after another: what was open goes on, for no longer, and what was closed stays closed."""

from pathlib import Path

import pytest

from sekisho.guard.asks import Close
from sekisho.guard.audit import Kind
from sekisho.guard.sealed_sign_ins import SealedSignIns
from sekisho.testing.keyring import MemoryKeyring
from sekisho.testing.sealed import sealed_in
from tests.flow.agent_world import ASKER, DEV, AgentScene
from tests.flow.world import PERSON, World


@pytest.fixture
def kept(world: World, tmp_path: Path) -> AgentScene:
    """An agent that keeps its sign-ins sealed."""
    vault = sealed_in(tmp_path / "state", MemoryKeyring())
    scene = AgentScene(world, tmp_path, SealedSignIns(vault, world.clock, "this boot"))
    scene.open("dev")
    return scene


def begin_anew(scene: AgentScene) -> None:
    """Let another agent begin; the one before has been killed."""
    scene.agent = scene.new_agent()


def test_the_next_agent_goes_on_with_what_was_open(kept: AgentScene) -> None:
    before = kept.agent.state()
    begin_anew(kept)
    after = kept.agent.state()
    answer = kept.release("dev-two")

    assert [(each.profile, each.closes_at) for each in after.gates] == [
        (each.profile, each.closes_at) for each in before.gates
    ]
    assert [(each.number, each.person) for each in after.sign_ins] == [(1, PERSON)]
    assert isinstance(answer, dict)
    assert answer["AccountId"] == DEV


def test_what_the_next_agent_opens_again_is_told_to_the_log(kept: AgentScene) -> None:
    kept.audit.events.clear()
    begin_anew(kept)

    assert kept.told(Kind.OPENING) == ["dev", "dev-two"]


def test_an_agent_that_was_stopped_leaves_them_too_and_one_that_is_to_forget_does_not(
    kept: AgentScene,
) -> None:
    kept.agent.stop("SIGTERM", forget=False)
    begin_anew(kept)
    gone_on = kept.open_labels()
    kept.agent.stop("it was asked to", forget=True)
    begin_anew(kept)

    assert gone_on == ["dev", "dev-two"]
    assert kept.open_labels() == []


def test_a_gate_is_open_no_longer_than_it_would_have_been(kept: AgentScene) -> None:
    kept.world.clock.advance(8 * 3600 - 1)
    begin_anew(kept)
    still = kept.open_labels()
    kept.world.clock.advance(1)

    assert still == ["dev", "dev-two"]
    assert kept.open_labels() == []


def test_a_gate_whose_time_was_up_while_no_agent_ran_stays_closed(kept: AgentScene) -> None:
    kept.world.clock.advance(8 * 3600)
    begin_anew(kept)

    assert kept.open_labels() == []


def test_setting_the_time_of_day_back_buys_nothing(kept: AgentScene) -> None:
    kept.world.clock.advance(8 * 3600 - 60)
    kept.world.clock.set_back(4 * 3600)
    begin_anew(kept)
    kept.world.clock.advance(60)

    assert kept.open_labels() == []


def test_what_was_logged_out_stays_closed(kept: AgentScene) -> None:
    kept.open("stg")
    kept.agent.close(Close("dev", local=True), ASKER)
    begin_anew(kept)

    assert kept.open_labels() == ["stg"]


def test_a_refreshed_token_is_the_one_that_goes_on(kept: AgentScene) -> None:
    kept.world.clock.advance(3600)
    assert isinstance(kept.release("dev"), dict)
    begin_anew(kept)
    kept.world.clock.advance(60)

    assert isinstance(kept.release("dev"), dict)


def test_a_gate_that_a_changed_policy_shut_stays_shut(kept: AgentScene) -> None:
    kept.set_policy('[environment.two]\nprofiles = ["dev-two"]\nopens_with = "own-sign-in"\n')
    kept.open("stg")
    begin_anew(kept)

    assert kept.open_labels() == ["dev", "stg"]


def test_an_end_that_a_changed_policy_brought_nearer_stays_near(kept: AgentScene) -> None:
    kept.set_policy('[environment.dev]\nprofiles = ["dev*"]\nclose_after = "1h"\n')
    kept.open("stg")
    begin_anew(kept)
    kept.world.clock.advance(3600)

    assert kept.open_labels() == ["stg"]


def test_a_gate_that_was_opened_anew_and_closed_is_not_opened_by_the_sign_in_before(
    world: World, tmp_path: Path
) -> None:
    vault = sealed_in(tmp_path / "state", MemoryKeyring())
    scene = AgentScene(world, tmp_path, SealedSignIns(vault, world.clock, "this boot"))
    scene.set_policy(
        '[environment.one]\nprofiles = ["dev"]\nopens_with = "own-sign-in"\n'
        '[environment.two]\nprofiles = ["dev-two"]\nopens_with = "session-sign-in"\n'
    )
    scene.open("dev")
    both = scene.open_labels()
    scene.open("dev-two")
    scene.agent.close(Close("dev-two", local=True), ASKER)
    begin_anew(scene)

    assert both == ["dev", "dev-two"]
    assert scene.open_labels() == ["dev"]
