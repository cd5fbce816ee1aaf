"""The agent in memory: what opens, for whom, by which policy, and what is refused."""

import pytest

from sekisho.errors import (
    AgentBusy,
    ConfigError,
    Mismatch,
    NotConfirmed,
    PolicyNotApproved,
    PolicyRefused,
    SignInDenied,
    WrongPerson,
)
from sekisho.guard.answers import Approve, Confirm
from sekisho.guard.asks import Close, Open
from sekisho.guard.audit import Kind
from sekisho.guard.conversation import HungUp
from sekisho.testing.loopback import Deliver
from tests.flow.agent_world import ASKER, DEV, STG, AgentScene, guarded, sessions
from tests.flow.world import COLLEAGUE, PERSON

# --- opening -------------------------------------------------------------------------------------


def test_a_login_opens_the_profile_and_those_of_its_environment(scene: AgentScene) -> None:
    opened = scene.open("dev")

    assert [gate.profile for gate in opened.gates] == ["dev", "dev-two"]
    assert opened.person == PERSON


def test_a_login_to_dev_leaves_stg_closed(scene: AgentScene) -> None:
    scene.open("dev")

    assert scene.refusal("stg") == "GateClosed"


def test_an_opened_gate_hands_out_the_credentials_of_its_account(scene: AgentScene) -> None:
    scene.open("dev")
    answer = scene.release("dev")

    assert isinstance(answer, dict)
    assert answer["AccountId"] == DEV


def test_nothing_of_a_sign_in_is_on_the_disk(scene: AgentScene) -> None:
    scene.open("dev")
    scene.release("dev-two")

    assert scene.world.stored_files == []
    assert not list((scene.world.home / "state").rglob("*.json"))


def test_an_opening_is_told_to_the_log_and_shown_on_the_desktop(scene: AgentScene) -> None:
    scene.open("dev")

    assert scene.kinds() == [Kind.AGENT_START, Kind.SIGN_IN, Kind.OPENING, Kind.OPENING]
    (notice,) = scene.notices.seen
    assert notice[0] == "sekisho opened dev, dev-two"
    assert "aws (4711) ← bash (42)" in notice[1]


def test_a_second_sign_in_to_the_same_session_makes_no_new_client(scene: AgentScene) -> None:
    scene.open("dev")
    scene.open("stg")

    assert [gate.sign_in for gate in scene.agent.state().gates] == [1, 1, 2]


def test_if_needed_does_nothing_while_the_gate_is_open(scene: AgentScene) -> None:
    scene.open("dev")
    urls = len(scene.world.browser.opened)
    opened = scene.open("dev", if_needed=True)

    assert opened.was_open
    assert len(scene.world.browser.opened) == urls


def test_if_needed_signs_in_where_the_gate_is_closed(scene: AgentScene) -> None:
    assert not scene.open("dev", if_needed=True).was_open


def test_a_person_who_denies_opens_nothing(scene: AgentScene) -> None:
    scene.happenings = (lambda deliver: _deny(scene, deliver),)

    with pytest.raises(SignInDenied):
        scene.open("dev")

    assert scene.open_labels() == []
    assert scene.told(Kind.REFUSAL) == ["dev"]


def _deny(scene: AgentScene, deliver: Deliver) -> None:
    scene.world.progress.urls.append(scene.world.browser.opened[-1])
    scene.world.person(press="Deny", deliver=deliver)


def test_by_device_code_it_opens_as_well(scene: AgentScene) -> None:
    line = scene.line()
    scene.world.after(6, lambda: _enter_code(scene))
    opened = scene.open("dev", line, use_device_code=True)

    assert [gate.profile for gate in opened.gates] == ["dev", "dev-two"]


def _enter_code(scene: AgentScene) -> None:
    scene.world.progress.urls.append(scene.world.browser.opened[-1])
    scene.world.person()


def test_a_native_profile_has_no_gate(scene: AgentScene) -> None:
    scene.write("[profile dev]\nregion = us-east-1\n")

    with pytest.raises(ConfigError, match="not a guarded one"):
        scene.open("dev")


def test_a_client_that_reads_another_config_is_refused(scene: AgentScene) -> None:
    ask = Open("dev", "/somewhere/else")

    with pytest.raises(Mismatch, match="another config file"):
        scene.agent.open(ask, ASKER, scene.line())


# --- the client goes -----------------------------------------------------------------------------


def test_a_client_that_hangs_up_while_it_polls_ends_the_sign_in(scene: AgentScene) -> None:
    line = scene.line()
    scene.world.after(3, lambda: setattr(line, "gone", True))

    with pytest.raises(HungUp):
        scene.open("dev", line, use_device_code=True)

    assert scene.open_labels() == []
    assert scene.agent.pending is None


def test_a_client_that_hangs_up_when_the_person_is_through_opens_nothing(
    scene: AgentScene,
) -> None:
    line = scene.line()

    def sign_in_and_go(deliver: Deliver) -> None:
        scene.signs_in(deliver)
        line.gone = True

    scene.happenings = (sign_in_and_go,)
    with pytest.raises(HungUp):
        scene.open("dev", line)

    assert scene.open_labels() == []
    assert scene.world.center.requests[-1].url.endswith("/logout")


def test_one_sign_in_waits_at_a_time(scene: AgentScene) -> None:
    troubles: list[Exception] = []

    def open_another(deliver: Deliver) -> None:
        try:
            scene.agent.open(Open("stg", str(scene.config)), ASKER, scene.line())
        except AgentBusy as busy:
            troubles.append(busy)
        scene.signs_in(deliver)

    scene.happenings = (open_another,)
    scene.open("dev")

    assert "dev, asked for by aws (4711) ← bash (42) since 2026-11-22T09:00" in str(troubles[0])


