"""`login` and `logout` on guarded profiles: what the agent is asked, and what the person is told."""

import os
import pty
import sys
from collections.abc import Callable, Iterator

import msgspec
import pytest

from sekisho.guard.answers import (
    Approve,
    Browse,
    Chose,
    Closed,
    Confirm,
    Ended,
    Failed,
    Opened,
    ShowUrl,
    Trouble,
)
from sekisho.guard.asks import Approved, Browsed, Close, Open, Status, Typed
from tests.unit.cli.conftest import CommandLine, Service
from tests.unit.cli.guarded import GUARDED, GuardedHome, gate, home, state

__all__ = ["home"]

START_URL = "https://hoge.awsapps.com/start"
PROGRAM = "Successfully logged into Start URL: https://hoge.awsapps.com/start\n"
URL = "https://oidc.us-east-1.amazonaws.com/authorize?client_id=fake"
OPENED = Opened((gate(),), "hoge@hoge.com", "", was_open=False)
PROD = gate("prod", "123456789012")
CONFIRM = Confirm("prod", "123456789012", "ReadOnlyAccess", "production")
POLICY = Approve(
    "/home/you/.config/sekisho/policy.toml",
    "ab" * 32,
    '[environment.prod]\nopens_with = "confirm"\n',
    '[environment.prod]\nopens_with = "session-sign-in"\n',
)
ENDED = Ended("hoge", ("dev", "prod"), True, "", "2099-01-01T00:00:00Z")


@pytest.fixture
def person() -> Iterator[Callable[[str], None]]:
    """A terminal in the place of stdin; what is typed waits until somebody reads it."""
    ours, theirs = pty.openpty()

    def type_line(line: str) -> None:
        os.write(ours, f"{line}\n".encode())

    before = sys.stdin
    with os.fdopen(theirs, encoding="utf-8") as keyboard:
        sys.stdin = keyboard
        yield type_line
        sys.stdin = before
    os.close(ours)


def test_login_has_the_agent_open_the_gate(
    home: GuardedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "false")
    turns = ((state(),), (Chose("pkce", ""), Browse(URL)), (ShowUrl(URL, False), OPENED))
    with home.agent(*turns) as agent:
        run = home.run("login", "--profile", "dev")

    assert (run.status, run.out) == (0, PROGRAM)
    assert agent.heard == [
        Status(),
        Open("dev", str(home.run.config), can_browse=True),
        Browsed(opened=False),
    ]
    assert run.err.startswith("This login opens: dev, deploy\nThe gate of dev: ")
    assert "AdministratorAccess in 123456789011." in run.err
    assert f"\n{URL}\n" in run.err
    assert "Signed in as hoge@hoge.com. Open now: dev, until " in run.err


def test_everything_that_opened_is_named_with_its_end(home: GuardedHome) -> None:
    both = Opened(
        (gate(), msgspec.structs.replace(PROD, closes_at="2099-01-01T12:00:00Z")),
        None,
        "no role",
        False,
    )
    with home.agent((state(),), (both,)):
        run = home.run("login", "--profile", "dev")

    assert "Open now: dev until " in run.err
    assert ", prod until 2099-01-01 " in run.err
    assert "Who signed in is not known: no role\n" in run.err


def test_the_options_go_to_the_agent(home: GuardedHome) -> None:
    with home.agent((state(),), (OPENED,)) as agent:
        options = ("--use-device-code", "--no-browser", "--callback-port", "8400")
        home.run("login", "--profile", "dev", *options)

    assert agent.heard[1] == Open(
        "dev",
        str(home.run.config),
        use_device_code=True,
        no_browser=True,
        callback_port=8400,
        can_browse=True,
    )


