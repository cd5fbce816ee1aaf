"""`sekisho exec --sandbox`, with a real bubblewrap: what a command sees, and what it cannot reach."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.launched.conftest import DEV
from tests.e2e.launched.launching import LONG, Launcher, terminal

WHOAMI = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"


@dataclass(frozen=True)
class Sandboxed:
    """Runs commands in a sandbox, in a project folder of the home."""

    sekisho: Launcher
    project: Path

    @property
    def home(self) -> Path:
        return self.sekisho.home.path

    def command(self, *command: str, options: tuple[str, ...] = ()) -> list[str]:
        ask = ("exec", "--profile", "dev", "--sandbox", *options, "--", *command)
        return self.sekisho.command(*ask)

    def run(
        self,
        *command: str,
        options: tuple[str, ...] = (),
        within: Path | None = None,
        **environ: str,
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*command, options=options),
            cwd=within or self.project,
            env={**self.sekisho.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )

    def python(self, code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.run(sys.executable, "-c", code, *arguments)


@pytest.fixture
def sandbox(sekisho: Launcher) -> Sandboxed:
    project = sekisho.home.path / "project"
    project.mkdir()
    return Sandboxed(sekisho, project)


# --- what it has -----------------------------------------------------------------------------------


def test_it_has_the_profile(sandbox: Sandboxed) -> None:
    run = sandbox.python(WHOAMI)

    assert (run.returncode, run.stdout, run.stderr) == (0, f"{DEV}\n", "")


def test_it_works_in_the_project_folder_and_writes_there(sandbox: Sandboxed) -> None:
    run = sandbox.run("sh", "-c", "pwd; echo made >file")

    assert (run.returncode, run.stdout) == (0, f"{sandbox.project}\n"), run.stderr
    assert (sandbox.project / "file").read_text(encoding="utf-8") == "made\n"


def test_its_exit_status_is_sekishos(sandbox: Sandboxed) -> None:
    assert sandbox.run("sh", "-c", "exit 7").returncode == 7
    assert sandbox.run("sh", "-c", "kill -TERM $$").returncode == 128 + signal.SIGTERM


def test_what_is_allowed_is_seen_and_cannot_be_written(sandbox: Sandboxed, tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "file").write_text("seen", encoding="utf-8")
    run = sandbox.run(
        *("sh", "-c", f"cat {allowed}/file; touch {allowed}/new"), options=("--allow", str(allowed))
    )

    assert run.stdout == "seen"
    assert "Read-only file system" in run.stderr


def test_what_may_be_written_is_written(sandbox: Sandboxed, tmp_path: Path) -> None:
    writable = tmp_path / "writable"
    writable.mkdir()
    run = sandbox.run("touch", f"{writable}/new", options=("--write", str(writable)))

    assert (run.returncode, run.stderr) == (0, "")
    assert (writable / "new").exists()


# --- what it does not see --------------------------------------------------------------------------


def test_its_home_is_empty_and_the_tokens_are_nowhere(sandbox: Sandboxed) -> None:
    token = next(sandbox.sekisho.home.token_cache.glob("*.json"))
    look = """
import os, sys
from pathlib import Path
print(sorted(p.name for p in Path.home().iterdir()))
for folder, _, names in os.walk("/", onerror=lambda _: None):
    if folder.startswith(("/proc", "/dev", "/sys")):
        continue
    print(*(f"{folder}/{name}" for name in names if name in sys.argv[1:]), end="")
