"""One sso-session for an account, or for an environment."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.configure.groups import By, Group
from sekisho.configure.isolate import Isolation, isolate
from sekisho.model import ProfileName
from sekisho.reach.policy import NO_POLICY, Policy, parse_policy

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
URL = "https://hoge.awsapps.com/start"
PORTAL = f"sso_start_url = {URL}\nsso_region = us-east-1\n"
SCOPES = "sso_registration_scopes = sso:account:access\n"
DEV, PROD = "123456789012", "210987654321"


def legacy(name: str, account: str, role: str = "R") -> str:
    return f"[profile {name}]\n{PORTAL}sso_account_id = {account}\nsso_role_name = {role}\n\n"


def native(name: str, session: str, account: str) -> str:
    return (
        f"[profile {name}]\nsso_session = {session}\n"
        f"sso_account_id = {account}\nsso_role_name = R\n\n"
    )


def isolated(config: str, by: By, policy: Policy = NO_POLICY) -> Isolation:
    return isolate(config.encode(), None, FILES, by, policy)


def declared(text: str) -> Policy:
    return parse_policy(text.encode(), Path("policy.toml"))


def sessions(plan: Isolation) -> dict[str, tuple[str, ...]]:
    return {str(own.target.session): own.profiles for own in plan.sessions}


FOUR = (
    legacy("dev", DEV)
    + legacy("dev-web", DEV, "Other")
    + legacy("prod", PROD)
    + legacy("audit", PROD)
)


def test_by_account_the_profiles_of_an_account_share_a_session() -> None:
    plan = isolated(FOUR, By.ACCOUNT)

    assert sessions(plan) == {
        f"hoge-{DEV}": ("dev", "dev-web"),
        f"hoge-{PROD}": ("prod", "audit"),
    }


def test_by_environment_the_profiles_of_an_environment_share_a_session() -> None:
    plan = isolated(FOUR + legacy("dev3", "333333333333"), By.ENVIRONMENT)

    assert sessions(plan) == {
        "hoge-dev": ("dev", "dev-web"),
        "hoge-prod": ("prod", "audit"),
        "hoge-dev3": ("dev3",),
    }


def test_the_section_is_added_once_after_the_first_of_its_profiles() -> None:
    text = isolated(FOUR, By.ENVIRONMENT).after.decode()

    first = f"[profile dev]\nsso_session = hoge-dev\nsso_account_id = {DEV}\nsso_role_name = R\n"
    section = f"[sso-session hoge-dev]\nsso_region = us-east-1\nsso_start_url = {URL}\n{SCOPES}"
    assert text.startswith(f"{first}\n{section}")
    assert text.count("[sso-session hoge-dev]") == 1


def test_the_policy_says_which_environment_a_profile_is_of() -> None:
    policy = declared('[environment.live]\nprofiles = ["audit", "prod"]\n')

    plan = isolated(FOUR, By.ENVIRONMENT, policy)

    assert sessions(plan) == {"hoge-dev": ("dev", "dev-web"), "hoge-live": ("prod", "audit")}
    assert plan.groups == (
        Group("dev", (ProfileName("dev"), ProfileName("dev-web")), guessed=True),
        Group("live", (ProfileName("prod"), ProfileName("audit")), guessed=False),
    )


def test_a_group_of_which_one_profile_is_guessed_is_guessed() -> None:
    policy = declared('[environment.dev]\nprofiles = ["dev"]\n')

    groups = isolated(FOUR, By.ENVIRONMENT, policy).groups

    assert [(group.name, group.guessed) for group in groups] == [("dev", True), ("prod", True)]


@pytest.mark.parametrize("by", [By.PROFILE, By.ACCOUNT])
def test_neither_profiles_nor_accounts_are_guessed(by: By) -> None:
    assert not any(group.guessed for group in isolated(FOUR, by).groups)


def test_a_session_that_one_environment_shares_stays() -> None:
    before = (
        f"[sso-session work]\n{PORTAL}{SCOPES}\n"
        + native("dev", "work", DEV)
        + native("dev-web", "work", DEV)
    )

    assert not isolated(before, By.ENVIRONMENT).changed


def test_sessions_that_part_more_than_is_asked_for_are_not_joined() -> None:
    before = "".join(
        f"[sso-session s-{name}]\n{PORTAL}{SCOPES}\n{native(name, f's-{name}', DEV)}"
        for name in ("dev", "dev-web")
    )

    assert not isolated(before, By.ENVIRONMENT).changed


def test_legacy_profiles_join_the_session_that_their_environment_has() -> None:
    before = f"[sso-session work]\n{PORTAL}{SCOPES}\n{native('dev', 'work', DEV)}"

    plan = isolated(before + legacy("dev-web", DEV), By.ENVIRONMENT)

    assert sessions(plan) == {"work": ("dev-web",)}
    assert [own.existed for own in plan.sessions] == [True]
    assert plan.after.decode() == before + native("dev-web", "work", DEV)


def test_a_session_of_the_environment_that_says_something_else_is_not_joined() -> None:
    before = f"[sso-session hoge-dev]\n{PORTAL}\n{native('dev', 'hoge-dev', DEV)}"

    plan = isolated(before + legacy("dev-web", DEV), By.ENVIRONMENT)

    assert sessions(plan) == {"hoge-dev-2": ("dev-web",)}


def test_a_session_that_is_mentioned_by_a_profile_that_does_not_resolve_is_not_joined() -> None:
    before = f"[sso-session hoge-dev]\n{PORTAL}{SCOPES}\n{native('dev', 'hoge-dev', DEV)}"
    half = "[profile half]\nsso_session = hoge-dev\nsso_role_name = R\n\n"

    plan = isolated(before + half + legacy("dev-web", DEV), By.ENVIRONMENT)

    assert sessions(plan) == {"hoge-dev-2": ("dev", "dev-web")}
    assert plan.old_keys[0].profiles == ("dev-web",)


def test_of_environments_that_share_a_session_the_one_it_is_named_after_keeps_it() -> None:
    before = f"[sso-session hoge-prod]\n{PORTAL}{SCOPES}\n" + "".join(
        native(name, "hoge-prod", account)
        for name, account in (("dev", DEV), ("prod", PROD), ("audit", PROD), ("dev-web", DEV))
    )

    plan = isolated(before, By.ENVIRONMENT)

    assert sessions(plan) == {"hoge-dev": ("dev", "dev-web")}
    assert plan.old_keys == ()


def test_two_portals_are_two_sessions() -> None:
    other = legacy("dev-eu", "333333333333").replace("us-east-1", "eu-west-1")

    plan = isolated(legacy("dev", DEV) + other, By.ENVIRONMENT)

    assert sessions(plan) == {"hoge-dev": ("dev",), "hoge-dev-2": ("dev-eu",)}


def test_environments_whose_names_make_one_session_name_get_two() -> None:
    policy = declared(
        '[environment."a b"]\nprofiles = ["dev"]\n[environment.a-b]\nprofiles = ["prod"]\n'
    )

    plan = isolated(legacy("dev", DEV) + legacy("prod", PROD), By.ENVIRONMENT, policy)

    assert sessions(plan) == {"hoge-a-b": ("dev",), "hoge-a-b-2": ("prod",)}


@pytest.mark.parametrize(
    "name, by, session",
    [
        ("bearer", By.ACCOUNT, "hoge-bearer"),
        ("bearer", By.ENVIRONMENT, "hoge-bearer"),
        ("dev-bearer", By.ENVIRONMENT, "hoge-dev"),
    ],
)
def test_a_profile_without_a_role_is_alone_or_of_the_environment_in_its_name(
    name: str, by: By, session: str
) -> None:
    assert sessions(isolated(f"[profile {name}]\n{PORTAL}", by)) == {session: (name,)}
