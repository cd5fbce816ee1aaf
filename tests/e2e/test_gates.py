"""The whole story of a gate: guard the profiles, open dev, and stg stays shut; nothing is on the disk."""

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import PASSWORD, PERSON, START_URL, Home

SECRET = re.compile(rb"sks_(?:at|rt|st|cs)_[A-Za-z0-9_-]{8}")
"""How the center's tokens, session tokens and client secrets begin."""
ROBOT = f"{sys.executable} -m sekisho.testing.robot %s &"
BOTO3 = """\
import boto3, sys
session = boto3.Session(profile_name=sys.argv[1])
print(session.client("sts").get_caller_identity()["Arn"])
"""


@pytest.fixture
def guarded(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The story's home after `isolate --guard`, with a person who signs in when a browser opens."""
    runtime = tmp_path_factory.mktemp("r")  # its path is short enough for a socket
    home.environ.update(
        XDG_RUNTIME_DIR=str(runtime),
        XDG_CONFIG_HOME=str(home.path / "config"),
        BROWSER=ROBOT,
        SEKISHO_TEST_USER=PERSON,
        SEKISHO_TEST_PASSWORD=PASSWORD,
    )
    program = Path(sys.executable).with_name("sekisho")
    done = home.sekisho("isolate", "--guard", "--yes", "--command", str(program))
    assert done.status == 0, done.stderr

    yield home

    lock = runtime / "sekisho" / "agent.lock"
    if lock.exists() and (pid := lock.read_text().strip()):
        os.kill(int(pid), signal.SIGTERM)


def secrets_on_disk(home: Home) -> list[str]:
    """Every file, below the home or the runtime folder, that has a secret of the center's in it."""
    roots = (home.path, Path(home.environ["XDG_RUNTIME_DIR"]))
    files = (path for root in roots for path in root.rglob("*") if path.is_file())
    return [str(path) for path in files if SECRET.search(path.read_bytes())]


def test_one_gate_opens_and_the_other_stays_shut(guarded: Home) -> None:
    closed = guarded.sekisho("credential-process", "--profile", "dev")
    opened = guarded.sekisho("login", "--profile", "dev")
    dev = guarded.sekisho("credential-process", "--profile", "dev")
    stg = guarded.sekisho("credential-process", "--profile", "stg")

    assert (closed.status, stg.status) == (3, 3)
    assert "do:  sekisho login --profile stg\n" in stg.stderr
    assert opened.stdout == f"Successfully logged into Start URL: {START_URL}\n"
    assert f"Signed in as {PERSON}. Open now: dev, until " in opened.stderr
    assert json.loads(dev.stdout)["AccountId"] == "1234567891011"
    assert dev.stderr == ""
    assert secrets_on_disk(guarded) == []


def test_programs_get_in_by_the_config_alone(guarded: Home) -> None:
    guarded.sekisho("login", "--profile", "dev")

    dev = guarded.run(sys.executable, "-c", BOTO3, "dev")
    stg = guarded.run(sys.executable, "-c", BOTO3, "stg")

    assert "AdministratorAccess" in dev.stdout
    assert dev.stdout.strip().endswith(f"/{PERSON}")
    assert stg.status != 0
    assert "sekisho login --profile stg" in stg.stderr
    assert secrets_on_disk(guarded) == []


def test_whoami_export_and_a_role_chain_go_through_the_gate(guarded: Home) -> None:
    with guarded.config.open("a") as config:
        config.write(
            "\n[profile deploy]\nsource_profile = dev\nregion = ap-northeast-1\n"
            "role_arn = arn:aws:iam::1234567891012:role/deployer\n"
        )
    guarded.sekisho("login", "--profile", "deploy")

    whoami = guarded.sekisho("whoami", "--profile", "dev")
    chained = guarded.sekisho("whoami", "--profile", "deploy")
    exported = guarded.sekisho("export", "--profile", "deploy")

    assert json.loads(whoami.stdout)["Account"] == "1234567891011"
    assert ":assumed-role/deployer/" in json.loads(chained.stdout)["Arn"]
    assert "export AWS_ACCESS_KEY_ID=" in exported.stdout
    assert secrets_on_disk(guarded) == []


def test_if_needed_asks_nobody_while_the_gate_is_open(guarded: Home) -> None:
    guarded.sekisho("login", "--profile", "dev")
    again = guarded.sekisho("login", "--profile", "dev", "--if-needed", BROWSER="false")

    assert (again.status, again.stdout) == (0, "")
    assert "Still open: dev, until " in again.stderr


def test_logout_closes_the_gate(guarded: Home) -> None:
    guarded.sekisho("login", "--profile", "dev")
    out = guarded.sekisho("logout", "--profile", "dev")
    after = guarded.sekisho("credential-process", "--profile", "dev")

    assert out.status == 0
    assert "Closed: dev." in out.stderr
    assert after.status == 3
    assert "the gate of dev is closed: it was logged out\n" in after.stderr


def test_each_gate_has_a_sign_in_of_its_own(guarded: Home) -> None:
    guarded.sekisho("login", "--profile", "dev")
    guarded.sekisho("login", "--profile", "stg")
    guarded.sekisho("logout", "--profile", "stg", "--local")

    dev = guarded.sekisho("credential-process", "--profile", "dev")
    stg = guarded.sekisho("credential-process", "--profile", "stg")

    assert (dev.status, stg.status) == (0, 3)


def test_the_search_finds_what_a_native_sign_in_leaves(home: Home) -> None:
    """Else the tests above could not fail."""
    home.environ.update(
        XDG_RUNTIME_DIR=str(home.path / "run"),
        BROWSER=ROBOT,
        SEKISHO_TEST_USER=PERSON,
        SEKISHO_TEST_PASSWORD=PASSWORD,
    )
    done = home.sekisho("login", "--profile", "dev")

    assert done.status == 0, done.stderr
    assert any("sso/cache" in path for path in secrets_on_disk(home))


def test_a_policy_is_asked_for_once_and_needs_a_person(guarded: Home) -> None:
    policy = guarded.path / "config" / "sekisho" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text('[environment.prod]\nprofiles = ["stg"]\ndeny = true\n')

    run = guarded.sekisho("login", "--profile", "dev", "--yes")

    assert run.status == 4
    assert "+deny = true\n" in run.stderr
    assert "nobody can be asked here" in run.stderr


def test_a_command_runs_with_what_the_gate_gives(guarded: Home) -> None:
    before = guarded.sekisho("exec", "--profile", "dev", "--", "true")
    guarded.sekisho("login", "--profile", "dev")
    identity = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    given = guarded.sekisho("exec", "--profile", "dev", "--", sys.executable, "-c", identity)

    assert before.status == 3
    assert given.stdout.strip().endswith(f"/{PERSON}")
    assert secrets_on_disk(guarded) == []


def test_ctrl_c_gives_the_sign_in_up(guarded: Home) -> None:
    running = guarded.start("login", "--profile", "dev", "--no-browser")
    running.wait_for_url("http://127.0.0.1")
    running.process.send_signal(signal.SIGINT)
    ended = running.finish()

    assert ended.status == 130
    assert guarded.sekisho("credential-process", "--profile", "dev").status == 3
    assert guarded.sekisho("login", "--profile", "dev").status == 0


def test_logout_all_closes_gates_whatever_the_config(guarded: Home) -> None:
    guarded.sekisho("login", "--profile", "dev")
    text = guarded.config.read_text()
    guarded.config.write_text(text + "[profile dev]\n")
    out = guarded.sekisho("logout", "--all")
    guarded.config.write_text(text)

    assert out.status == 0, out.stderr
    assert "Closed: dev." in out.stderr
    assert guarded.sekisho("credential-process", "--profile", "dev").status == 3


def test_the_short_and_the_long_way_print_the_same(guarded: Home) -> None:
    guarded.sekisho("login", "--profile", "dev")
    asked = ("credential-process", "--profile", "dev")

    short = guarded.sekisho(*asked)
    long = guarded.sekisho(*asked, "--color", "never")

    assert short.status == 0
    assert short == long
