"""The agent in memory: what opens, what is handed out, what is refused, and what closes."""

import threading
from pathlib import Path

import pytest

from sekisho.errors import (
    AgentBusy,
    AuditNotWritten,
    ConfigError,
    Mismatch,
    NotConfirmed,
    PolicyNotApproved,
    PolicyRefused,
    SekishoError,
    SignInDenied,
    Unreachable,
    WrongPerson,
)
from sekisho.guard.answers import Approve, Confirm, Failed
from sekisho.guard.asks import Close, Open, Release, Scope
from sekisho.guard.audit import Kind
from sekisho.guard.conversation import HungUp
from sekisho.guard.releasing import Errand
from sekisho.guard.scopes import ScopeOfGates
from sekisho.testing.loopback import Deliver
from sekisho.wire.http import Request, Response
from tests.flow.agent_world import ASKER, DEV, STG, AgentScene, guarded, sessions
from tests.flow.world import COLLEAGUE, PERSON, World

HOUR = 3600.0


@pytest.fixture
def scene(world: World, tmp_path: Path) -> AgentScene:
    return AgentScene(world, tmp_path)


def policy(scene: AgentScene, text: str) -> None:
    scene.policy_file.write_text(text, encoding="utf-8")


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
    policy(scene, '[environment.dev]\nprofiles = ["dev"]\nperson = "you@example.com"\n')

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


def test_when_all_gates_are_closed_another_person_may_sign_in(scene: AgentScene) -> None:
    scene.open("dev")
    scene.agent.close(Close(None, local=True), ASKER)
    scene.person = COLLEAGUE

    assert scene.open("stg").person == COLLEAGUE


# --- the policy ----------------------------------------------------------------------------------

CONFIRM = '[environment.stg]\nprofiles = ["stg"]\nopens_with = "confirm"\n'


def test_the_first_policy_is_shown_and_asked_for(scene: AgentScene) -> None:
    policy(scene, CONFIRM)
    scene.open("dev")

    (question,) = scene.last.heard(Approve)
    assert isinstance(question, Approve)
    assert (question.before, question.now) == (None, CONFIRM)
    assert Kind.POLICY_APPROVED in scene.kinds()


def test_an_approved_policy_is_not_asked_for_again_not_even_by_the_next_agent(
    scene: AgentScene,
) -> None:
    policy(scene, CONFIRM)
    scene.open("dev")
    scene.agent = scene.new_agent()
    scene.open("dev")

    assert scene.last.heard(Approve) == []


def test_a_policy_that_is_not_approved_opens_nothing(scene: AgentScene) -> None:
    policy(scene, CONFIRM)

    with pytest.raises(PolicyNotApproved):
        scene.open("dev", scene.line(approves=False))

    assert scene.world.browser.opened == []


def test_while_a_loosened_policy_is_not_approved_the_old_one_holds(scene: AgentScene) -> None:
    policy(scene, '[environment.stg]\nprofiles = ["stg"]\ndeny = true\n')
    scene.open("dev")
    policy(scene, '[environment.stg]\nprofiles = ["stg"]\n')

    with pytest.raises(PolicyNotApproved):
        scene.open("stg", scene.line(approves=False))

    assert scene.refusal("stg") == "PolicyRefused"


def test_a_policy_that_is_gone_is_asked_for_as_well(scene: AgentScene) -> None:
    policy(scene, CONFIRM)
    scene.open("dev")
    scene.policy_file.unlink()

    with pytest.raises(PolicyNotApproved):
        scene.open("stg", scene.line(approves=False))


def test_a_stricter_policy_closes_what_it_would_not_have_opened(scene: AgentScene) -> None:
    scene.open("dev")
    policy(scene, '[environment.two]\nprofiles = ["dev-two"]\nopens_with = "own-sign-in"\n')
    scene.open("stg")

    assert scene.open_labels() == ["dev", "stg"]


def test_a_policy_with_a_shorter_time_brings_the_end_of_open_gates_nearer(
    scene: AgentScene,
) -> None:
    scene.open("dev")
    policy(scene, '[environment.dev]\nprofiles = ["dev*"]\nclose_after = "1h"\n')
    scene.open("stg")
    scene.world.clock.advance(HOUR)

    assert scene.open_labels() == ["stg"]


def test_a_denied_profile_is_refused_before_anybody_signs_in(scene: AgentScene) -> None:
    policy(scene, '[environment.stg]\nprofiles = ["stg"]\ndeny = true\n')

    with pytest.raises(PolicyRefused, match="deny = true"):
        scene.open("stg")

    assert scene.world.browser.opened == []


def test_an_account_that_the_policy_does_not_list_is_refused(scene: AgentScene) -> None:
    policy(scene, f'[environment.dev]\nprofiles = ["dev"]\naccounts = ["{DEV}"]\n')
    scene.write(guarded("dev", STG) + sessions())

    with pytest.raises(PolicyRefused, match=f"account {STG} is not one of {DEV}"):
        scene.open("dev")