# --- the person ----------------------------------------------------------------------------------


def test_a_person_whom_the_policy_does_not_name_is_refused_and_signed_out(
    scene: AgentScene,
) -> None:
    scene.set_policy('[environment.dev]\nprofiles = ["dev"]\nperson = "you@example.com"\n')

    with pytest.raises(WrongPerson, match=f"{PERSON} signed in.*you@example.com alone"):
        scene.open("dev")

    assert scene.open_labels() == []
    assert scene.world.center.requests[-1].url.endswith("/logout")


def test_another_person_than_the_one_whose_gates_are_open_is_refused(scene: AgentScene) -> None:
    scene.open("dev")
    scene.person = COLLEAGUE

    with pytest.raises(WrongPerson, match=f"{COLLEAGUE} signed in.*open for {PERSON}"):
        scene.open("stg")

    assert scene.open_labels() == ["dev", "dev-two"]


def test_another_spelling_of_the_portal_lets_no_other_person_in(scene: AgentScene) -> None:
    scene.open("dev")
    scene.person = COLLEAGUE
    other = sessions().replace("hoge]", "other]").replace("/start\n", "/start/\n")
    stg = guarded("stg", STG).replace("session = hoge", "session = other")
    scene.write(guarded("dev", DEV) + stg + sessions() + other)

    with pytest.raises(WrongPerson):
        scene.open("stg")


def test_when_all_gates_are_closed_another_person_may_sign_in(scene: AgentScene) -> None:
    scene.open("dev")
    scene.agent.close(Close(None, local=True), ASKER)
    scene.person = COLLEAGUE

    assert scene.open("stg").person == COLLEAGUE


# --- the policy ----------------------------------------------------------------------------------

CONFIRM = '[environment.stg]\nprofiles = ["stg"]\nopens_with = "confirm"\n'


def test_the_first_policy_is_shown_and_asked_for(scene: AgentScene) -> None:
    scene.set_policy(CONFIRM)
    scene.open("dev")

    (question,) = scene.last.heard(Approve)
    assert isinstance(question, Approve)
    assert (question.before, question.now) == (None, CONFIRM)
    assert Kind.POLICY_APPROVED in scene.kinds()


def test_an_approved_policy_is_not_asked_for_again_not_even_by_the_next_agent(
    scene: AgentScene,
) -> None:
    scene.set_policy(CONFIRM)
    scene.open("dev")
    scene.agent = scene.new_agent()
    scene.open("dev")

    assert scene.last.heard(Approve) == []


def test_a_policy_that_is_not_approved_opens_nothing(scene: AgentScene) -> None:
    scene.set_policy(CONFIRM)

    with pytest.raises(PolicyNotApproved):
        scene.open("dev", scene.line(approves=False))

    assert scene.world.browser.opened == []


def test_while_a_loosened_policy_is_not_approved_the_old_one_holds(scene: AgentScene) -> None:
    scene.set_policy('[environment.stg]\nprofiles = ["stg"]\ndeny = true\n')
    scene.open("dev")
    scene.set_policy('[environment.stg]\nprofiles = ["stg"]\n')

    with pytest.raises(PolicyNotApproved):
        scene.open("stg", scene.line(approves=False))

    assert scene.refusal("stg") == "PolicyRefused"


def test_a_policy_that_is_gone_is_asked_for_as_well(scene: AgentScene) -> None:
    scene.set_policy(CONFIRM)
    scene.open("dev")
    scene.policy_file.unlink()

    with pytest.raises(PolicyNotApproved):
        scene.open("stg", scene.line(approves=False))


def test_a_stricter_policy_closes_what_it_would_not_have_opened(scene: AgentScene) -> None:
    scene.open("dev")
    scene.set_policy('[environment.two]\nprofiles = ["dev-two"]\nopens_with = "own-sign-in"\n')
    scene.open("stg")

    assert scene.open_labels() == ["dev", "stg"]


def test_a_policy_with_a_shorter_time_brings_the_end_of_open_gates_nearer(
    scene: AgentScene,
) -> None:
    scene.open("dev")
    scene.set_policy('[environment.dev]\nprofiles = ["dev*"]\nclose_after = "1h"\n')
    scene.open("stg")
    scene.world.clock.advance(3600)

    assert scene.open_labels() == ["stg"]


def test_a_denied_profile_is_refused_before_anybody_signs_in(scene: AgentScene) -> None:
    scene.set_policy('[environment.stg]\nprofiles = ["stg"]\ndeny = true\n')

    with pytest.raises(PolicyRefused, match="deny = true"):
        scene.open("stg")

    assert scene.world.browser.opened == []


def test_an_account_that_the_policy_does_not_list_is_refused(scene: AgentScene) -> None:
    scene.set_policy(f'[environment.dev]\nprofiles = ["dev"]\naccounts = ["{DEV}"]\n')
    scene.write(guarded("dev", STG) + sessions())

    with pytest.raises(PolicyRefused, match=f"account {STG} is not one of {DEV}"):
        scene.open("dev")


def test_a_gate_to_be_confirmed_opens_when_its_name_is_typed(scene: AgentScene) -> None:
    scene.set_policy(CONFIRM)
    scene.open("stg", scene.line(types="stg"))

    assert scene.last.heard(Confirm) == [Confirm("stg", STG, "AdministratorAccess", "stg")]
    assert scene.open_labels() == ["stg"]


@pytest.mark.parametrize("typed", ["", "y", "yes", "STG", "dev"])
def test_a_gate_to_be_confirmed_opens_for_nothing_else(scene: AgentScene, typed: str) -> None:
    scene.set_policy(CONFIRM)

    with pytest.raises(NotConfirmed):
        scene.open("stg", scene.line(types=typed))

    assert scene.world.browser.opened == []
