"""The agent in memory: what is handed out, what is refused, what closes, and when."""

from dataclasses import dataclass

import pytest

from sekisho.errors import (
    AgentBusy,
    AuditNotWritten,
    SekishoError,
    Unreachable,
)
from sekisho.guard.answers import Failed
from sekisho.guard.asks import Close, Release
from sekisho.guard.audit import Kind
from sekisho.guard.releasing import Errand
from sekisho.ports import Http
from sekisho.testing.loopback import Deliver
from sekisho.wire.http import Headers, Request, Response
from tests.flow.agent_world import ASKER, DEV, STG, AgentScene, guarded, sessions
from tests.flow.world import START_URL

HOUR = 3600.0

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


@dataclass
class TakenAway:
    """The portal answers as it does when the assignment of a role has been removed."""

    real: Http

    def send(self, request: Request) -> Response:
        if "/federation/credentials" not in request.url:
            return self.real.send(request)
        headers = Headers({"x-amzn-ErrorType": "ForbiddenException"})
        return Response(403, headers, b'{"message": "No access"}')


def test_when_the_assignment_is_taken_away_that_is_said_though_credentials_live(
    scene: AgentScene,
) -> None:
    scene.open("dev")
    scene.world.clock.advance(50 * 60)
    scene.world.http = TakenAway(scene.world.http)

    assert fetch_error(scene) == "RoleNotAssigned"


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


def test_the_log_says_which_account_and_role_were_refused(scene: AgentScene) -> None:
    scene.release("stg")
    (refused,) = [event for event in scene.audit.events if event.kind is Kind.REFUSAL]

    assert (refused.account_id, refused.role_name) == (STG, "AdministratorAccess")
    assert refused.start_url == START_URL


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
    scene.agent.tend()

    assert scene.agent.is_idle
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
    scene.set_policy('[environment.all]\nprofiles = ["*"]\nclose_after = "12h"\n')
    scene.open("dev")
    (before,) = scene.agent.state().sign_ins
    scene.world.clock.advance(50 * 60)
    assert scene.agent.is_due()
    scene.agent.tend()

    (after,) = scene.agent.state().sign_ins
    assert after.access_expires > before.access_expires


def test_nothing_is_refreshed_while_nothing_is_open(scene: AgentScene) -> None:
    scene.agent.tend()

    assert not scene.agent.is_due()
    assert scene.world.center.requests == []


def test_a_sign_in_that_the_service_has_ended_closes_its_gates(scene: AgentScene) -> None:
    scene.open("dev")
    scene.world.forget_everything()
    scene.world.clock.advance(2 * HOUR)
    scene.agent.tend()

    assert scene.open_labels() == []
    assert scene.told(Kind.CLOSING) == ["dev", "dev-two"]
    assert "its sign-in has ended" in scene.audit.events[-1].detail
