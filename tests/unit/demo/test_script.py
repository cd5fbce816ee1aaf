"""The demo's script is the story: nothing of it may be lost on the way."""

import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from sekisho.demo.script import PASSWORD, PERSON, SCRIPT, Step
from sekisho.demo.stage import Stage
from sekisho.demo.story import _Paint, _play_step

STG_REFUSED = "Error loading SSO Token: Token for hoge-stg does not exist"
SCENE = resources.files("sekisho.demo") / "scene"


def _runs(*command: str) -> list[int]:
    return [number for number, step in enumerate(SCRIPT) if step.command == command]


def test_every_pattern_is_a_regular_expression() -> None:
    for step in SCRIPT:
        for pattern in step.shows:
            re.compile(pattern)


def test_the_scene_signs_in_the_person_of_the_script() -> None:
    directory = yaml.safe_load((SCENE / "directory.yaml").read_text(encoding="utf-8"))

    assert [(user["name"], user["password"]) for user in directory["users"]] == [(PERSON, PASSWORD)]


def test_the_config_is_the_storys_own() -> None:
    config = (SCENE / "config").read_text(encoding="utf-8")

    assert config.count("sso_start_url = https://hoge.awsapps.com/start") == 2
    assert "sso_account_id = 1234567891011" in config
    assert "sso_account_id = 1234567891012" in config


def test_stg_is_closed_then_opened_by_a_login_to_dev_then_closed_again() -> None:
    stg: list[Step] = [SCRIPT[number] for number in _runs("whoami", "--profile", "stg")]
    logins = _runs("login", "--profile", "dev")
    isolation = _runs("isolate", "--by", "profile", "--yes")

    assert [step.status for step in stg] == [3, 0, 3]
    assert logins[0] < isolation[0] < logins[1]
    assert re.search(stg[-1].shows[0], STG_REFUSED)


@pytest.mark.parametrize(
    ("status", "shows", "fault"),
    [
        (0, ("stg",), ""),
        (3, ("stg",), "it exits with 0, not 3"),
        (0, ("stg", "prod"), "it does not show prod"),
    ],
)
def test_a_step_that_differs_from_the_story_is_a_fault(
    tmp_path: Path, status: int, shows: tuple[str, ...], fault: str
) -> None:
    (tmp_path / "config").write_text("[profile stg]\n")
    scene = Stage(tmp_path, {}, "http://127.0.0.1:1")

    assert (
        _play_step(scene, Step("", ("cat", "config"), status, shows), 1, _Paint(on=False)) == fault
    )
