"""`sekisho exec`: what a command gets, and that it runs as if nobody were between."""

import signal
import sys
from pathlib import Path

import pytest

from sekisho.testing import AwsHome
from tests.e2e.launched.conftest import DEV, PROD
from tests.e2e.launched.launching import LONG, Launcher, scratch_folders

BOTH = pytest.mark.parametrize("way", [(), ("--endpoint",)], ids=["fixed", "endpoint"])
WHOAMI = """
import boto3, sys
print(boto3.Session(*sys.argv[1:]).client("sts").get_caller_identity()["Account"])
"""


def add(home: AwsHome, text: str) -> None:
    home.write_config(home.config.read_text(encoding="utf-8") + text)


# --- what the command gets -------------------------------------------------------------------------


@BOTH
def test_boto3_has_the_profile(sekisho: Launcher, way: tuple[str, ...]) -> None:
    run = sekisho.run("exec", "--profile", "dev", *way, "--", sys.executable, "-c", WHOAMI)

    assert (run.returncode, run.stdout, run.stderr) == (0, f"{DEV}\n", "")


@BOTH
def test_the_aws_cli_has_the_profile_and_its_region(
    sekisho: Launcher, way: tuple[str, ...], aws_cli: str
) -> None:
    ask = f"{aws_cli} sts get-caller-identity --query Account; {aws_cli} configure get region"
    run = sekisho.run("exec", "--profile", "dev", *way, "--", "sh", "-c", ask)

    assert (run.returncode, run.stdout, run.stderr) == (0, f'"{DEV}"\neu-west-1\n', "")


@BOTH
def test_there_is_no_other_profile(sekisho: Launcher, way: tuple[str, ...], aws_cli: str) -> None:
    ask = [aws_cli, "--profile", "prod", "sts", "get-caller-identity"]
    run = sekisho.run("exec", "--profile", "dev", *way, "--", *ask)

    assert run.returncode == 255
    assert "The config profile (prod) could not be found" in run.stderr


def test_a_served_command_may_name_its_profile(sekisho: Launcher) -> None:
    named = WHOAMI.replace("Session(*sys.argv[1:])", "Session(profile_name='dev')")
    run = sekisho.run("exec", "--profile", "dev", "--endpoint", "--", sys.executable, "-c", named)

    assert (run.returncode, run.stdout) == (0, f"{DEV}\n"), run.stderr


@BOTH
def test_keys_that_lie_about_do_not_win(sekisho: Launcher, way: tuple[str, ...]) -> None:
    keys = "aws_access_key_id = FAKEOTHER\naws_secret_access_key = FAKEOTHER\n"
    sekisho.home.credentials.write_text(f"[default]\n{keys}\n[dev]\n", encoding="utf-8")
    add(sekisho.home, f"\n[default]\nregion = us-gov-west-1\n{keys}")
    (sekisho.home.path / ".boto").write_text(f"[Credentials]\n{keys}", encoding="utf-8")
    run = sekisho.run(
        *("exec", "--profile", "dev", *way, "--", sys.executable, "-c", WHOAMI),
        AWS_ACCESS_KEY_ID="FAKEOTHER",
        AWS_SECRET_ACCESS_KEY="FAKEOTHER",
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/other",
        AWS_ROLE_ARN="arn:aws:iam::333333333333:role/other",
        AWS_WEB_IDENTITY_TOKEN_FILE="/other",
    )

    assert (run.returncode, run.stdout) == (0, f"{DEV}\n"), run.stderr


@BOTH
def test_a_profile_of_the_environment_does_not_stay(
    sekisho: Launcher, way: tuple[str, ...]
) -> None:
    run = sekisho.run(
        "exec", "--profile", "dev", *way, "--", sys.executable, "-c", WHOAMI, AWS_PROFILE="prod"
    )

    assert (run.returncode, run.stdout) == (0, f"{DEV}\n"), run.stderr


@BOTH
def test_without_an_option_the_environment_chooses(sekisho: Launcher, way: tuple[str, ...]) -> None:
    run = sekisho.run("exec", *way, "--", sys.executable, "-c", WHOAMI, AWS_PROFILE="prod")

    assert (run.returncode, run.stdout) == (0, f"{PROD}\n"), run.stderr