def test_a_gate_to_be_confirmed_opens_when_its_name_is_typed(scene: AgentScene) -> None:
    policy(scene, CONFIRM)
    scene.open("stg", scene.line(types="stg"))

    assert scene.last.heard(Confirm) == [Confirm("stg", STG, "AdministratorAccess", "stg")]
    assert scene.open_labels() == ["stg"]


@pytest.mark.parametrize("typed", ["", "y", "yes", "STG", "dev"])
def test_a_gate_to_be_confirmed_opens_for_nothing_else(scene: AgentScene, typed: str) -> None:
    policy(scene, CONFIRM)

    with pytest.raises(NotConfirmed):
        scene.open("stg", scene.line(types=typed))

    assert scene.world.browser.opened == []


# --- the config is edited ------------------------------------------------------------------------


def test_a_profile_that_was_given_another_account_is_refused(scene: AgentScene) -> None:
    scene.open("dev")
    scene.write(guarded("dev", STG) + sessions())
    answer = scene.release("dev")

    assert isinstance(answer, Failed)
    assert answer.kind == "Mismatch"
    assert DEV in answer.what
    assert STG in answer.what
    assert answer.exit_status == 4


def test_a_profile_that_took_the_name_of_an_open_one_is_refused(scene: AgentScene) -> None:
    scene.open("dev")
    scene.write(guarded("stg", DEV) + guarded("dev", STG) + sessions())

    assert (scene.refusal("dev"), scene.refusal("stg")) == ("Mismatch", "GateClosed")


def test_when_the_config_says_again_what_it_said_the_gate_is_still_open(scene: AgentScene) -> None:
    before = scene.config.read_text(encoding="utf-8")
    scene.open("dev")
    scene.write(guarded("dev", STG) + sessions())
    scene.release("dev")
    scene.write(before)

    assert scene.refusal("dev") == ""


def test_a_profile_that_is_guarded_no_more_is_refused(scene: AgentScene) -> None:
    scene.open("dev")
    scene.write(f"[profile dev]\nsso_account_id = {DEV}\n")

    assert scene.refusal("dev") == "Mismatch"


def test_a_config_that_is_edited_while_the_person_signs_in_changes_nothing_of_what_opens(
    scene: AgentScene,
) -> None:
    def edit_and_sign_in(deliver: Deliver) -> None:
        scene.write(guarded("dev", STG) + sessions())
        scene.signs_in(deliver)

    scene.happenings = (edit_and_sign_in,)
    opened = scene.open("dev")

    assert opened.gates[0].account_id == DEV
    assert scene.refusal("dev") == "Mismatch"


def test_a_profile_that_is_there_no_more_is_said_to_be_so(scene: AgentScene) -> None:
    scene.open("dev")
    scene.write(guarded("stg", STG) + sessions())

    assert scene.refusal("dev") == "ProfileNotFound"


# --- releases ------------------------------------------------------------------------------------


def test_a_second_release_asks_no_service(scene: AgentScene) -> None:
    scene.open("dev")
    scene.release("dev-two")
    asked = len(scene.world.center.requests)

    first, second = scene.release("dev-two"), scene.release("dev-two")

    assert first == second
    assert len(scene.world.center.requests) == asked


def test_credentials_with_less_than_fifteen_minutes_left_are_fetched_anew(
    scene: AgentScene,
) -> None:
    scene.open("dev")
    first = scene.release("dev")
    scene.world.clock.advance(46 * 60)

    assert scene.release("dev") != first


def test_while_the_service_is_down_old_credentials_serve_until_they_are_nearly_over(
    scene: AgentScene,
) -> None:
    scene.open("dev")
    first = scene.release("dev")
    scene.world.clock.advance(50 * 60)
    scene.world.http = Down()

    assert scene.release("dev") == first


def test_when_the_service_is_down_and_nothing_lives_that_is_said(scene: AgentScene) -> None:
    scene.open("dev")
    scene.world.clock.advance(61 * 60)
    scene.world.http = Down()

    assert fetch_error(scene) == "Unreachable"


class Down:
    """No service answers."""

    def send(self, request: Request) -> Response:
        raise Unreachable(request.url, "Connection refused")


def fetch_error(scene: AgentScene) -> str:
    errand = scene.agent.release(Release("dev", str(scene.config)), ASKER)
    assert isinstance(errand, Errand)
    try:
        errand.run()
    except SekishoError as error:
        return type(error).__name__
    return ""


def test_each_release_has_its_line_in_the_log(scene: AgentScene) -> None:
    scene.open("dev")
    scene.release("dev")
    scene.release("dev-two")

    assert scene.told(Kind.RELEASE) == ["dev", "dev-two"]
    assert scene.audit.events[-1].asker == ASKER


def test_a_release_that_the_log_cannot_tell_of_is_refused(scene: AgentScene) -> None:
    scene.open("dev")
    scene.audit.full = True

    assert scene.refusal("dev") == "AuditNotWritten"


