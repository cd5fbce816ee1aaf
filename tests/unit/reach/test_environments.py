"""Guessing which profiles belong together."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret, sso_profiles
from sekisho.reach.environments import guess_environments
from sekisho.reach.policy import NO_POLICY, Policy, parse_policy

FILES = ConfigFiles(Path("config"), Path("credentials"))
SESSION = (
    "[sso-session s]\nsso_start_url = https://hoge.awsapps.com/start\nsso_region = us-east-1\n"
)


def guessed(accounts: Mapping[str, str], policy: Policy = NO_POLICY) -> Mapping[str, str]:
    profiles = (
        f'[profile "{name}"]\nsso_session = s\nsso_account_id = {account}\nsso_role_name = R\n'
        for name, account in accounts.items()
    )
    config = interpret("".join([SESSION, *profiles]).encode(), None, FILES)
    found = guess_environments(sso_profiles(config), policy)
    return {str(name): environment for name, environment in found.items()}


@pytest.mark.parametrize(
    "name, environment",
    [
        ("dev", "dev"),
        ("hoge-development", "dev"),
        ("Staging_admin", "stg"),
        ("stage.web", "stg"),
        ("web prod", "prod"),
        ("prd-web", "prod"),
        ("pre-prod", "preprod"),
        ("nonprod", "nonprod"),
        ("non_prd-web", "nonprod"),
        ("dev2", "dev2"),
        ("sbx", "sandbox"),
        ("devon", "111122223333"),
        ("stagecoach", "111122223333"),
        ("billing", "111122223333"),
    ],
)
def test_the_name_says_it_or_else_the_account_does(name: str, environment: str) -> None:
    assert guessed({name: "111122223333"}) == {name: environment}


def test_a_profile_without_a_word_belongs_with_its_account() -> None:
    assert guessed({"logs": "1", "hoge-stg": "1", "audit": "2"}) == {
        "logs": "stg",
        "hoge-stg": "stg",
        "audit": "2",
    }


def test_names_that_disagree_about_an_account_decide_nothing_for_the_others() -> None:
    assert guessed({"dev": "1", "prod": "1", "logs": "1"}) == {
        "dev": "dev",
        "prod": "prod",
        "logs": "1",
    }


def test_a_profile_without_a_role_belongs_to_no_environment() -> None:
    config = interpret(f"{SESSION}[profile dev]\nsso_session = s\n".encode(), None, FILES)

    assert not guess_environments(sso_profiles(config))


def test_what_is_declared_counts_before_the_name() -> None:
    policy = parse_policy(b'[environment.live]\nprofiles = ["dev-*", "logs"]\n', FILES.config)

    assert guessed({"dev": "1", "dev-eu": "2", "logs": "3", "audit": "3", "x": "4"}, policy) == {
        "dev": "dev",
        "dev-eu": "live",
        "logs": "live",
        "audit": "live",  # of an account whose other profiles are all live
        "x": "4",
    }
