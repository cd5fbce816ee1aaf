"""`sekisho agent install`: a unit that systemd would run, and nothing lost that was there."""

import configparser
import shlex
import subprocess
from pathlib import Path

from tests.e2e.conftest import Home


def unit_of(home: Home) -> configparser.ConfigParser:
    """The unit, as systemd reads it: an INI file with sections of its own."""
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    path = home.path / "conf" / "systemd" / "user" / "sekisho-agent.service"
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


def install(home: Home, *options: str) -> str:
    done = home.sekisho("agent", "install", *options, XDG_CONFIG_HOME=str(home.path / "conf"))
    assert done.status == 0, done.stderr
    return done.stdout


def test_it_says_what_to_type_next(home: Home) -> None:
    said = install(home)

    assert "systemctl --user enable --now sekisho-agent" in said


def test_the_command_in_the_unit_is_one_that_runs(home: Home) -> None:
    install(home)
    command = shlex.split(unit_of(home)["Service"]["ExecStart"])
    helped = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)

    assert "Run the agent here" in helped.stdout


def test_what_somebody_had_written_there_is_kept(home: Home) -> None:
    install(home)
    path = home.path / "conf" / "systemd" / "user" / "sekisho-agent.service"
    path.write_text("# mine\n", encoding="utf-8")
    said = install(home)

    kept = said.partition("is kept as ")[2].splitlines()[0]
    assert Path(kept).read_text(encoding="utf-8") == "# mine\n"


def test_a_second_time_it_changes_nothing(home: Home) -> None:
    install(home)

    assert "is kept as" not in install(home)


def test_print_writes_nothing(home: Home) -> None:
    said = install(home, "--print")

    assert said.startswith("# Written by `sekisho agent install`")
    assert not (home.path / "conf").exists()