def test_fixed_keys_come_with_the_variables_that_tools_know(sekisho: Launcher) -> None:
    environ = sekisho.environ_of_a_command("--profile", "dev")

    assert environ["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"} <= set(
        environ
    )
    assert environ["AWS_REGION"] == environ["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert (environ["SEKISHO_PROFILE"], environ["SEKISHO_ACCOUNT_ID"]) == ("dev", DEV)
    assert environ["SEKISHO_EXPIRES"].endswith("Z")


def test_a_served_command_has_no_key_in_its_environment(sekisho: Launcher) -> None:
    environ = sekisho.environ_of_a_command("--profile", "dev", "--endpoint")

    assert "AWS_ACCESS_KEY_ID" not in environ
    assert "AWS_SESSION_TOKEN" not in environ
    assert "AWS_CONTAINER_AUTHORIZATION_TOKEN" not in environ


@BOTH
def test_the_region_of_the_option_is_the_commands(sekisho: Launcher, way: tuple[str, ...]) -> None:
    environ = sekisho.environ_of_a_command("--profile", "dev", "--region", "sa-east-1", *way)

    assert (environ["AWS_REGION"], environ["AWS_DEFAULT_REGION"]) == ("sa-east-1", "sa-east-1")
    assert "region = sa-east-1" not in sekisho.home.config.read_text(encoding="utf-8")


@BOTH
def test_what_is_not_about_credentials_comes_along(
    sekisho: Launcher, way: tuple[str, ...], aws_cli: str
) -> None:
    url = sekisho.home.environ["AWS_ENDPOINT_URL_STS"]
    add(
        sekisho.home,
        f"output = text\nservices = here\n[services here]\nsts =\n  endpoint_url = {url}\n",
    )
    ask = f"unset AWS_ENDPOINT_URL_STS; {aws_cli} sts get-caller-identity --query Account"
    run = sekisho.run("exec", "--profile", "prod", *way, "--", "sh", "-c", ask)

    assert (run.returncode, run.stdout) == (0, f"{PROD}\n"), run.stderr


@BOTH
def test_inside_sekisho_knows_the_persons_own_config_and_the_commands_profile(
    sekisho: Launcher, way: tuple[str, ...]
) -> None:
    inside = sekisho.command("whoami", "--query", "Account")
    run = sekisho.run("exec", "--profile", "dev", *way, "--", *inside)
    listed = sekisho.run("exec", "--profile", "dev", *way, "--", *sekisho.command("profiles"))

    assert run.stdout == f'"{DEV}"\n', run.stderr
    assert listed.stdout == "dev\nprod\n"


def test_who_is_not_signed_in_is_told_so_and_nothing_runs(sekisho: Launcher) -> None:
    for token in sekisho.home.token_cache.glob("*.json"):
        token.unlink()
    run = sekisho.run("exec", "--profile", "dev", "--endpoint", "--", "echo", "ran")

    assert (run.returncode, run.stdout) == (3, "")
    assert "sekisho login --profile dev" in run.stderr


# --- what is left behind ---------------------------------------------------------------------------


def test_only_the_person_can_read_the_token_and_a_command_leaves_nothing(sekisho: Launcher) -> None:
    code = """
import os, stat
file = os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
print(oct(stat.S_IMODE(os.stat(file).st_mode)), oct(stat.S_IMODE(os.stat(os.path.dirname(file)).st_mode)))
"""
    run = sekisho.run("exec", "--profile", "dev", "--endpoint", "--", sys.executable, "-c", code)

    assert run.stdout == "0o600 0o700\n"
    assert scratch_folders(sekisho.home) == []


def test_what_a_killed_run_leaves_the_next_one_removes(sekisho: Launcher) -> None:
    ask = ("exec", "--profile", "dev", "--endpoint", "--")
    with sekisho.start(*ask, "sh", "-c", "echo ready; read -r _") as process:
        assert process.stdout is not None
        process.stdout.readline()
        while_it_runs = scratch_folders(sekisho.home)
        beside = sekisho.run(*ask, "true")
        still_there = scratch_folders(sekisho.home)
        process.kill()
        process.wait(LONG)
    left = scratch_folders(sekisho.home)
    sekisho.run(*ask, "true")

    assert beside.returncode == 0
    assert while_it_runs == still_there == left != []
    assert scratch_folders(sekisho.home) == []


def test_fixed_keys_lie_in_no_file(sekisho: Launcher) -> None:
    environ = sekisho.environ_of_a_command("--profile", "dev")
    made = Path(environ["AWS_CONFIG_FILE"]).parent
    texts = [path.read_text(encoding="utf-8") for path in made.iterdir()]

    assert len(texts) == 2
    assert not [text for text in texts if environ["AWS_ACCESS_KEY_ID"] in text]
    assert not [text for text in texts if environ["AWS_SESSION_TOKEN"] in text]


# --- as if nobody were between ---------------------------------------------------------------------


@BOTH
def test_input_output_and_exit_status_are_the_commands(
    sekisho: Launcher, way: tuple[str, ...]
) -> None:
    script = "cat; echo complaint >&2; exit 7"
    run = sekisho.run("exec", "--profile", "dev", *way, "--", "sh", "-c", script, stdin="abc")

    assert (run.returncode, run.stdout, run.stderr) == (7, "abc", "complaint\n")


@BOTH
def test_the_commands_own_options_are_not_sekishos(sekisho: Launcher, way: tuple[str, ...]) -> None:
    run = sekisho.run("exec", "--profile", "dev", *way, "echo", "--profile", "x", "--", "--help")

    assert run.stdout == "--profile x -- --help\n"


def test_with_fixed_keys_the_command_takes_sekishos_place(sekisho: Launcher) -> None:
    with sekisho.start("exec", "--profile", "dev", "--", "sh", "-c", "echo $$") as process:
        out, _ = process.communicate(timeout=LONG)

        assert int(out) == process.pid


@BOTH
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_command_that_a_signal_ends_looks_so(
    sekisho: Launcher, way: tuple[str, ...], number: signal.Signals
) -> None:
    kill = f"kill -{number.value} $$"
    run = sekisho.run("exec", "--profile", "dev", *way, "--", "sh", "-c", kill)

    assert run.returncode == -number


@BOTH
@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "USR1", "USR2", "QUIT", "ALRM", "WINCH"])
def test_a_signal_to_sekisho_reaches_the_command_once(
    sekisho: Launcher, way: tuple[str, ...], name: str
) -> None:
    code = f"""
import os, signal
signal.signal(signal.SIG{name}, lambda *_: os.write(1, b"heard\\n"))
signal.pthread_sigmask(signal.SIG_BLOCK, set())
print("ready", flush=True)
import sys
for line in sys.stdin:
    print(line, end="", flush=True)
"""
    with sekisho.start(
        "exec", "--profile", "dev", *way, "--", sys.executable, "-c", code
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.Signals[f"SIG{name}"])
        heard = process.stdout.readline()
        out, err = process.communicate("and goes on\n", timeout=LONG)

        assert (heard, out, err, process.returncode) == ("heard\n", "and goes on\n", "", 0)


