"""From inside `sekisho exec --only dev --sandbox`: what must fail outside, and what wins there, too."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.adversary.house import ACCOUNTS, House, Result
from tests.meta.source import ROOT

ATTACKS = Path(__file__).parent / "attacks"


class Inside:
    """Runs programs in the sandbox, in a project folder of the person's."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.project = house.user.home / "project"
        self.project.mkdir()
        house.user.owns(self.project)

    def run(self, *command: str) -> Result:
        """Run a command to its end."""
        sekisho = (sys.executable, "-m", "sekisho", "exec", "--only", "dev", "--sandbox")
        allowed = ("--allow", str(ROOT / "tests"), "--allow", str(ROOT / "src"))
        inside = ("env", f"PYTHONPATH={ROOT}", *command)
        where = ("sh", "-c", 'cd "$0" && exec "$@"', str(self.project))
        return self.house.run(*where, *sekisho, *allowed, "--", *inside)

    def attack(self, name: str, *arguments: str) -> Any:
        """Run an attack to its end; return what it found. `$NAME` stands for a variable of its own."""
        program = str(ATTACKS / f"{name}.py")
        line = " ".join(f'"{word}"' for word in (sys.executable, program, *arguments))
        done = self.run("sh", "-c", f"exec {line}")
        assert done.status == 0, done.err
        return json.loads(done.out)


@pytest.fixture
def inside(house: House, sandbox: None) -> Inside:
    """The sandbox; outside the person has signed in to dev, and to prod as well."""
    house.login("dev")
    house.login("prod")
    house.write(
        house.user.home / ".cookies",
        json.dumps(house.person.browser.cookies.spelt(house.center.url)),
    )
    assert house.account("prod") == ACCOUNTS["prod"]
    return Inside(house)


def test_it_has_dev_and_nothing_else(inside: Inside) -> None:
    asked = inside.run(
        *(sys.executable, "-c"),
        "import boto3; print(boto3.Session().client('sts').get_caller_identity()['Account'])",
    )
    others = inside.run(
        *(sys.executable, "-c"), "import boto3; print(boto3.Session().available_profiles)"
    )

    assert asked.out.strip() == ACCOUNTS["dev"], asked.err
    assert "prod" not in others.out


# --- what must fail outside, too -------------------------------------------------------------------


def test_no_file_has_a_secret(inside: Inside) -> None:
    """Home, runtime folder, `/tmp`, and whatever else there is."""
    found = inside.attack(
        "reading", str(inside.house.user.home), "/tmp", "/run", "/var", "/dev/shm"
    )

    assert inside.house.haul(found) == {}


def test_no_process_has_one(inside: Inside) -> None:
    assert inside.house.haul(inside.attack("reading")) == {}


def test_no_way_leads_into_the_agents_memory(inside: Inside) -> None:
    found = inside.attack("looking_in", str(inside.house.agent))

    assert None not in found.values()


def test_no_message_to_its_own_socket_gets_prod_which_is_open(inside: Inside) -> None:
    found = inside.attack("asking_wrongly", "$SEKISHO_AGENT_SOCKET", str(inside.house.config))

    assert found["asked"] > 800
    assert {*found["accounts"]} <= {ACCOUNTS["dev"]}


def test_it_opens_nothing(inside: Inside) -> None:
    said = inside.attack("opening", "$SEKISHO_AGENT_SOCKET", str(inside.house.config), "prod")

    assert said == ["failed"]


def test_the_agents_own_socket_is_not_there(inside: Inside) -> None:
    asked = inside.run(
        sys.executable, str(ATTACKS / "from_another_user.py"), str(inside.house.socket)
    )

    assert asked.out == "FileNotFoundError\n"


# --- what is known to win outside ------------------------------------------------------------------


def test_the_browsers_live_session_is_not_there(inside: Inside) -> None:
    """Who is allowed to see that folder could use it; nobody is who does not say so."""
    looked = inside.run("cat", str(inside.house.user.home / ".cookies"))

    assert looked.status != 0
    assert looked.out == ""


def test_it_ends_nothing_and_signs_nobody_in(inside: Inside) -> None:
    agent = inside.house.agent
    ended = inside.run("kill", "-KILL", str(agent))
    signed_in = inside.run(sys.executable, "-m", "sekisho", "login", "--profile", "prod")

    assert ended.status != 0
    assert signed_in.status != 0
    assert inside.house.agent == agent
    assert inside.house.account("prod") == ACCOUNTS["prod"]


def test_what_it_writes_to_start_files_and_config_is_not_the_persons(inside: Inside) -> None:
    home = inside.house.user.home
    before = inside.house.config.read_bytes()
    for name in (".bashrc", ".profile", ".aws/config", ".local/bin/sekisho"):
        inside.run("sh", "-c", 'mkdir -p "$(dirname "$0")"; echo stolen > "$0"', str(home / name))

    assert inside.house.config.read_bytes() == before
    assert not [name for name in (".bashrc", ".profile", ".local") if (home / name).exists()]


def test_nor_is_the_socket_that_it_takes_over(inside: Inside) -> None:
    socket = str(inside.house.socket)
    inside.run("sh", "-c", 'mkdir -p "$(dirname "$0")"; touch "$0"', socket)

    assert inside.house.account("dev") == ACCOUNTS["dev"]
