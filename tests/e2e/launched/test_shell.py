"""`sekisho shell`, at a real terminal, in each shell that this machine has."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.e2e.launched.conftest import DEV
from tests.e2e.launched.launching import Launcher, Terminal, scratch_folders, terminal

SHELLS = [path for name in ("bash", "zsh", "fish") if (path := shutil.which(name))]
RC = {
    "bash": (".bashrc", "PS1='own> '\nexport AWS_PROFILE=prod AWS_ACCESS_KEY_ID=FAKEOTHER\n"),
    "zsh": (".zshrc", "PROMPT='own> '\nexport AWS_PROFILE=prod AWS_ACCESS_KEY_ID=FAKEOTHER\n"),
    "fish": (
        ".config/fish/config.fish",
        "function fish_prompt; printf 'own> '; end; set -gx AWS_PROFILE prod\n",
    ),
}
WHOAMI = "import boto3; print('account', boto3.client('sts').get_caller_identity()['Account'])"


def opened(
    sekisho: Launcher, shell: str, *, profile: str = "dev"
) -> AbstractContextManager[Terminal]:
    """A shell of `sekisho shell`, with the person's own start files."""
    name, text = RC.get(Path(shell).name, (".profile", ""))
    rc = sekisho.home.path / name
    rc.parent.mkdir(parents=True, exist_ok=True)
    rc.write_text(text, encoding="utf-8")
    folder = Path(sys.executable).parent
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environ = {**sekisho.environ, "SHELL": shell, "PATH": path}
    return terminal(sekisho.command("shell", "--profile", profile), environ)


@pytest.fixture(params=SHELLS, ids=lambda path: Path(path).name)
def shell(request: pytest.FixtureRequest, sekisho: Launcher) -> Iterator[Terminal]:
    with opened(sekisho, request.param) as shown:
        yield shown


def test_the_prompt_shows_the_profile_before_the_persons_own(shell: Terminal) -> None:
    assert "(dev)" in shell.wait_for("own> ")


def test_it_says_what_it_is_and_until_when(shell: Terminal) -> None:
    said = shell.wait_for("own> ")

    assert f"This shell has the profile dev: ReadOnlyAccess in {DEV}." in said
    assert "`exit` ends it." in said


def test_tools_in_it_have_the_profile_whatever_the_start_files_set(shell: Terminal) -> None:
    shell.wait_for("own> ")
    shell.type(f'{sys.executable} -c "{WHOAMI}"\n')

    assert shell.wait_for(f"account {DEV}")


def test_the_status_of_exit_is_sekishos_and_nothing_is_left(
    shell: Terminal, sekisho: Launcher
) -> None:
    shell.wait_for("own> ")
    shell.type("exit 7\n")

    assert os.waitstatus_to_exitcode(os.waitpid(shell.process, 0)[1]) == 7
    assert scratch_folders(sekisho.home) == []


def test_nesting_is_refused(shell: Terminal) -> None:
    shell.wait_for("own> ")
    shell.type("sekisho shell --profile prod\n")

    assert "for the profile dev" in shell.wait_for("`exit`")


@pytest.mark.parametrize("path", SHELLS, ids=lambda path: Path(path).name)
def test_a_name_is_shown_and_never_run(sekisho: Launcher, path: str) -> None:
    evil = "$(touch ran)`touch ran`%x'\"\\"
    config = sekisho.home.config.read_text(encoding="utf-8")
    sekisho.home.write_config(config.replace("[profile dev]", f"[profile {_quoted(evil)}]"))
    with opened(sekisho, path, profile=evil) as shown:
        prompt = shown.wait_for("own> ")
        shown.type("\n")
        again = shown.wait_for("own> ")

    assert f"({evil})" in prompt.replace("\r\n", "")
    assert f"({evil})" in again.replace("\r\n", "")
    assert not list(Path.cwd().glob("ran"))


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "'\"'\"'") + "'"


def test_a_shell_of_another_kind_opens_as_it_is(sekisho: Launcher) -> None:
    with opened(sekisho, "/bin/sh") as shown:
        shown.wait_for("`exit` ends it.")
        shown.type("echo has $SEKISHO_PROFILE\n")

        assert shown.wait_for("has dev")
