"""The short way: what it serves, and what it leaves to the long way."""

import json
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import platformdirs.macos
import platformdirs.unix
import pytest

from sekisho import quick
from sekisho.adapters.clock import SystemClock
from sekisho.credentials.cached import MARGIN
from sekisho.testing.clock import FakeClock
from tests.unit.quick_machine import CHANGES, CONFIG, Machine, record_file, role_file, token_file

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Signed in, and served once by the long way."""
    made = Machine(tmp_path)
    made.sign_in()
    assert made.long_way() is not None
    return made


def test_the_short_way_serves_what_the_long_way_served(machine: Machine) -> None:
    served = machine.short_way()

    assert served is not None
    assert served == machine.long_way()
    assert json.loads(served)["AccessKeyId"] == "ASIAFAKE1"


def test_without_a_note_there_is_no_short_way(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.sign_in()

    assert machine.short_way() is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["credential-process", "--profile", "dev"],
        ["credential-process", "--profile=dev"],
        ["--profile", "dev", "credential-process"],
        ["--profile=dev", "credential-process"],
    ],
)
def test_the_option_may_stand_before_or_after_the_verb(
    machine: Machine, arguments: list[str]
) -> None:
    assert machine.short_way(*arguments) is not None


@pytest.mark.parametrize(
    "arguments",
    [
        ["credential-process"],
        ["credential-process", "--profile"],
        ["credential-process", "--profile="],
        ["credential-process", "--profile", "stg"],
        ["credential-process", "--prof", "dev"],
        ["credential-process", "--profile", "dev", "--debug"],
        ["credential-process", "--profile", "dev", "--profile", "dev"],
        ["credential-process", "--help"],
        ["credential-process", "--profile", "--help"],
        ["export", "--profile", "dev"],
        ["--", "credential-process", "--profile", "dev"],
    ],
)
def test_any_other_command_line_goes_the_long_way(machine: Machine, arguments: list[str]) -> None:
    assert machine.short_way(*arguments) is None


@pytest.mark.parametrize("change", CHANGES)
def test_when_anything_has_changed_the_long_way_must_say(machine: Machine, change: str) -> None:
    CHANGES[change](machine)

    assert machine.short_way() is None


def test_a_note_of_another_version_is_none_though_its_seal_fits(machine: Machine) -> None:
    head = machine.note.read_bytes().rpartition(b"\n")[0].replace(b"quick 2", b"quick 3")
    cached = [path(machine).read_bytes() for path in (token_file, record_file, role_file)]
    watched = quick.watch("dev", machine.environ)
    assert watched is not None
    machine.note.write_bytes(head + b"\n" + quick._seal(watched, head, cached))

    assert machine.short_way() is None


def test_every_single_bit_of_a_note_counts(machine: Machine) -> None:
    whole = machine.note.read_bytes()

    for position in range(len(whole)):
        machine.note.write_bytes(
            whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]
        )
        assert machine.short_way() is None, position


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "EDITOR"])
def test_what_does_not_bear_on_the_answer_does_not_end_the_short_way(
    machine: Machine, name: str
) -> None:
    machine.environ[name] = "elsewhere"

    assert machine.short_way() is not None
    assert machine.short_way() == machine.long_way()


def test_the_short_way_ends_when_the_long_way_would_ask_the_service(machine: Machine) -> None:
    assert isinstance(machine.clock, FakeClock)
    machine.clock.advance(45 * 60)
    at_15_minutes = machine.short_way()
    machine.clock.advance(1)

    assert at_15_minutes is not None
    assert machine.short_way() is None


def test_both_ways_keep_the_same_margin() -> None:
    assert timedelta(seconds=quick._MARGIN_SECONDS) == MARGIN


def test_the_short_way_reopens_by_itself(machine: Machine) -> None:
    machine.sign_in("FAKEOTHER", "ASIAFAKE2")
    closed, walked = machine.short_way(), machine.long_way()

    assert closed is None
    assert machine.short_way() == walked
    assert walked is not None
    assert "ASIAFAKE2" in walked


def test_a_note_is_for_its_owner_alone_and_holds_no_secret(machine: Machine) -> None:
    note = machine.note.read_text()

    assert stat.S_IMODE(machine.note.stat().st_mode) == 0o600
    assert "FAKE" not in note
    assert "fake/" not in note


def test_a_config_that_changes_while_the_long_way_runs_leaves_no_note(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.sign_in()
    watched = quick.watch("dev", machine.environ)
    route = machine.route()
    machine.config.write_text(CONFIG.replace("1234567891011", "1234567891012"))
    quick.remember(
        watched, route, environ=machine.environ, store=machine.store, clock=machine.clock
    )

    assert not (machine.store.state / "quick").exists()


def test_a_note_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.sign_in()
    (machine.store.state / "quick").write_text("a file where the folder should be")

    assert machine.long_way() is not None
    assert machine.short_way() is None


@pytest.mark.parametrize("spelt", ["$HOME/.aws/config", "~root/config", "", "relative/config"])
def test_an_unusual_config_path_is_answered_alike_or_not_at_all(
    machine: Machine, spelt: str
) -> None:
    machine.environ["AWS_CONFIG_FILE"] = spelt

    assert machine.short_way() in (None, machine.long_way())


def test_a_config_that_comes_through_a_pipe_is_left_to_the_long_way(machine: Machine) -> None:
    pipe = machine.folder / "config.pipe"
    os.mkfifo(pipe)
    machine.environ["AWS_CONFIG_FILE"] = str(pipe)

    assert quick.watch("dev", machine.environ) is None
    assert machine.short_way() is None


@pytest.mark.parametrize("xdg", [None, "", "relative", "/var/state", "/var/state/"])
@pytest.mark.parametrize(
    "platform, original",
    [("linux", platformdirs.unix.Unix), ("darwin", platformdirs.macos.MacOS)],
)
def test_the_state_folder_is_platformdirs_own(
    monkeypatch: pytest.MonkeyPatch,
    xdg: str | None,
    platform: str,
    original: type[platformdirs.PlatformDirsABC],
) -> None:
    monkeypatch.setenv("HOME", "/home/you")
    environ = {"HOME": "/home/you"}
    if xdg is not None:
        monkeypatch.setenv("XDG_STATE_HOME", xdg)
        environ["XDG_STATE_HOME"] = xdg

    assert quick.state_folder(environ, platform) == original("sekisho").user_state_dir


@pytest.fixture
def real_machine(tmp_path: Path) -> Machine:
    """As `machine`, by the real clock, for processes."""
    made = Machine(tmp_path, SystemClock(), {"PYTHONPATH": str(SOURCE)})
    made.sign_in()
    assert made.long_way() is not None
    return made


def test_the_program_takes_the_short_way(real_machine: Machine) -> None:
    command = [sys.executable, "-m", "sekisho", "credential-process", "--profile", "dev"]
    done = subprocess.run(command, env=real_machine.environ, capture_output=True, check=True)

    assert done.stdout.decode() == f"{real_machine.long_way()}\n"
    assert done.stderr == b""


def test_the_short_way_loads_nothing_that_python_has_not_loaded(real_machine: Machine) -> None:
    look = (
        "import sys, time, os; sys.argv = ['sekisho', 'credential-process', '--profile', 'dev']\n"
        "before = set(sys.modules)\n"
        "from sekisho.__main__ import main\n"
        "main()\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], env=real_machine.environ, capture_output=True, check=True
    )

    loaded = done.stdout.decode().splitlines()[-1].split()
    assert set(loaded) <= {"sekisho", "sekisho.__main__", "sekisho.quick", "_blake2"}
