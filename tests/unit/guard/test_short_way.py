"""The short way to the agent: what it says is what `protocol` says, and it never guesses."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho import quick
from sekisho.awsconfig.locate import locate
from sekisho.credentials.formats import process_json
from sekisho.guard import short_way
from sekisho.guard.answers import Credentials, Failed, Stopping
from sekisho.guard.asks import Release
from sekisho.guard.place import socket_path
from sekisho.guard.protocol import encode
from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.testing.agent import ScriptedAgent
from sekisho.testing.clock import FakeClock
from tests.unit.quick_machine import Machine

SOURCE = Path(__file__).parents[3] / "src"
GUARDED = """
[profile prod]
credential_process = sekisho credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[profile sealed]
credential_process = sekisho credential-process --profile sealed
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
sekisho_delivery = sealed

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""
DOCUMENT = process_json(
    RoleCredentials(
        "ASIAFAKE",
        Secret("fake/secret+"),
        Secret("FAKESESSION=="),
        FakeClock().now().replace(microsecond=0) + timedelta(hours=1),
        Role(AccountId("123456789012"), RoleName("ReadOnlyAccess")),
    )
)
RELEASED = Credentials(msgspec.Raw(DOCUMENT.encode()))
PLAIN = st.text(
    st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'), min_size=1
)


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Nobody has signed in. The runtime folder's path is short enough for a socket."""
    made = Machine(tmp_path_factory.mktemp("m"))
    with made.config.open("a") as config:
        config.write(GUARDED)
    return made


def place_of(machine: Machine) -> Path:
    return Path(socket_path(machine.environ, quick.state_folder(machine.environ)))


@pytest.fixture
def runtime(machine: Machine, tmp_path: Path) -> Path:
    machine.environ["XDG_RUNTIME_DIR"] = str(tmp_path)
    return tmp_path


@given(profile=PLAIN, rest=PLAIN)
def test_the_line_is_the_one_that_the_protocol_has(profile: str, rest: str) -> None:
    config = f"/{rest}"

    line = (short_way._ASK % (profile, config)).encode()

    assert short_way._is_plain(profile)
    assert line == encode(Release(profile, config))


@given(
    st.text(min_size=1).filter(lambda text: encode(Release(text, "/")).decode().count(text) == 0)
)
def test_what_json_escapes_is_left_to_the_long_way(text: str) -> None:
    assert not short_way._is_plain(text)


def test_the_answer_is_cut_out_of_the_one_that_the_protocol_has() -> None:
    line = short_way._HEAD + DOCUMENT.encode() + short_way._TAIL

    assert line == encode(RELEASED)


def test_credentials_are_released_in_one_round_trip(machine: Machine, runtime: Path) -> None:
    agent = ScriptedAgent((RELEASED,))
    with agent.listening(place_of(machine)):
        served = machine.short_way("credential-process", "--profile", "prod")

    assert served == DOCUMENT
    assert agent.heard == [Release("prod", str(machine.config))]
    assert place_of(machine).parent.parent == runtime


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize(
    "spelt", [None, "~/.aws/config", "{home}/.aws/config", "{home}//.aws/config"]
)
def test_the_config_is_the_one_that_the_long_way_names(machine: Machine, spelt: str | None) -> None:
    if spelt is not None:
        machine.environ["AWS_CONFIG_FILE"] = spelt.format(home=machine.home)
    agent = ScriptedAgent((RELEASED,))
    with agent.listening(place_of(machine)):
        machine.short_way("credential-process", "--profile", "prod")

    (asked,) = agent.heard
    assert isinstance(asked, Release)
    assert Path(asked.config) == locate(machine.environ, machine.home).config


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize(
    "answer",
    [
        Failed("GateClosed", "the gate is closed", "", "", 3),
        Stopping(),
        b"\n",
        encode(RELEASED)[:-1] + b" \n",
        encode(RELEASED).replace(b'"version":1', b'"version":2'),
        encode(RELEASED) + encode(RELEASED)[:10],
        b"x" * 70_000 + b"\n",
    ],
    ids=["closed", "another", "empty", "a blank", "a version", "more", "too long"],
)
def test_any_other_answer_is_left_to_the_long_way(machine: Machine, answer: object) -> None:
    agent = ScriptedAgent((answer,))  # type: ignore[arg-type]
    with agent.listening(place_of(machine)):
        served = machine.short_way("credential-process", "--profile", "prod")

    assert served is None
    assert len(agent.heard) == 1