def test_an_opening_that_the_log_cannot_tell_of_is_refused_and_signed_out(
    scene: AgentScene,
) -> None:
    scene.audit.full = True

    with pytest.raises(AuditNotWritten):
        scene.open("dev")

    assert scene.open_labels() == []
    assert scene.world.center.requests[-1].url.endswith("/logout")


def test_a_refused_release_is_in_the_log(scene: AgentScene) -> None:
    scene.release("stg")

    assert scene.told(Kind.REFUSAL) == ["stg"]


# --- closing -------------------------------------------------------------------------------------


def test_a_logout_closes_every_gate_that_its_sign_in_had_opened(scene: AgentScene) -> None:
    scene.open("dev")
    scene.open("stg")
    closed = scene.agent.close(Close("dev-two", local=False), ASKER)

    (ended,) = closed.sign_ins
    assert ended.profiles == ("dev", "dev-two")
    assert ended.told_service
    assert scene.open_labels() == ["stg"]


def test_a_local_logout_does_not_tell_the_service(scene: AgentScene) -> None:
    scene.open("dev")
    asked = len(scene.world.center.requests)
    (ended,) = scene.agent.close(Close("dev", local=True), ASKER).sign_ins

    assert not ended.told_service
    assert len(scene.world.center.requests) == asked


def test_a_logout_says_until_when_credentials_live_that_were_handed_out(
    scene: AgentScene,
) -> None:
    scene.open("dev")
    (ended,) = scene.agent.close(Close("dev", local=True), ASKER).sign_ins

    assert ended.credentials_until == "2026-11-22T10:00:00Z"


def test_a_logout_of_what_is_not_open_ends_nothing(scene: AgentScene) -> None:
    assert scene.agent.close(Close("stg"), ASKER).sign_ins == ()


def test_a_gate_closes_when_its_time_is_up(scene: AgentScene) -> None:
    scene.open("dev")
    scene.world.clock.advance(8 * HOUR)

    assert scene.refusal("dev") == "GateClosed"


def test_what_closes_by_time_is_let_go_of_and_told_to_the_log(scene: AgentScene) -> None:
    scene.open("dev")
    scene.world.clock.advance(8 * HOUR)
    again = scene.agent.tend()

    assert again is None
    assert scene.told(Kind.CLOSING) == ["dev", "dev-two"]
    assert scene.agent.state().sign_ins == ()


def test_a_clock_that_is_set_back_keeps_no_gate_open_for_longer(scene: AgentScene) -> None:
    scene.open("dev")
    scene.world.clock.set_back(7 * HOUR)
    scene.world.clock.advance(8 * HOUR)

    assert scene.open_labels() == []


def test_a_stopped_agent_has_closed_everything_and_opens_nothing(scene: AgentScene) -> None:
    scene.open("dev")
    scene.agent.stop("SIGTERM", forget=False)

    assert scene.open_labels() == []
    assert scene.kinds()[-1] is Kind.AGENT_STOP
    with pytest.raises(AgentBusy):
        scene.open("dev")


def test_a_fetch_that_ends_after_its_gate_has_closed_hands_nothing_out(scene: AgentScene) -> None:
    scene.open("dev")
    errand = scene.agent.release(Release("dev-two", str(scene.config)), ASKER)
    assert isinstance(errand, Errand)
    scene.agent.close(Close("dev", local=True), ASKER)

    with pytest.raises(Exception, match="closed"):
        errand.run()


# --- refreshing ----------------------------------------------------------------------------------


def test_tokens_are_refreshed_before_they_expire_while_gates_are_open(scene: AgentScene) -> None:
    policy(scene, '[environment.all]\nprofiles = ["*"]\nclose_after = "12h"\n')
    scene.open("dev")
    (before,) = scene.agent.state().sign_ins
    scene.world.clock.advance(50 * 60)
    scene.agent.tend()

    (after,) = scene.agent.state().sign_ins
    assert after.access_expires > before.access_expires


def test_nothing_is_refreshed_while_nothing_is_open(scene: AgentScene) -> None:
    assert scene.agent.tend() is None
    assert scene.world.center.requests == []


def test_a_sign_in_that_the_service_has_ended_closes_its_gates(scene: AgentScene) -> None:
    scene.open("dev")
    scene.world.forget_everything()
    scene.world.clock.advance(2 * HOUR)
    scene.agent.tend()

    assert scene.open_labels() == []
    assert scene.told(Kind.CLOSING) == ["dev", "dev-two"]
    assert "its sign-in has ended" in scene.audit.events[-1].detail


# --- scopes --------------------------------------------------------------------------------------


def scope(scene: AgentScene, *profiles: str, seconds: int = 60) -> ScopeOfGates:
    return scene.agent.scope(Scope(profiles, str(scene.config), seconds), ASKER)


def test_a_scope_knows_its_gates_alone(scene: AgentScene) -> None:
    scene.open("dev")
    known = scope(scene, "dev")

    assert scene.refusal("dev", known) == ""
    assert scene.refusal("dev-two", known) == "OutOfScope"


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