def test_where_no_browser_can_come_back_the_agent_is_told(
    home: GuardedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    with home.agent((state(),), (OPENED,)) as agent:
        home.run("login", "--profile", "dev")

    assert isinstance(agent.heard[1], Open)
    assert not agent.heard[1].can_browse


def test_if_needed_says_what_is_open_and_prints_nothing(home: GuardedHome) -> None:
    still = msgspec.structs.replace(OPENED, was_open=True)
    with home.agent((state(gate()),), (still,)) as agent:
        run = home.run("login", "--profile", "dev", "--if-needed")

    assert (run.status, run.out) == (0, "")
    assert run.err.startswith("Still open: dev, until ")
    assert agent.heard[1] == Open(
        "dev",
        str(home.run.config),
        if_needed=True,
        can_browse=agent.heard[1].can_browse,  # type: ignore[union-attr]
    )


def test_endpoints_that_are_not_awss_own_are_said(home: GuardedHome) -> None:
    with home.agent((state(endpoints=("http://127.0.0.1:8765",)),), (OPENED,)):
        run = home.run("login", "--profile", "dev")

    assert "The agent's endpoints are not AWS's own: http://127.0.0.1:8765\n" in run.err


def test_a_chain_is_opened_by_the_gate_that_it_begins_at(home: GuardedHome) -> None:
    with home.agent((state(),), (OPENED,)) as agent:
        run = home.run("login", "--profile", "deploy")

    assert run.status == 0
    assert isinstance(agent.heard[1], Open)
    assert agent.heard[1].profile == "dev"


def test_a_session_of_guarded_profiles_names_the_profile_to_open(home: GuardedHome) -> None:
    run = home.run("login", "--sso-session", "hoge")

    assert run.status == 2
    assert "gates are opened by profile: dev, prod\n" in run.err
    assert "do:  sekisho login --profile dev\n" in run.err


def test_a_guarded_profile_adopts_nothing(home: GuardedHome) -> None:
    run = home.run("login", "--profile", "dev", "--adopt")

    assert run.status == 2
    assert "takes no token from the disk" in run.err


def test_the_old_sign_in_is_ended_first_where_that_is_wanted(home: GuardedHome) -> None:
    with home.agent((state(gate()),), (Closed((ENDED,)),), (OPENED,)) as agent:
        run = home.run("login", "--profile", "dev", "--end-old-session")

    assert run.status == 0
    assert agent.heard[1] == Close("dev", local=False)
    assert "Closed: dev, prod." in run.err


def test_a_refusal_is_shown_as_the_agent_says_it(home: GuardedHome) -> None:
    refused = Failed("PolicyRefused", "the policy does not let dev open: deny = true", "x", "", 4)
    with home.agent((state(),), (refused,)):
        run = home.run("login", "--profile", "dev")

    assert (run.status, run.out) == (4, "")
    assert "deny = true\n" in run.err


def test_nothing_that_is_told_steers_the_terminal(home: GuardedHome) -> None:
    steers = "\x1b]0;x\x07"
    told = (
        Trouble(f"another sign-in waits for its person: prod, asked for by {steers}"),
        ShowUrl(f"https://example.com/{steers}", False),
        Opened((gate(), gate(f"de{steers}")), steers, steers, was_open=False),
    )
    with home.agent((state(),), told):
        run = home.run("login", "--profile", "dev")

    assert run.status == 0
    assert "waits for its person" in run.err
    assert steers not in run.err


def test_a_refusal_that_quotes_what_steers_a_terminal_does_not(home: GuardedHome) -> None:
    steers = "\x1b[2J"
    refused = Failed("PolicyRefused", f"{steers}no", f"{steers}do", "", 4)
    with home.agent((state(),), (refused,)):
        run = home.run("login", "--profile", "dev")

    assert run.status == 4
    assert steers not in run.err


# --- what the policy asks --------------------------------------------------------------------------


def test_the_name_is_typed_and_says_what_for(
    home: GuardedHome, person: Callable[[str], None]
) -> None:
    person("prod")
    with home.agent((state(),), (CONFIRM,), (OPENED,)) as agent:
        run = home.run("login", "--profile", "prod", "--yes")

    assert run.status == 0
    assert agent.heard[2] == Typed("prod")
    for told in ("ReadOnlyAccess", "123456789012", "production"):
        assert told in run.err


@pytest.mark.parametrize("question", [CONFIRM, POLICY], ids=["confirm", "policy"])
@pytest.mark.parametrize("option", ["--yes", "--no-input"])
def test_no_option_answers_for_the_person(
    home: GuardedHome, question: Confirm | Approve, option: str
) -> None:
    with home.agent((state(),), (question,), (OPENED,)) as agent:
        run = home.run("login", "--profile", "prod", option)

    assert (run.status, run.out) == (4, "")
    assert "nobody can be asked here; --yes does not answer that\n" in run.err
    assert "do:  sekisho login --profile prod   (in a terminal" in run.err
    assert len(agent.heard) == 2


@pytest.mark.parametrize(("typed", "digest"), [("y", "ab" * 32), ("n", ""), ("", "")])
def test_a_changed_policy_is_shown_and_asked_for(
    home: GuardedHome, person: Callable[[str], None], typed: str, digest: str
) -> None:
    person(typed)
    with home.agent((state(),), (POLICY,), (OPENED,)) as agent:
        run = home.run("login", "--profile", "prod")

    assert agent.heard[2] == Approved(digest)
    assert '-opens_with = "confirm"\n' in run.err
    assert '+opens_with = "session-sign-in"\n' in run.err
    assert POLICY.path in run.err


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [(None, "# mine\n", "not seen here before"), ("# mine\n", None, "is gone")],
)
def test_a_policy_that_comes_or_goes_is_said(
    home: GuardedHome,
    person: Callable[[str], None],
    before: str | None,
    now: str | None,
    said: str,
) -> None:
    person("n")
    question = msgspec.structs.replace(POLICY, before=before, now=now)
    with home.agent((state(),), (question,), (OPENED,)):
        run = home.run("login", "--profile", "prod")

    assert said in run.err
    assert "# mine" in run.err