@pytest.mark.usefixtures("runtime")
def test_an_agent_that_hangs_up_is_left_to_the_long_way(machine: Machine) -> None:
    with ScriptedAgent().listening(place_of(machine)):
        assert machine.short_way("credential-process", "--profile", "prod") is None


@pytest.mark.usefixtures("runtime")
def test_without_an_agent_the_long_way_says_so(machine: Machine) -> None:
    assert machine.short_way("credential-process", "--profile", "prod") is None


@pytest.mark.usefixtures("runtime")
def test_a_socket_that_others_may_reach_is_asked_nothing(machine: Machine) -> None:
    agent = ScriptedAgent((RELEASED,))
    with agent.listening(place_of(machine)):
        place_of(machine).parent.chmod(0o755)
        served = machine.short_way("credential-process", "--profile", "prod")

    assert served is None
    assert not agent.heard


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize("profile", ["dev", "stg", "sealed", "none", "default"])
def test_the_agent_is_not_asked_for_what_is_not_guarded(machine: Machine, profile: str) -> None:
    agent = ScriptedAgent((RELEASED,))
    with agent.listening(place_of(machine)):
        served = machine.short_way("credential-process", "--profile", profile)

    assert served is None
    assert not agent.heard


@pytest.mark.usefixtures("runtime")
def test_a_note_that_fits_is_served_without_the_agent(machine: Machine) -> None:
    machine.sign_in()
    walked = machine.long_way()
    agent = ScriptedAgent((RELEASED,))
    with agent.listening(place_of(machine)):
        served = machine.short_way()

    assert served == walked
    assert not agent.heard


@pytest.mark.usefixtures("runtime")
def test_a_profile_that_became_guarded_is_not_served_by_its_old_note(machine: Machine) -> None:
    machine.sign_in()
    assert machine.long_way() is not None
    machine.config.write_text(GUARDED.replace("profile prod", "profile dev"))
    agent = ScriptedAgent((RELEASED,))
    with agent.listening(place_of(machine)):
        served = machine.short_way()

    assert served == DOCUMENT
    assert agent.heard == [Release("dev", str(machine.config))]


@pytest.mark.parametrize("text", ["[profile prod]", "[profile prod]  # mine", "x\n[profile prod]"])
def test_a_guarded_section_is_found_by_its_key(text: str) -> None:
    section = f"{text}\nregion = x\nsekisho_sso_session = hoge\n[profile other]\n"

    assert short_way.looks_guarded(section.encode(), "prod")
    assert not short_way.looks_guarded(section.encode(), "other")
    assert not short_way.looks_guarded(section.encode(), "pro")


def test_the_program_takes_the_short_way_and_loads_no_more(machine: Machine, runtime: Path) -> None:
    look = (
        "import sys; sys.argv = ['sekisho', 'credential-process', '--profile', 'prod']\n"
        "before = set(sys.modules)\n"
        "from sekisho.__main__ import main\n"
        "main()\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    environ = machine.environ | {"PYTHONPATH": str(SOURCE), "XDG_RUNTIME_DIR": str(runtime)}
    with ScriptedAgent((RELEASED,)).listening(place_of(machine)):
        done = subprocess.run(
            [sys.executable, "-c", look], env=environ, capture_output=True, check=True
        )

    served, loaded = done.stdout.decode().splitlines()
    assert served == DOCUMENT
    assert done.stderr == b""
    assert set(loaded.split()) == {
        "_blake2",
        "_socket",
        "sekisho",
        "sekisho.__main__",
        "sekisho.guard",
        "sekisho.guard.place",
        "sekisho.guard.short_way",
        "sekisho.quick",
    }
