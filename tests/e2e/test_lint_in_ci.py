"""The GitHub Action and the pre-commit hooks: what they run, run here."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from sekisho.cli.commands.lint import lint
from tests.meta.source import ROOT

BAD = "[profile dev]\nouput = json\n"
INFO = "[sso-session old]\nsso_start_url = https://hoge.awsapps.com/start\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"


def act(folder: Path, files: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's script in `folder`, as GitHub's runner would."""
    command = shutil.which("sekisho", path=str(ROOT / ".venv/bin"))
    assert command, "sekisho is not installed in .venv; run the tests by `./dev test`"
    return subprocess.run(
        ["bash", ROOT / ".github/lint-action.sh"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "SEKISHO": command, "FILES": files}
        | inputs,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_action_annotates_every_file_and_fails_the_job(tmp_path: Path) -> None:
    for name in ("one", "two words", "$(touch gotcha)"):
        (tmp_path / name).write_text(BAD, encoding="utf-8")

    run = act(tmp_path, "one\n\ntwo words\n$(touch gotcha)\n")

    assert run.returncode == 1, run.stderr
    assert len(re.findall(r"^::error file=", run.stdout, re.MULTILINE)) == 3
    assert not (tmp_path / "gotcha").exists()


def test_the_action_writes_sarif_beside_the_annotations(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(BAD, encoding="utf-8")

    run = act(tmp_path, "config", SARIF="report.sarif")

    assert run.returncode == 1
    assert json.loads((tmp_path / "report.sarif").read_bytes())["runs"][0]["results"]


@pytest.mark.parametrize("strict, status", [("false", 0), ("true", 1)])
def test_information_fails_the_job_only_where_it_is_strict(
    tmp_path: Path, strict: str, status: int
) -> None:
    (tmp_path / "config").write_text(INFO, encoding="utf-8")

    assert act(tmp_path, "config", STRICT=strict).returncode == status


def test_the_action_takes_a_repositorys_settings(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(BAD, encoding="utf-8")
    (tmp_path / "lint.toml").write_text('ignore = ["misspelt-key"]\n', encoding="utf-8")

    assert act(tmp_path, "config", SETTINGS="lint.toml").returncode == 0


@pytest.mark.parametrize("files", ["", "\n \n", "missing"])
def test_a_file_that_is_not_there_is_no_clean_run(tmp_path: Path, files: str) -> None:
    assert act(tmp_path, files).returncode == 2


def test_the_action_hands_all_its_inputs_to_the_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_bytes())
    (step,) = action["runs"]["steps"]

    handed = {value for value in step["env"].values() if "inputs." in value}
    assert handed == {f"${{{{ inputs.{name} }}}}" for name in action["inputs"]}
    assert "inputs." not in step["run"]


@pytest.mark.parametrize(
    "path, wanted",
    [
        (".aws/config", True),
        ("home/aws/config", True),
        ("team.awsconfig", True),
        ("config", False),
        (".aws/config.bak", False),
        ("paws/config", False),
    ],
)
def test_the_hooks_look_at_aws_config_files_alone(path: str, wanted: bool) -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_bytes()):
        assert bool(re.search(hook["files"], path)) is wanted


def test_the_hooks_use_options_that_lint_has() -> None:
    options = {name for parameter in lint.params for name in parameter.opts}

    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_bytes()):
        program, verb, *rest = hook["entry"].split()
        assert (program, verb) == ("sekisho", "lint")
        assert set(rest) <= options
        assert hook["language"] == "python"
