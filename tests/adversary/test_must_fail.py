"""What must fail: dev is open, and programs of the same user go for stg or prod."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adversary.house import ACCOUNTS, House
from tests.meta.source import ROOT
from tests.unit.guard.peeking import WAYS

POLICY = """\
[environment.prod]
profiles = ["prod"]
deny = true
"""


@pytest.fixture
def dev(house: House) -> House:
    """The house, once the person has signed in to dev."""
    house.login("dev")
    assert house.account("dev") == ACCOUNTS["dev"]
    return house


# --- what lies about -------------------------------------------------------------------------------


def test_no_file_has_a_secret(dev: House) -> None:
    """Home, the runtime folder (which is below it) and /tmp."""
    assert dev.haul(dev.attack("reading", str(dev.user.home), "/tmp")) == {}


def test_no_environment_command_line_or_open_file_of_a_process_has_one(dev: House) -> None:
    assert dev.haul(dev.attack("reading")) == {}


def test_nor_has_any_while_the_person_signs_in(house: House) -> None:
    """Codes and verifiers count, too."""
    with house.signing_in("dev"):
        processes = house.attack("reading")
        files = house.attack("reading", str(house.user.home))

    assert house.haul(processes) == house.haul(files) == {}


def test_the_audit_log_has_none(dev: House) -> None:
    dev.credentials("prod")
    log = (dev.user.home / "state/sekisho/audit/audit.jsonl").read_text(encoding="utf-8")

    assert "dev" in log
    assert "sks_" not in log


# --- the agent's memory ----------------------------------------------------------------------------


def test_no_way_leads_into_the_agents_memory(dev: House) -> None:
    found = dev.attack("looking_in", str(dev.agent))

    assert found == dict.fromkeys(WAYS, "PermissionError")
    assert dev.account("dev") == ACCOUNTS["dev"]


def test_a_crash_leaves_no_core_file_and_no_gate_open(dev: House) -> None:
    """Where it would be written: in the agent's working folder, or in the user's own."""
    before = {*Path("/").glob("core*")}
    agent = dev.agent
    dev.run("kill", "-ABRT", str(agent))
    dev.gone(agent)

    assert {*Path("/").glob("core*")} == before
    assert not [*dev.user.home.rglob("core*")]
    assert dev.haul(dev.attack("reading", str(dev.user.home))) == {}
    assert dev.account("dev") is None


def test_core_files_cannot_be_allowed_from_outside(dev: House) -> None:
    """prlimit(2) does not ask whether a process is dumpable; but what was given up, stays so."""
    code = (
        "import resource, sys; resource.prlimit(int(sys.argv[1]), resource.RLIMIT_CORE, (-1, -1))"
    )
    tried = dev.run(sys.executable, "-c", code, str(dev.agent))

    assert tried.status != 0
    assert "not permitted" in tried.err


# --- the protocol ----------------------------------------------------------------------------------


def test_no_message_however_wrong_gets_prod(dev: House) -> None:
    found = dev.attack("asking_wrongly", str(dev.socket), str(dev.config))

    assert found["asked"] > 800
    assert {*found["accounts"]} <= {ACCOUNTS["dev"]}
    assert dev.account("dev") == ACCOUNTS["dev"]
    assert dev.account("prod") is None


def test_who_says_that_the_person_has_answered_opens_nothing(dev: House) -> None:
    """No browser is visited: what the agent asks is answered at once, and wrongly."""
    opened = dev.attack("opening", str(dev.socket), str(dev.config), "prod")

    assert "opened" not in opened
    assert dev.account("prod") is None


def test_who_races_an_opening_gets_nothing_before_the_person_has_pressed_allow(
    dev: House,
) -> None:
    with (
        dev.attacking("racing", str(dev.socket), str(dev.config)) as race,
        dev.signing_in("prod") as (login, url),
    ):
        tried_enough(race)
        dev.person.deny(url)
        login.communicate(timeout=60)
        out, _ = race.communicate(timeout=60)

    assert login.returncode == 4
    assert json.loads(out)["accounts"] == []
    assert dev.account("prod") is None


# --- the config and the policy ---------------------------------------------------------------------


def tried_enough(race: "subprocess.Popen[str]") -> None:
    """Block until the race has tried each of its ways for some hundred times."""
    assert race.stdout
    assert race.stdout.readline() == "enough\n"


def _renamed(house: House) -> str:
    return house.guarded({"dev": ACCOUNTS["prod"], "prod": ACCOUNTS["dev"]})


def _repointed(house: House) -> str:
    return house.guarded({**ACCOUNTS, "dev": ACCOUNTS["prod"]})


def _other_role(house: House) -> str:
    return house.guarded().replace("ReadOnlyAccess", "AdministratorAccess")


def _other_portal(house: House) -> str:
    return house.guarded().replace("https://example.", "https://elsewhere.")


def _twice(house: House) -> str:
    return house.guarded() + "[profile dev]\nsekisho_account_id = 333333333333\n"


@pytest.mark.parametrize(
    "change", [_renamed, _repointed, _other_role, _other_portal, _twice, House.native]
)
def test_a_config_that_was_changed_after_the_opening_opens_nothing_else(
    dev: House, change: Callable[[House], str]
) -> None:
    dev.write(dev.config, change(dev))
    handed_out = {dev.account(name) for name in ACCOUNTS}

    assert handed_out <= {None, ACCOUNTS["dev"]}


def test_another_config_file_opens_nothing(dev: House) -> None:
    other = dev.user.home / "other"
    dev.write(other, _repointed(dev))

    assert dev.credentials("dev", AWS_CONFIG_FILE=str(other)).status != 0


def test_nor_do_other_endpoints(dev: House) -> None:
    """They are the agent's own, from its start; the asking program's do not count."""
    elsewhere = dict.fromkeys(dev.center.environ, "http://127.0.0.1:9")

    assert dev.credentials("dev", **elsewhere).status == 0
    assert dev.credentials("prod", **elsewhere).status == 3


def test_a_loosened_policy_opens_nothing(house: House) -> None:
    """It counts once the person has seen it."""
    house.approve(POLICY)
    house.write(house.policy, POLICY.replace("true", "false"))

    assert house.credentials("prod").status == 4


def test_a_policy_that_forbids_prod_forbids_it_after_it_was_removed(house: House) -> None:
    """Until the person has seen that it is gone."""
    house.approve(POLICY)
    house.policy.unlink()
    asked = house.credentials("prod")

    assert asked.status == 4


# --- other agents ----------------------------------------------------------------------------------


def test_a_second_agent_is_not_let_in(dev: House) -> None:
    second = dev.sekisho("agent", "run")

    assert second.status != 0
    assert dev.account("dev") == ACCOUNTS["dev"]


def test_a_second_agent_elsewhere_has_nothing(dev: House) -> None:
    other = dev.user.home / "elsewhere"
    other.mkdir(mode=0o700)
    dev.user.owns(other)
    with dev.running(sys.executable, "-m", "sekisho", "agent", "run", XDG_RUNTIME_DIR=str(other)):
        dev.until((other / "sekisho/agent.sock").exists)
        asked = dev.credentials("dev", XDG_RUNTIME_DIR=str(other))

    assert asked.status == 3


def test_another_user_is_not_answered(dev: House) -> None:
    """Root, where root runs the tests: no folder keeps it out, but the agent does."""
    program = str(Path(__file__).parent / "attacks/from_another_user.py")
    asked = subprocess.run(
        [sys.executable, program, dev.socket],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    is_another = os.getuid() != dev.user.uid

    assert asked.stdout == ("hung up\n" if is_another else "state\n")