# --- logout ----------------------------------------------------------------------------------------


def test_logout_closes_the_gate_and_says_what_lives_on(home: GuardedHome) -> None:
    with home.agent((Closed((ENDED,)),)) as agent:
        run = home.run("logout", "--profile", "dev")

    assert (run.status, run.out) == (0, "")
    assert agent.heard == [Close("dev", local=False)]
    assert "Closed: dev, prod.\n" in run.err.replace(
        " The agent has let the sign-in to hoge go.", ""
    )
    assert "live until 2099-01-01" in run.err


def test_a_gate_that_is_not_open_is_no_error(home: GuardedHome) -> None:
    with home.agent((Closed(()),)):
        run = home.run("logout", "--profile", "dev", "--local")

    assert (run.status, run.err) == (0, "The gate of dev was not open.\n")


def test_without_an_agent_nothing_has_to_be_closed(home: GuardedHome) -> None:
    run = home.run("logout", "--profile", "dev")

    assert (run.status, run.err) == (0, "No agent runs, so every gate is closed.\n")


def test_a_session_is_logged_out_gate_by_gate(home: GuardedHome) -> None:
    with home.agent((Closed((ENDED,)),), (Closed(()),)) as agent:
        run = home.run("logout", "--sso-session", "hoge")

    assert run.status == 0
    assert agent.heard == [Close("dev", local=False), Close("prod", local=False)]
    assert "not open" not in run.err


def test_a_gate_closes_though_its_profile_is_half_written(home: GuardedHome) -> None:
    home.run.write_config(GUARDED.replace("sekisho_account_id = 123456789011\n", ""))
    with home.agent((Closed((ENDED,)),)) as agent:
        run = home.run("logout", "--profile", "dev")

    assert run.status == 0
    assert agent.heard == [Close("dev", local=False)]


@pytest.mark.parametrize("config", [GUARDED, "[profile dev]\n[profile dev]\n"], ids=["good", "bad"])
def test_logout_all_closes_every_gate_whatever_the_config(home: GuardedHome, config: str) -> None:
    home.run.write_config(config)
    with home.agent((Closed((ENDED,)),)) as agent:
        run = home.run("logout", "--all", "--local")

    assert run.status == 0
    assert agent.heard == [Close(None, local=True)]
    assert "Closed: dev, prod." in run.err
    assert "Nobody was signed in" not in run.err


def test_logout_all_ends_native_sign_ins_even_where_the_agent_cannot_be_asked(
    home: GuardedHome, service: Service, sekisho: CommandLine
) -> None:
    sekisho.sign_in("other", service.url)
    with home.agent():
        home.socket.parent.chmod(0o755)
        run = home.run("logout", "--all", "--local")

    assert run.status == 4
    assert "1 sign-in removed" in run.err
    assert "can be entered by others" in run.err
