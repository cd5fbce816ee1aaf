"""The AWS SDK for JavaScript against a center with test controls, as the guide has it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.center.env import endpoint_variables
from sekisho.testing import AwsHome, Person
from sekisho.testing.aws_home import environ_of
from tests.meta.source import ROOT

GUIDE = (ROOT / "docs/center/testing.md").read_text(encoding="utf-8")
DIRECTORY = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[0]
SIGN_IN = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)[0]
EXAMPLE = re.findall(r"```js\n(.*?)```", GUIDE, re.DOTALL)[0]


@pytest.fixture
def controlled(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A center in a process of its own, with the guide's directory: its URL, and its token."""
    directory = tmp_path / "center.yaml"
    directory.write_text(DIRECTORY, encoding="utf-8")
    arguments = ["--port", "0", "--directory", str(directory), "--test-controls"]
    with subprocess.Popen(
        [sys.executable, "-m", "sekisho", "center", "serve", *arguments],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "center")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()

        yield (
            first.removeprefix("center ready: ").strip(),
            second.removeprefix("test controls: ").strip(),
        )

        process.terminate()
        assert process.wait(timeout=10) == 0


@pytest.fixture
def scratch(tmp_path: Path, controlled: tuple[str, str]) -> AwsHome:
    """A home whose profile `dev` leads to that center."""
    path = tmp_path / "home"
    environ = environ_of(path, endpoint_variables(controlled[0]), os.environ)
    home = AwsHome(path, environ, start_url="https://example.awsapps.com/start", region="us-east-1")
    home.add_profile("dev", account_id="111111111111", role_name="ReadOnlyAccess")
    return home


def test_the_example_of_the_guide_refreshes_and_tries_again(
    controlled: tuple[str, str], scratch: AwsHome, tmp_path: Path, node: str, node_modules: Path
) -> None:
    url, token = controlled
    Person("you@example.com", "not a real password", url=url).sign_in(scratch)
    (tmp_path / "node_modules").symlink_to(node_modules)
    (tmp_path / "whoami.test.mjs").write_text(EXAMPLE, encoding="utf-8")
    run = subprocess.run(
        [node, "--test", "--test-reporter=tap", "whoami.test.mjs"],
        cwd=tmp_path,
        env={**scratch.environ, "CENTER_URL": url, "TEST_CONTROLS": token},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert f"# pass {EXAMPLE.count('test(')}" in run.stdout


def test_a_tool_in_any_language_signs_in_by_the_lines_of_the_guide(
    controlled: tuple[str, str], scratch: AwsHome
) -> None:
    folder = Path(sys.executable).parent  # where `sekisho` and `python` are
    run = subprocess.run(
        ["sh", "-eu", "-c", SIGN_IN.replace("http://127.0.0.1:40123", controlled[0])],
        env={**scratch.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout == ("Successfully logged into Start URL: https://example.awsapps.com/start\n")


def test_node_finds_the_packages_of_the_lock_file(node: str, node_modules: Path) -> None:
    wanted = json.loads((ROOT / "tests/js/package.json").read_bytes())["devDependencies"]
    lock = json.loads((ROOT / "tests/js/package-lock.json").read_bytes())["packages"]
    ask = """
        for (const name of process.argv.slice(1)) {
            console.log(require(`${name}/package.json`).version)
        }"""
    run = subprocess.run(
        [node, "-e", ask, *wanted],
        cwd=node_modules.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [lock[f"node_modules/{name}"]["version"] for name in wanted]