"""
    run = sandbox.python(look, token.name)

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout in ("['.local', 'project']\n", "['project']\n")
    assert token.name not in run.stdout


@pytest.mark.parametrize(
    "hidden", [".aws/config", ".ssh/id", ".config/chromium/Cookies", ".bashrc", "other/file"]
)
def test_a_file_of_the_home_is_not_there(sandbox: Sandboxed, hidden: str) -> None:
    path = sandbox.home / hidden
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    run = sandbox.run("cat", str(path))

    assert "No such file or directory" in run.stderr


def test_temporary_files_and_sockets_of_others_are_not_there(
    sandbox: Sandboxed, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as agent:
        path = f"/tmp/sekisho-test-{os.getpid()}.sock"
        agent.bind(path)
        try:
            run = sandbox.run("sh", "-c", f"ls {path}; ls -A /run")
        finally:
            Path(path).unlink()

    assert "No such file or directory" in run.stderr
    assert run.stdout == "sekisho\n"


def test_an_open_folder_of_whoever_starts_it_leads_nowhere(sandbox: Sandboxed) -> None:
    (sandbox.home / "secret").touch()
    outside = os.open(sandbox.home, os.O_RDONLY)
    reading, writing = os.pipe()
    os.write(writing, b"a pipe stays\n")
    os.close(writing)
    try:
        run = subprocess.run(
            sandbox.command(
                "sh", "-c", f"ls /proc/self/fd/{outside}/; cat /proc/self/fd/{reading}"
            ),
            cwd=sandbox.project,
            env=sandbox.sekisho.environ,
            pass_fds=(outside, reading),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )
    finally:
        os.close(outside)
        os.close(reading)

    assert run.stdout == "a pipe stays\n"


def test_other_processes_are_not_there(sandbox: Sandboxed) -> None:
    run = sandbox.run("sh", "-c", f"kill -0 {os.getpid()}; ls /proc | grep -c '^[0-9]'")

    assert "No such process" in run.stderr
    assert int(run.stdout) <= 6


def test_variables_that_lead_outside_are_gone(sandbox: Sandboxed) -> None:
    run = sandbox.run(
        "env", SSH_AUTH_SOCK="/x", DISPLAY=":0", DBUS_SESSION_BUS_ADDRESS="unix:path=/x"
    )
    left = {line.partition("=")[0] for line in run.stdout.splitlines()}

    assert "SEKISHO_PROFILE" in left
    assert not left & {"SSH_AUTH_SOCK", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}


def test_abstract_sockets_of_others_do_not_answer(sandbox: Sandboxed) -> None:
    name = f"\0sekisho-test-{os.getpid()}"
    connect = f"import socket; socket.socket(socket.AF_UNIX).connect({name!r})"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        run = sandbox.python(connect)

    assert run.returncode == 1
    assert "PermissionError" in run.stderr


def test_it_has_no_privileges_and_gets_none(sandbox: Sandboxed) -> None:
    run = sandbox.run("grep", "-E", "NoNewPrivs|CapEff|CapBnd", "/proc/self/status")

    assert run.stdout.split() == [
        *("CapEff:", "0000000000000000", "CapBnd:", "0000000000000000", "NoNewPrivs:", "1")
    ]


def test_sekisho_itself_cannot_be_replaced_from_inside(sandbox: Sandboxed) -> None:
    import sekisho as package

    run = sandbox.run("touch", f"{package.__path__[0]}/new.py", f"{sys.prefix}/new")

    assert run.returncode == 1
    assert run.stderr.count("Read-only file system") == 2


def test_the_files_of_the_run_cannot_be_replaced(sandbox: Sandboxed) -> None:
    run = sandbox.run(
        "sh", "-c", 'echo x >"$AWS_CONFIG_FILE"; rm "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"'
    )

    assert run.stderr.count("Read-only file system") == 2


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [".", ".aws", ".aws/sso", "..", "/", "/tmp", "/run", ".ssh"])
def test_a_project_folder_that_would_show_what_is_hidden_is_refused(
    sandbox: Sandboxed, where: str
) -> None:
    (sandbox.home / ".ssh").mkdir()
    run = sandbox.run("echo", "ran", within=(sandbox.home / where).resolve())

    assert (run.returncode, run.stdout) == (2, "")
    assert "sandbox" in run.stderr
    assert "run it in the folder of your project" in run.stderr


@pytest.mark.parametrize("option", ["--allow", "--write"])
def test_a_link_to_what_is_hidden_is_refused(sandbox: Sandboxed, option: str) -> None:
    (sandbox.project / "data").symlink_to(sandbox.home / ".aws")
    run = sandbox.run("echo", "ran", options=(option, "data"))

    assert (run.returncode, run.stdout) == (2, "")
    assert str(sandbox.home / ".aws") in run.stderr


def test_a_link_in_the_project_leads_nowhere(sandbox: Sandboxed) -> None:
    (sandbox.project / "data").symlink_to(sandbox.home / ".aws")
    run = sandbox.run("ls", "data/")

    assert "No such file or directory" in run.stderr


def test_without_bubblewrap_it_says_what_to_install(sandbox: Sandboxed, tmp_path: Path) -> None:
    run = sandbox.run("true", PATH=str(tmp_path))

    assert run.returncode == 2
    assert "there is no bubblewrap on this machine" in run.stderr
    assert "apt-get install bubblewrap" in run.stderr


def test_where_namespaces_are_forbidden_it_says_so(sandbox: Sandboxed, tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n")
    fake.chmod(0o755)
    run = sandbox.run("true", PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert run.returncode == 2
    assert "cannot make a sandbox here: bwrap: No permissions to create new namespace" in run.stderr


def test_paths_are_allowed_to_a_sandbox_only(sekisho: Launcher) -> None:
    run = sekisho.run("exec", "--profile", "dev", "--allow", "/etc", "--", "true")

    assert run.returncode == 2
    assert "--sandbox" in run.stderr


# --- signals and the terminal ----------------------------------------------------------------------

HEARS = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"terminated\\n"))
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"interrupted\\n"))
print("ready", flush=True)
for line in sys.stdin:
    print(f"got:{line}", end="", flush=True)
"""