@BOTH
def test_a_command_gets_the_signals_that_python_ignores(
    sekisho: Launcher, way: tuple[str, ...]
) -> None:
    script = "yes | head -1; trap"
    run = sekisho.run("exec", "--profile", "dev", *way, "--", "bash", "-c", script)

    assert (run.stdout, run.stderr) == ("y\n", "")


@BOTH
def test_a_script_without_a_first_line_runs_as_in_a_shell(
    sekisho: Launcher, way: tuple[str, ...], tmp_path: Path
) -> None:
    script = tmp_path / "deploy"
    script.write_text('echo "$1 $SEKISHO_PROFILE"\n', encoding="utf-8")
    script.chmod(0o755)
    run = sekisho.run("exec", "--profile", "dev", *way, "--", str(script), "to")

    assert (run.returncode, run.stdout) == (0, "to dev\n")


@BOTH
@pytest.mark.parametrize(
    "name, why",
    [
        ("terrafrom", "there is no such program in PATH"),
        ("./terrafrom", "there is no such program"),
        ("/etc/passwd", "it is no program"),
        ("", "there is no such program in PATH"),
    ],
)
def test_a_program_that_is_not_there_is_named_before_anybody_is_asked(
    sekisho: Launcher, way: tuple[str, ...], name: str, why: str
) -> None:
    run = sekisho.run("exec", "--profile", "dev", *way, "--", name)

    assert run.returncode == 2
    assert f"cannot run {name}: {why}\n" in run.stderr


@BOTH
def test_nesting_is_refused_and_says_how_to_leave(sekisho: Launcher, way: tuple[str, ...]) -> None:
    inside = sekisho.command("exec", "--profile", "prod", "--", "echo", "ran")
    run = sekisho.run("exec", "--profile", "dev", *way, "--", *inside)

    assert (run.returncode, run.stdout) == (2, "")
    assert "for the profile dev; a command below it cannot have the profile prod" in run.stderr
    assert "`exit`" in run.stderr
