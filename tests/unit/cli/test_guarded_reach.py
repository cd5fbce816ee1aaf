"""`reach` on guarded profiles: which gates open together, and that no token lies about."""

import json

import pytest

from tests.unit.cli.guarded import GUARDED, GuardedHome, home

__all__ = ["home"]

TOOLS = GUARDED[: GUARDED.index("[profile prod]")].replace("profile dev", "profile dev-tools")
STRICT = """
[environment.dev]
profiles = ["dev*"]
opens_with = "own-sign-in"
"""
LOOSE = """
[environment.all]
profiles = ["*"]
opens_with = "session-sign-in"
"""
PERSONS = """
[environment.dev]
profiles = ["dev"]
person = "one@example.com"

[environment.tools]
profiles = ["dev-tools"]
opens_with = "session-sign-in"
person = "two@example.com"
"""
DENIED = LOOSE + '\n[environment.prod]\nprofiles = ["prod"]\ndeny = true\n'


@pytest.fixture
def guarded(home: GuardedHome, monkeypatch: pytest.MonkeyPatch) -> GuardedHome:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home.run.home / "config"))
    home.run.write_config(GUARDED + "\n" + TOOLS)
    return home


def opens(guarded: GuardedHome, policy: str) -> dict[str, list[str]]:
    path = guarded.run.home / "config" / "sekisho" / "policy.toml"
    path.parent.mkdir(parents=True)
    path.write_text(policy)
    rows = json.loads(guarded.run("reach", "--json").out)["profiles"]
    assert all((row["token_key"], row["could_open"]) == (None, []) for row in rows)
    return {row["profile"]: row["opens"] for row in rows}


def test_gates_of_one_environment_open_together_by_default(guarded: GuardedHome) -> None:
    assert opens(guarded, "") == {
        "dev": ["dev", "deploy", "dev-tools"],
        "prod": ["prod"],
        "deploy": ["dev", "deploy", "dev-tools"],
        "dev-tools": ["dev", "deploy", "dev-tools"],
    }


@pytest.mark.parametrize(
    ("policy", "with_dev"),
    [
        (STRICT, ["dev", "deploy"]),
        (LOOSE, ["dev", "prod", "deploy", "dev-tools"]),
        (PERSONS, ["dev", "deploy"]),
        (DENIED, ["dev", "deploy", "dev-tools"]),
    ],
    ids=["own-sign-in", "session-sign-in", "another person", "denied"],
)
def test_the_policy_says_what_goes_with_a_gate(
    guarded: GuardedHome, policy: str, with_dev: list[str]
) -> None:
    assert opens(guarded, policy)["dev"] == with_dev


def test_the_table_has_a_row_for_each_gate(guarded: GuardedHome) -> None:
    run = guarded.run("reach")

    assert run.status == 0
    assert "gate of dev " in run.out
    assert "gate of prod" in run.out
    assert "dev, deploy, dev-tools" in run.out
    assert "no SSO" not in run.out
    assert "agent" in run.out


@pytest.mark.parametrize("form", ["mermaid", "html"])
def test_the_pictures_say_that_no_token_is_on_the_disk(guarded: GuardedHome, form: str) -> None:
    run = guarded.run("reach", "--format", form)

    assert run.status == 0
    assert "uarded: no token on the disk" in run.out
    assert "dev-tools" in run.out
