"""What `agent status` shows, and the unit that `agent install` writes."""

from datetime import UTC, datetime

from sekisho.cli.show.agent_text import agent_json, agent_text
from sekisho.cli.show.agent_unit import agent_unit
from sekisho.cli.show.ink import Ink
from sekisho.guard.answers import GateState, Pending, State

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
GATE = GateState(
    profile="prod",
    start_url="https://hoge.awsapps.com/start",
    region="us-east-1",
    account_id="111111111111",
    role_name="ReadOnlyAccess",
    person="you@example.com",
    environment="prod",
    opened_at="2026-11-29T09:00:00Z",
    closes_at="2026-11-29T10:45:00Z",
    credentials_expire=None,
    sign_in=1,
)


def state(*gates: GateState, pending: Pending | None = None) -> State:
    return State(
        pid=4711,
        started_at="2026-11-29T08:00:00Z",
        config="~/.aws/config",
        endpoints=(),
        persist="memory",
        gates=gates,
        sign_ins=(),
        pending=pending,
    )


def text(found: State) -> str:
    return agent_text(found, now=NOW, ink=Ink("never"))


def test_each_gate_has_a_row_that_says_when_it_closes() -> None:
    assert text(state(GATE)) == (
        "agent 4711, since 2026-11-29 08:00 UTC; tokens are in memory alone\n"
        "config: ~/.aws/config\n"
        "\n"
        "gate  account       role            person           closes\n"
        "prod  111111111111  ReadOnlyAccess  you@example.com  in 1 h 15 min\n"
    )


def test_where_nothing_is_open_that_is_said() -> None:
    assert text(state()).endswith("\n\nEvery gate is closed.\n")


def test_a_sign_in_that_waits_is_shown_with_who_asked_for_it() -> None:
    shown = text(state(pending=Pending("dev", "evil (1) \x1b[2J", "2026-11-29T09:00:00Z")))

    assert "a sign-in waits for its person: dev, asked for by evil (1) " in shown
    assert "\x1b" not in shown


def test_in_json_an_agent_that_does_not_run_has_the_same_keys() -> None:
    assert agent_json(None).keys() == agent_json(state(GATE)).keys()
    assert agent_json(None)["running"] is False


def test_a_path_with_a_blank_or_a_sign_of_systemds_is_quoted_in_the_unit() -> None:
    unit = agent_unit(("/opt/a b/100%/$x/python", "-I"))

    assert 'ExecStart="/opt/a b/100%%/$$x/python" -I\n' in unit
