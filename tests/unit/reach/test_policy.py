"""`policy.toml`: which environments are declared, and what is refused in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.errors import FileUnreadable, PolicyInvalid
from sekisho.model import ProfileName
from sekisho.reach.policy import NO_POLICY, OpensWith, Policy, parse_policy, read_policy

PATH = Path("/home/you/.config/sekisho/policy.toml")
WHOLE = """\
[environment.prod]
profiles = ["prod", "*-prod"]
opens_with = "own-sign-in"
close_after = "1h"
person = "you@example.com"
accounts = ["123456789012"]
roles = ["ReadOnlyAccess"]
deny = false

[environment."every thing"]
profiles = ["*"]
"""


def policy(text: str) -> Policy:
    return parse_policy(text.encode(), PATH)


def test_an_absent_file_declares_nothing(tmp_path: Path) -> None:
    assert read_policy(tmp_path / "policy.toml") == NO_POLICY


def test_a_file_is_read_with_a_byte_order_mark_too(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.encode())

    names = [environment.name for environment in read_policy(path).environments]

    assert names == ["prod", "every thing"]


def test_a_file_that_cannot_be_read_is_an_error_and_not_an_absent_one(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_policy(tmp_path)


@pytest.mark.parametrize(
    "profile, environment",
    [
        ("prod", "prod"),
        ("web-prod", "prod"),
        ("prod-web", "every thing"),
        ("PROD", "every thing"),
        ("a\nb", "every thing"),
    ],
)
def test_the_first_environment_that_matches_counts(profile: str, environment: str) -> None:
    assert policy(WHOLE).environment_of(ProfileName(profile)) == environment


def test_a_profile_that_nothing_matches_is_undeclared() -> None:
    declared = policy('[environment.prod]\nprofiles = ["p[12]", "q?"]\n')

    found = [declared.environment_of(ProfileName(name)) for name in ("p1", "p3", "qq", "q")]
    assert found == ["prod", None, "prod", None]


@pytest.mark.parametrize(
    "text, said",
    [
        ("[environment.prod", "it is not TOML"),
        ("environments = 1", "there is no setting environments"),
        ("environment = 1", "environment is a table"),
        ("environment.prod = 1", "an environment is a table with a name"),
        ('[environment.""]\nprofiles = ["a"]', "an environment is a table with a name"),
        ("[environment.prod]", "[environment.prod] names no profiles"),
        ('[environment.prod]\nprofile = ["a"]', "[environment.prod] has no setting profile"),
        ('[environment.prod]\nprofiles = "a"', "profiles is a list of names and patterns"),
        ("[environment.prod]\nprofiles = []", "profiles is a list of names and patterns"),
        ('[environment.prod]\nprofiles = [""]', "profiles is a list of names and patterns"),
        ("[environment.prod]\nprofiles = [1]", "profiles is a list of names and patterns"),
        ('[environment.prod]\nopens_with = "yes"', "opens_with is one of own-sign-in, confirm"),
        ("[environment.prod]\nopens_with = [1]", "opens_with is one of own-sign-in, confirm"),
        ("[environment.prod]\nclose_after = 8", "close_after is a number and s, m, h or d"),
        ('[environment.prod]\nclose_after = "8"', "close_after is a number and s, m, h or d"),
        ('[environment.prod]\nclose_after = "0h"', "close_after is a number and s, m, h or d"),
        ("[environment.prod]\nperson = 1", "person is who may sign in"),
        ("[environment.prod]\naccounts = [123456789012]", "accounts is a list of account ids"),
        ("[environment.prod]\nroles = []", "roles is a list of permission sets"),
        ('[environment.prod]\ndeny = "no"', "deny is true or false"),
    ],
)
def test_what_has_no_meaning_is_refused_and_named(text: str, said: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        policy(text)

    assert refused.value.what.startswith(f"{PATH}: ")
    assert said in refused.value.what


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(PolicyInvalid, match="it is not TOML"):
        parse_policy(b"\xff", PATH)


def test_what_an_environment_asks_for_is_read() -> None:
    prod, everything = policy(WHOLE).environments

    assert prod.opens_with is OpensWith.OWN_SIGN_IN
    assert prod.close_after == timedelta(hours=1)
    assert prod.person == "you@example.com"
    assert prod.accounts == frozenset({"123456789012"})
    assert prod.roles == frozenset({"ReadOnlyAccess"})
    assert (everything.opens_with, everything.close_after, everything.accounts) == (None,) * 3


@pytest.mark.parametrize(
    "text, time",
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("8h", timedelta(hours=8)),
        ("365d", timedelta(days=365)),
    ],
)
def test_a_time_is_a_number_and_its_unit(text: str, time: timedelta) -> None:
    found = policy(f'[environment.a]\nprofiles = ["*"]\nclose_after = "{text}"\n')

    assert found.environments[0].close_after == time


@pytest.mark.parametrize("text", ["0s", "1w", "1.5h", "-1h", "366d", "999999999d", "8 h", ""])
def test_what_is_no_time_or_more_than_a_year_is_refused(text: str) -> None:
    with pytest.raises(PolicyInvalid, match="close_after is a number"):
        policy(f'[environment.a]\nprofiles = ["*"]\nclose_after = "{text}"\n')


def test_every_environment_that_a_profile_belongs_to_is_found() -> None:
    found = policy(WHOLE).matching(ProfileName("web-prod"))

    assert [one.name for one in found] == ["prod", "every thing"]
