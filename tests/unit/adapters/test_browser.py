"""The person's browser: which program, with which arguments, and nothing of it on our terminal."""

import os
from pathlib import Path

import pytest

from sekisho.adapters.browser import SystemBrowser

URL = "https://hoge.awsapps.com/start/#/device?user_code=BCDF-GHJK&x=$(touch pwned);`id` 'q\""
LONG = 60.0  # nobody waits that long: the programs of these tests end at once
NO_BROWSER_PATH = "/nonexistent"


class Programs:
    """A folder of programs that tell through a pipe how they were started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pipe = folder / "pipe"
        os.mkfifo(self.pipe)

    def add(self, name: str, *, status: int = 0, silent: bool = False) -> Path:
        """Add a program that says its process id and its arguments, and ends with `status`."""
        tell = "" if silent else f'printf "%s\\0" "{name}" "$$" "$@" > {self.pipe}\n'
        program = self.folder / name
        program.write_text(f"#!/bin/sh\necho noise; echo noise >&2\n{tell}exit {status}\n")
        program.chmod(0o700)
        return program

    def told(self) -> list[str]:
        """Block until a program has said how it was started: name, process id, arguments."""
        return self.pipe.read_text().split("\0")[:-1]


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


def browser(**environ: str) -> SystemBrowser:
    """A browser that sees how its program starts, and no more: the pipe holds the program."""
    return SystemBrowser({"PATH": NO_BROWSER_PATH, **environ}, platform="linux", patience=0.0)


def patient(**environ: str) -> SystemBrowser:
    return SystemBrowser({"PATH": NO_BROWSER_PATH, **environ}, platform="linux", patience=LONG)


def test_browser_is_run_with_the_url_as_its_last_argument_and_through_no_shell(
    programs: Programs, tmp_path: Path
) -> None:
    opened = browser(BROWSER=f"{programs.add('mine')} --new-window").open(URL)
    name, _, *arguments = programs.told()

    assert opened
    assert (name, arguments) == ("mine", ["--new-window", URL])
    assert not (tmp_path / "pwned").exists()


def test_the_url_stands_where_browser_has_percent_s(programs: Programs) -> None:
    browser(BROWSER=f"{programs.add('mine')} --url=%s 'two words' &").open(URL)

    assert programs.told()[2:] == [f"--url={URL}", "two words"]


def test_the_first_of_several_that_can_be_started_takes_it(programs: Programs) -> None:
    names = f"{programs.folder}/absent:'misquoted::{programs.add('second')}:{programs.add('third')}"

    assert browser(BROWSER=names).open(URL)
    assert programs.told()[0] == "second"


def test_a_program_that_fails_at_once_leaves_it_to_the_next(programs: Programs) -> None:
    failing = programs.add("failing", status=3, silent=True)

    assert not patient(BROWSER=str(failing)).open(URL)
    assert patient(BROWSER=f"{failing}:{programs.add('next', silent=True)}").open(URL)


def test_what_is_no_program_is_not_started(programs: Programs) -> None:
    (programs.folder / "text").write_text("no program")
    (programs.folder / "broken").write_text("#!/nonexistent/interpreter\n")
    (programs.folder / "broken").chmod(0o700)

    assert not patient(BROWSER=f"{programs.folder}/text:{programs.folder}/broken").open(URL)


def test_a_program_is_looked_up_in_the_path_that_was_handed_in(programs: Programs) -> None:
    programs.add("mine")

    assert browser(BROWSER="mine", PATH=str(programs.folder)).open(URL)
    assert programs.told()[0] == "mine"


def test_the_program_leads_a_session_of_its_own(programs: Programs) -> None:
    """So that Ctrl-C in the terminal, and the terminal's end, are not its own."""
    program = programs.folder / "mine"
    program.write_text(
        f"#!/bin/sh\nprintf '%s\\0' \"$$\" > {programs.pipe}\nread -r _ < {programs.pipe}\n"
    )
    program.chmod(0o700)
    browser(BROWSER=str(program)).open(URL)
    process = int(programs.told()[0])
    session = os.getsid(process)
    programs.pipe.write_text("over\n")

    assert session == process


def test_nothing_that_the_program_says_reaches_the_terminal(
    programs: Programs, capfd: pytest.CaptureFixture[str]
) -> None:
    assert patient(BROWSER=str(programs.add("mine", silent=True))).open(URL)
    assert capfd.readouterr() == ("", "")


def test_a_browser_variable_that_cannot_be_started_is_not_replaced_by_another(
    programs: Programs,
) -> None:
    programs.add("xdg-open", silent=True)
    environ = {"BROWSER": "absent", "DISPLAY": ":0", "PATH": str(programs.folder)}

    assert not patient(**environ).open(URL)


@pytest.mark.parametrize("display", [{}, {"DISPLAY": ""}])
def test_without_a_display_there_is_no_browser(programs: Programs, display: dict[str, str]) -> None:
    programs.add("xdg-open", silent=True)

    assert not patient(PATH=str(programs.folder), BROWSER="", **display).open(URL)


@pytest.mark.parametrize("display", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_with_a_display_the_desktop_s_own_opener_takes_it(
    programs: Programs, display: dict[str, str]
) -> None:
    programs.add("firefox")
    programs.add("xdg-open")

    assert browser(PATH=str(programs.folder), **display).open(URL)
    assert programs.told()[0] == "xdg-open"


def test_on_macos_open_takes_it(programs: Programs) -> None:
    programs.add("open")
    mac = SystemBrowser({"PATH": str(programs.folder)}, platform="darwin", patience=0.0)

    assert mac.open(URL)
    assert programs.told()[0] == "open"


def test_on_wsl_windows_takes_it_although_explorer_says_1(programs: Programs) -> None:
    programs.add("explorer.exe", status=1, silent=True)

    assert patient(PATH=str(programs.folder), WSL_DISTRO_NAME="Debian", DISPLAY=":0").open(URL)


def test_the_program_that_would_be_tried_first_is_told_and_not_started(programs: Programs) -> None:
    firefox = programs.add("firefox")
    with_display = {"PATH": str(programs.folder), "DISPLAY": ":0"}

    assert browser(**with_display).chosen() == str(firefox)
    assert browser(BROWSER=f"absent:{firefox} --new", **with_display).chosen() == str(firefox)


def test_where_none_would_be_started_none_is_told(programs: Programs) -> None:
    programs.add("firefox")

    assert browser(PATH=str(programs.folder)).chosen() is None
    assert browser(PATH=str(programs.folder), DISPLAY=":0", BROWSER="absent").chosen() is None
