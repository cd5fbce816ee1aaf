"""`sekisho exec` at a real terminal, below a shell with job control."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.launched.launching import Launcher, Terminal, terminal
from tests.e2e.launched.test_exec import BOTH


@pytest.fixture
def bash(sekisho: Launcher) -> Iterator[Terminal]:
    """A shell with job control, and `sekisho` in its PATH."""
    folder = Path(sys.executable).parent
    environ = {
        **sekisho.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PS1": "$ ",
    }
    with terminal(["bash", "--norc", "--noprofile", "--noediting", "-i"], environ) as shown:
        shown.wait_for("$ ")
        yield shown


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Says what reaches it: lines, Ctrl-C, and the size of the terminal."""
    path = tmp_path / "program"
    path.write_text(
        f"""#!{sys.executable}
import os, signal, sys
def size(*_): os.write(1, "size {{}} {{}}\\n".format(*os.get_terminal_size(0)).encode())
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"interrupted\\n"))
signal.signal(signal.SIGWINCH, size)
size()
for line in sys.stdin:
    print(f"got:{{line}}", end="", flush=True)
""",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


@BOTH
def test_ctrl_c_reaches_the_command_and_once(
    bash: Terminal, way: tuple[str, ...], program: Path
) -> None:
    bash.type(f"sekisho exec --profile dev {' '.join(way)} -- {program}\n")
    bash.wait_for("size 80 24")
    bash.type("\x03")
    bash.wait_for("interrupted")
    bash.type("more\n")

    assert "interrupted" not in bash.wait_for("got:more")


@BOTH
def test_ctrl_c_ends_a_loop_of_the_shell_too(bash: Terminal, way: tuple[str, ...]) -> None:
    command = (
        f"sekisho exec --profile dev {' '.join(way)} -- sh -c 'echo re\"\"ady; exec sleep 1000'"
    )
    bash.type(f"for i in 1 2; do {command}; done\n")
    bash.wait_for("ready")
    bash.type("\x03")
    bash.wait_for("$ ")
    bash.type("echo status=$?\n")

    assert "ready" not in bash.wait_for("status=130")


@BOTH
def test_ctrl_z_gives_the_shell_back_and_fg_goes_on(
    bash: Terminal, way: tuple[str, ...], program: Path
) -> None:
    bash.type(f"sekisho exec --profile dev {' '.join(way)} -- {program}\n")
    bash.wait_for("size 80 24")
    bash.type("\x1a")
    bash.wait_for("Stopped")
    bash.wait_for("$ ")
    bash.type("fg\n")
    bash.type("more\n")

    assert bash.wait_for("got:more")


def test_a_command_that_stops_itself_gives_the_shell_back(bash: Terminal) -> None:
    script = "kill -STOP $$; echo b''ack"
    bash.type(f'sekisho exec --profile dev --endpoint -- sh -c "{script}"\n'.replace("$$", r"\$\$"))
    bash.wait_for("Stopped")
    bash.wait_for("$ ")
    bash.type("fg\n")

    assert bash.wait_for("back")


@BOTH
def test_the_size_of_the_terminal_reaches_the_command(
    bash: Terminal, way: tuple[str, ...], program: Path
) -> None:
    bash.type(f"sekisho exec --profile dev {' '.join(way)} -- {program}\n")
    bash.wait_for("size 80 24")
    bash.resize(30, 100)

    assert bash.wait_for("size 100 30")


def test_a_pipe_of_commands_has_the_terminal(bash: Terminal) -> None:
    reader = "(cat; read -r x </dev/tty; echo got:$x)"
    bash.type(f"sekisho exec --profile dev --endpoint -- echo a''bc | {reader}\n")
    bash.wait_for("abc\r\n")
    bash.type("def\n")

    assert bash.wait_for("got:def")
