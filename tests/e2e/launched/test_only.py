"""`sekisho exec --only`, with a real agent: a command has the gates that it was given, and no other."""

import sys
from pathlib import Path

import pytest

from tests.e2e.launched.conftest import DEV, PROD, Guarded
from tests.e2e.launched.gates import client_in
from tests.e2e.launched.launching import Launcher

WHOAMI = """
import boto3, sys
session = boto3.Session(profile_name=(sys.argv[1:] or [None])[0])
print(session.client("sts").get_caller_identity()["Account"])
"""


def boto3_as(*profile: str) -> list[str]:
    return [sys.executable, "-c", WHOAMI, *profile]


WAYS = pytest.mark.parametrize("way", [(), ("--sandbox",)], ids=["plain", "sandbox"])


@WAYS
def test_the_one_profile_is_the_default_and_has_its_name(
    guarded: Guarded, way: tuple[str, ...], sandbox: None
) -> None:
    by_default = guarded.run("--only", "dev", *way, "--", *boto3_as())
    by_name = guarded.run("--only", "dev", *way, "--", *boto3_as("dev"))

    assert (by_default.returncode, by_default.stdout) == (0, f"{DEV}\n"), by_default.stderr
    assert (by_name.returncode, by_name.stdout) == (0, f"{DEV}\n"), by_name.stderr


@WAYS
def test_of_several_each_has_its_name_and_none_is_the_default(
    guarded: Guarded, way: tuple[str, ...], sandbox: None
) -> None:
    both = ("--only", "dev", "--only", "prod", *way, "--")
    dev, prod = (guarded.run(*both, *boto3_as(name)) for name in ("dev", "prod"))
    neither = guarded.run(*both, *boto3_as(), AWS_DEFAULT_REGION="eu-west-1")

    assert (dev.stdout, prod.stdout) == (f"{DEV}\n", f"{PROD}\n"), dev.stderr + prod.stderr
    assert "NoCredentialsError" in neither.stderr


@WAYS
def test_the_agent_gives_it_no_other_gate_however_it_asks(
    guarded: Guarded, way: tuple[str, ...], sandbox: None
) -> None:
    ask = [sys.executable, "-P", "-m", "sekisho", "credential-process", "--profile", "prod"]
    config = guarded.sekisho.home.config
    (guarded.project / "config").write_bytes(config.read_bytes())
    run = guarded.run("--only", "dev", *way, "--", *ask)
    by_a_config = guarded.run(*("--only", "dev", *way, "--", "env", "AWS_CONFIG_FILE=config", *ask))

    assert run.returncode in {2, 4}, run.stderr
    assert by_a_config.returncode == 4, by_a_config.stderr
    assert run.stdout == by_a_config.stdout == ""


def test_outside_the_sandbox_the_agents_own_socket_is_there_and_inside_it_is_not(
    guarded: Guarded, sandbox: None
) -> None:
    socket = Path(guarded.sekisho.environ["XDG_STATE_HOME"]) / "sekisho/run/agent.sock"
    plain = guarded.run("--only", "dev", "--", "test", "-S", str(socket))
    boxed = guarded.run("--only", "dev", "--sandbox", "--", "test", "-e", str(socket))

    assert (plain.returncode, boxed.returncode) == (0, 1)


def test_in_the_sandbox_there_is_one_profile_in_the_place_of_the_persons_config(
    guarded: Guarded, sandbox: None
) -> None:
    run = guarded.run("--only", "dev", "--sandbox", "--", "cat", str(guarded.sekisho.home.config))

    assert "[profile dev]" in run.stdout
    assert "prod" not in run.stdout


@WAYS
def test_when_its_time_is_up_it_is_given_nothing_more(
    guarded: Guarded, way: tuple[str, ...], sandbox: None
) -> None:
    wait = (
        "import os, subprocess, sys\n"
        "ask = [*sys.argv[1:]]\n"
        "while not subprocess.run(ask, capture_output=True).returncode: pass\n"
        "done = subprocess.run(ask, capture_output=True, text=True)\n"
        "print(done.returncode, done.stdout, done.stderr)\n"
    )
    ask = [sys.executable, "-P", "-m", "sekisho", "credential-process", "--profile", "dev"]
    run = guarded.run("--only", "dev", "--for", "2s", *way, "--", sys.executable, "-c", wait, *ask)

    assert run.stdout.split()[0] in {"3", "4"}, run.stdout + run.stderr
    assert "SecretAccessKey" not in run.stdout


def test_its_socket_is_gone_with_it(guarded: Guarded) -> None:
    run = guarded.run("--only", "dev", "--", "printenv", "SEKISHO_AGENT_SOCKET")

    assert run.returncode == 0, run.stderr
    assert not Path(run.stdout.strip()).exists()


def test_a_gate_that_is_shut_is_named_and_nothing_runs(guarded: Guarded) -> None:
    client_in(guarded.sekisho.environ).close("prod", local=False)
    run = guarded.run("--only", "dev", "--only", "prod", "--", "echo", "ran")

    assert (run.returncode, run.stdout) == (3, "")
    assert "sekisho login --profile prod" in run.stderr


def test_a_profile_that_is_not_guarded_is_refused(guarded: Guarded) -> None:
    home = guarded.sekisho.home
    with home.config.open("a", encoding="utf-8") as config:
        config.write(
            "[profile plain]\nsso_session = guarded\nsso_account_id = 1\nsso_role_name = R\n"
        )
    run = guarded.run("--only", "plain", "--", "echo", "ran")

    assert (run.returncode, run.stdout) == (2, "")
    assert "isolate --guard" in run.stderr


def test_nesting_is_refused_where_there_are_several(guarded: Guarded) -> None:
    inside = guarded.sekisho.command("exec", "--only", "prod", "--", "echo", "ran")
    run = guarded.run("--only", "dev", "--only", "prod", "--", *inside)

    assert (run.returncode, run.stdout) == (2, "")


@pytest.mark.parametrize(
    "options",
    [
        ("--only", "dev", "--profile", "dev"),
        ("--only", "dev", "--endpoint"),
        ("--for", "1h"),
        ("--only", "dev", "--for", "soon"),
        ("--only", "dev", "--for", "8d"),
        ("--only", "dev", "--for", "0s"),
    ],
)
def test_options_that_mean_nothing_beside_each_other_are_refused(
    sekisho: Launcher, options: tuple[str, ...]
) -> None:
    run = sekisho.run("exec", *options, "--", "echo", "ran")

    assert (run.returncode, run.stdout) == (2, "")


def test_a_gate_that_closes_stops_the_endpoint_at_once(guarded: Guarded) -> None:
    with guarded.sekisho.start(
        *("exec", "--profile", "dev", "--endpoint", "--"),
        *("sh", "-c", f'while read -r _; do {sys.executable} -c "$0" 2>&1 | tail -1; done', WHOAMI),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        before = process.stdout.readline()
        client_in(guarded.sekisho.environ).close("dev", local=False)
        process.stdin.write("\n")
        process.stdin.flush()
        after = process.stdout.readline()

    assert before == f"{DEV}\n"
    assert "sekisho login --profile dev" in after
