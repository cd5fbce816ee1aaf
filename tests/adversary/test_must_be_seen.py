"""What must be seen, while the agent serves on: floods, kills, full disks, and whatever was refused."""

import json
import signal

import pytest

from tests.adversary.house import ACCOUNTS, House


@pytest.fixture
def dev(house: House) -> House:
    """The house, once the person has signed in to dev."""
    house.login("dev")
    assert house.account("dev") == ACCOUNTS["dev"]
    return house


def _is_whole(house: House) -> bool:
    return house.sekisho("audit", "verify").status == 0


# --- openings and refusals -------------------------------------------------------------------------


def test_an_opening_is_in_the_log_with_the_program_that_asked(dev: House) -> None:
    (opening,) = dev.events("--kind", "opening", "--profile", "dev")

    assert opening["account_id"] == ACCOUNTS["dev"]
    assert opening["person"] == "you@example.com"
    assert opening["asker"]["program"].startswith("python")


def test_so_is_a_release(dev: House) -> None:
    release = dev.events("--kind", "release")[-1]

    assert release["profile"] == "dev"
    assert release["asker"]["path"] != "unknown"


def test_so_is_a_refusal(dev: House) -> None:
    asked = dev.credentials("prod")
    refusal = dev.events("--kind", "refusal")[-1]

    assert asked.status == 3
    assert refusal["profile"] == "prod"
    assert refusal["asker"]["program"].startswith("python")


def test_so_is_a_config_that_says_something_else_than_was_opened(dev: House) -> None:
    dev.write(dev.config, dev.guarded({**ACCOUNTS, "dev": ACCOUNTS["prod"]}))
    asked = dev.credentials("dev")

    assert asked.status == 4
    assert ACCOUNTS["prod"] in dev.events("--kind", "refusal")[-1]["detail"]


# --- the agent serves on ---------------------------------------------------------------------------


def test_a_flood_of_asks_and_of_silence_keeps_nobody_out(dev: House) -> None:
    with dev.attacking("flooding", str(dev.socket), str(dev.config)) as flood:
        served = [dev.account("dev") for _ in range(10)]
        out, _ = flood.communicate(timeout=60)

    assert served == [ACCOUNTS["dev"]] * 10
    assert json.loads(out) > 100
    assert len(dev.events("--kind", "refusal", "--profile", "prod")) >= json.loads(out)
    assert _is_whole(dev)


def test_who_stops_the_agent_for_a_while_stops_nothing_for_good(dev: House) -> None:
    dev.run("kill", "-STOP", str(dev.agent))
    dev.run("kill", "-CONT", str(dev.agent))

    assert dev.account("dev") == ACCOUNTS["dev"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_who_ends_the_agent_closes_all_gates_and_the_next_login_goes_on(
    dev: House, number: signal.Signals
) -> None:
    agent = dev.agent
    dev.run("kill", f"-{number.value}", str(agent))
    dev.gone(agent)
    closed = dev.account("dev")
    dev.login("dev")

    assert closed is None
    assert dev.account("dev") == ACCOUNTS["dev"]
    assert len(dev.events("--kind", "agent-start")) == 2
    assert _is_whole(dev)


def test_who_asks_the_agent_to_stop_is_in_the_log(dev: House) -> None:
    agent = dev.agent
    dev.attack("stopping", str(dev.socket))
    dev.gone(agent)

    assert "python" in dev.events("--kind", "agent-stop")[-1]["detail"]
    assert dev.account("dev") is None


# --- the log ---------------------------------------------------------------------------------------


def test_without_room_for_its_line_a_release_is_refused_and_with_room_the_agent_serves_on(
    dev: House,
) -> None:
    log = dev.user.home / "state/sekisho/audit/audit.jsonl"
    with dev.attacking("filling_up", str(dev.agent), str(log.stat().st_size)) as attack:
        refused = dev.credentials("dev")
        attack.communicate(timeout=60)

    assert refused.status == 4
    assert "audit log" in refused.err
    assert dev.account("dev") == ACCOUNTS["dev"]
    assert _is_whole(dev)


def test_who_keeps_the_log_locked_gets_releases_refused_until_they_let_go(dev: House) -> None:
    note = dev.user.home / "state/sekisho/audit/audit.tail"
    with dev.attacking("locking", str(note)) as attack:
        refused = dev.credentials("dev")
        attack.communicate(timeout=60)

    assert refused.status == 4
    assert "another process keeps it locked" in refused.err
    assert dev.account("dev") == ACCOUNTS["dev"]


def test_who_takes_lines_away_is_found_out(dev: House) -> None:
    """Not when they write the whole log anew; for that there is the journal."""
    log = dev.user.home / "state/sekisho/audit/audit.jsonl"
    dev.run("sed", "-i", "/opening/d", str(log))

    assert dev.account("dev") == ACCOUNTS["dev"]
    assert not _is_whole(dev)