@pytest.fixture
def hears(sandbox: Sandboxed) -> list[str]:
    (sandbox.project / "hears.py").write_text(HEARS, encoding="utf-8")
    return sandbox.command(sys.executable, "hears.py")


def test_a_signal_to_sekisho_reaches_the_command(sandbox: Sandboxed, hears: list[str]) -> None:
    with subprocess.Popen(
        hears,
        cwd=sandbox.project,
        env=sandbox.sekisho.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        heard = process.stdout.readline()
        out, _ = process.communicate("more\n", timeout=LONG)

    assert (heard, out, process.returncode) == ("terminated\n", "got:more\n", 0)


def test_with_sekisho_the_sandbox_dies(sandbox: Sandboxed, hears: list[str]) -> None:
    with subprocess.Popen(
        hears,
        cwd=sandbox.project,
        env=sandbox.sekisho.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.kill()

        assert process.stdout.read() == ""  # nobody holds the other end any more


def test_ctrl_c_reaches_the_command_and_it_goes_on(sandbox: Sandboxed, hears: list[str]) -> None:
    inside = ["env", "-C", str(sandbox.project), *hears]
    with terminal(inside, sandbox.sekisho.environ) as shown:
        shown.wait_for("ready")
        shown.type("\x03")
        shown.wait_for("interrupted")
        shown.type("more\n")

        assert shown.wait_for("got:more")


def test_a_program_that_stops_its_group_gives_the_shell_back(sandbox: Sandboxed) -> None:
    stops = "import os, signal\nos.kill(0, signal.SIGTSTP)\nprint('goes', 'on')\n"
    (sandbox.project / "stops.py").write_text(stops, encoding="utf-8")
    folder = Path(sys.executable).parent
    environ = {
        **sandbox.sekisho.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PS1": "$ ",
    }
    with terminal(["bash", "--norc", "--noprofile", "--noediting", "-i"], environ) as shown:
        shown.wait_for("$ ")
        shown.type(f"cd {sandbox.project}\n")
        shown.type("sekisho exec --profile dev --sandbox -- python stops.py\n")
        shown.wait_for("Stopped")
        shown.type("fg\n")

        assert shown.wait_for("goes on")


def test_it_cannot_type_into_the_terminal(sandbox: Sandboxed) -> None:
    code = (
        "import fcntl, termios\n"
        "try: fcntl.ioctl(0, termios.TIOCSTI, b'x'); print('typed')\n"
        "except OSError as error: print(error.strerror)\n"
    )
    (sandbox.project / "reach.py").write_text(code, encoding="utf-8")
    inside = ["env", "-C", str(sandbox.project), *sandbox.command(sys.executable, "reach.py")]
    with terminal(inside, sandbox.sekisho.environ) as shown:
        assert "typed" not in shown.wait_for("Operation not permitted")
