"""`status` on guarded profiles: which gates are open, until when, and as whom."""

import json

import msgspec
import pytest

from sekisho.guard.asks import Status
from tests.unit.cli.guarded import GUARDED, GuardedHome, gate, home, state

__all__ = ["home"]


def test_without_an_agent_every_gate_is_closed(home: GuardedHome) -> None:
    run = home.run("status")

    assert (run.status, run.err) == (0, "")
    assert run.out == (
        "hoge (guarded)  every gate is closed\n"
        "  portal    https://hoge.awsapps.com/start in us-east-1\n"
        "  profiles  dev     closed\n"
        "            prod    closed\n"
        "            deploy  closed\n"
        "  do:       sekisho login --profile dev\n"
    )


def test_an_open_gate_says_until_when_and_as_whom(home: GuardedHome) -> None:
    with home.agent((state(gate()),)) as agent:
        run = home.run("status")

    assert agent.heard == [Status()]
    assert run.out.startswith("hoge (guarded)  open\n  person    hoge@hoge.com\n")
    assert "  token     with the agent, 59 min left; refreshes by itself until " in run.out
    lines = [line.strip() for line in run.out.splitlines()]
    assert any(line.startswith("profiles  dev     open until ") for line in lines)
    assert "prod    closed" in lines
    assert any(line.startswith("deploy  open until ") for line in lines)
    assert "  file " not in run.out


def test_json_has_the_gate(home: GuardedHome) -> None:
    opened = gate(credentials_expire="2099-01-01T00:00:00Z")
    with home.agent((state(opened),)):
        found = json.loads(home.run("status", "--json").out)

    (session,) = found["sessions"]
    assert session["delivery"] == "guarded"
    assert session["token_key"] == {"form": "sso-session", "value": "hoge"}
    assert (session["state"], session["person"]) == ("open", "hoge@hoge.com")
    dev, prod, deploy = found["profiles"]
    assert dev == {
        "profile": "dev",
        "open": True,
        "credentials_expire": "2099-01-01T00:00:00Z",
        "gate": {
            "opened_at": opened.opened_at,
            "closes_at": opened.closes_at,
            "person": "hoge@hoge.com",
            "environment": "dev",
        },
    }
    assert prod == {"profile": "prod", "open": False, "credentials_expire": None, "gate": None}
    assert (deploy["profile"], deploy["open"]) == ("deploy", True)


def test_a_profile_that_was_pointed_elsewhere_is_not_open(home: GuardedHome) -> None:
    with home.agent((state(gate(account_id="210987654321")),)):
        run = home.run("status", "--profile", "dev")

    assert "dev     closed" in run.out
    assert "the open gate of dev is for another account" in run.out
    assert "210987654321" in run.out


def test_a_chain_that_wants_a_code_is_not_open(home: GuardedHome) -> None:
    home.run.write_config(
        GUARDED.replace("role_arn =", "mfa_serial = arn:aws:iam::1:mfa/x\nrole_arn =")
    )
    with home.agent((state(gate()),)):
        found = json.loads(home.run("status", "--json").out)

    assert [each["open"] for each in found["profiles"]] == [True, False, False]


def test_one_profile_shows_the_session_that_it_goes_through(home: GuardedHome) -> None:
    home.run.write_config(GUARDED + "[profile other]\nregion = us-east-1\n")

    run = home.run("status", "--profile", "prod")

    assert "hoge (guarded)" in run.out
    assert "other" not in run.out


def test_a_socket_that_is_not_ours_is_said_and_nothing_is_open(home: GuardedHome) -> None:
    with home.agent((state(gate()),)):
        home.socket.parent.chmod(0o755)
        run = home.run("status")

    assert run.status == 0
    assert run.out.startswith("hoge (guarded)  not known\n")
    assert "can be entered by others" in run.out


def test_an_agent_that_reads_another_config_opens_nothing_here(home: GuardedHome) -> None:
    with home.agent((state(gate(), config="/elsewhere/config"),)):
        run = home.run("status")

    assert run.out.startswith("hoge (guarded)  not known\n")
    assert "/elsewhere/config" in run.out
    assert "do:       sekisho agent stop\n" in run.out
    assert "dev     closed" in run.out


@pytest.mark.parametrize(
    ("account", "line"),
    [
        (None, "prod hoge absent   123456789012 ReadOnlyAccess"),
        ("123456789012", "prod hoge open hoge@hoge.com 125 123456789012 ReadOnlyAccess"),
        ("1", "prod hoge mismatch   123456789012 ReadOnlyAccess"),
    ],
    ids=["closed", "open", "elsewhere"],
)
def test_a_prompt_shows_the_gate(home: GuardedHome, account: str | None, line: str) -> None:
    gates = () if account is None else (gate("prod", account),)  # as of now
    form = "{profile} {session} {state} {person} {minutes} {account} {role}"
    with home.agent((msgspec.structs.replace(state(gate()), gates=gates),)):
        run = home.run("status", "--profile", "prod", "--prompt", form)

    assert run.out == f"{line}\n"


def test_without_guarded_profiles_no_agent_is_asked(home: GuardedHome) -> None:
    home.run.write_config("[profile other]\nregion = us-east-1\n")
    with home.agent((state(gate()),)) as agent:
        home.run("status")

    assert not agent.heard


# --- explain, roles --------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["dev", "deploy"])
def test_explain_says_what_the_gate_is_like(home: GuardedHome, profile: str) -> None:
    with home.agent((state(gate()),)):
        opened = home.run("explain", "--profile", profile)
    closed = home.run("explain", "--profile", profile)

    assert (opened.status, closed.status) == (0, 0)
    (line,) = [each for each in opened.out.splitlines() if each.strip().startswith("gate ")]
    assert " open " in line
    assert line.endswith("UTC, as hoge@hoge.com")
    assert "to open it" not in opened.out
    (line,) = [each for each in closed.out.splitlines() if each.strip().startswith("gate ")]
    assert line.endswith("closed")
    assert "sekisho login --profile dev\n" in closed.out
    assert "token in" not in closed.out


def test_explain_of_a_gate_that_was_opened_for_something_else(home: GuardedHome) -> None:
    with home.agent((state(gate(account_id="210987654321")),)):
        run = home.run("explain", "--profile", "dev")

    assert "210987654321" in run.out


@pytest.mark.parametrize("option", [("--profile", "dev"), ("--sso-session", "hoge")])
def test_no_roles_are_listed_by_a_token_that_stays_with_the_agent(
    home: GuardedHome, option: tuple[str, str]
) -> None:
    run = home.run("roles", *option)

    assert (run.status, run.out) == (2, "")
    assert "the agent's token lists no roles" in run.err
