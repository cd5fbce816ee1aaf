"""Which sso-session each profile gets."""

import re
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.configure.isolate import Isolation, isolate
from sekisho.model import Form, Region, SessionName, SignInTarget, StartUrl, TokenKey

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
URL = "https://hoge.awsapps.com/start"
ROLE = "sso_account_id = 123456789012\nsso_role_name = R\n"
LEGACY = f"sso_start_url = {URL}\nsso_region = us-east-1\n{ROLE}"
SHARED = f"""\
[sso-session hoge]
sso_start_url = {URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access, codewhisperer:analysis

[profile dev]
sso_session = hoge
{ROLE}
[profile stg]
sso_session = hoge
{ROLE}"""
ALONE = f"""\
[profile alone]
sso_session = something-else
{ROLE}
[sso-session something-else]
sso_start_url = {URL}
sso_region = us-east-1
"""


def isolated(config: str) -> Isolation:
    return isolate(config.encode(), None, FILES)


def names(isolation: Isolation) -> dict[str, str | None]:
    return {name: own.target.session for own in isolation.sessions for name in own.profiles}


def own(name: str, scopes: tuple[str, ...] = ("sso:account:access",)) -> SignInTarget:
    return SignInTarget(StartUrl(URL), Region("us-east-1"), SessionName(name), scopes)


def test_profiles_that_share_a_session_each_get_a_copy_of_it() -> None:
    plan = isolated(SHARED)

    copy = (
        f"sso_start_url = {URL}\nsso_region = us-east-1\n"
        "sso_registration_scopes = sso:account:access, codewhisperer:analysis\n"
    )
    text = plan.after.decode()
    assert f"[profile dev]\nsso_session = hoge-dev\n{ROLE}\n[sso-session hoge-dev]\n{copy}" in text
    assert f"[profile stg]\nsso_session = hoge-stg\n{ROLE}\n[sso-session hoge-stg]\n{copy}" in text
    assert plan.old_keys[0].target.token_key == TokenKey(Form.SSO_SESSION, "hoge")


def test_a_session_that_nobody_uses_any_more_is_kept_and_said() -> None:
    plan = isolated(SHARED)

    assert plan.after.decode().startswith(SHARED.partition("[profile")[0])
    assert plan.notes == (
        "[sso-session hoge] (/home/you/.aws/config:1) is used by no profile any more; it was kept.",
    )


def test_a_profile_that_is_alone_with_its_session_is_left_alone() -> None:
    plan = isolated(f"{ALONE}[profile legacy]\n{LEGACY}")

    assert names(plan) == {"legacy": "hoge-legacy"}
    assert plan.after.decode().startswith(ALONE)


def test_scopes_are_added_to_a_copy_that_lacks_them() -> None:
    before = SHARED.replace(
        "sso_registration_scopes = sso:account:access, codewhisperer:analysis\n", ""
    )

    assert [one.target for one in isolated(before).sessions] == [own("hoge-dev"), own("hoge-stg")]


def test_of_profiles_that_share_a_session_the_one_it_is_named_after_keeps_it() -> None:
    plan = isolated(SHARED.replace("hoge\n", "hoge-stg\n").replace("hoge]", "hoge-stg]"))

    assert names(plan) == {"dev": "hoge-dev"}
    assert plan.old_keys == ()
    assert plan.notes == ()


def test_the_profile_that_keeps_its_session_keeps_it_without_scopes_too() -> None:
    shared = SHARED.replace("hoge\n", "hoge-stg\n").replace("hoge]", "hoge-stg]")

    plan = isolated(re.sub("sso_registration_scopes.*\n", "", shared))

    assert names(plan) == {"dev": "hoge-dev"}


def test_a_session_of_the_same_values_that_nobody_names_is_taken() -> None:
    section = f"""
[sso-session hoge-dev]
sso_start_url = {URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""

    plan = isolated(f"[profile dev]\n{LEGACY}{section}")

    assert plan.after.decode() == f"[profile dev]\nsso_session = hoge-dev\n{ROLE}{section}"
    assert [one.existed for one in plan.sessions] == [True]


@pytest.mark.parametrize(
    "other",
    [
        SHARED.partition("[profile")[0].replace("[sso-session hoge]", "[sso-session hoge-dev]"),
        f"[profile broken]\nsso_session = hoge-dev\n{ROLE}",
    ],
    ids=["other values", "mentioned and not defined"],
)
def test_a_name_that_means_something_else_is_not_taken(other: str) -> None:
    plan = isolated(f"[profile dev]\n{LEGACY}\n{other}")

    assert names(plan) == {"dev": "hoge-dev-2"}
    assert other in plan.after.decode()


def test_two_profiles_whose_names_make_one_session_name_get_two() -> None:
    plan = isolated(f'[profile "a b"]\n{LEGACY}\n[profile a-b]\n{LEGACY}')

    assert names(plan) == {"a b": "hoge-a-b", "a-b": "hoge-a-b-2"}


def test_profile_and_session_that_agree_in_both_forms_go_on_agreeing() -> None:
    both = f"sso_start_url = {URL}\nsso_region = us-east-1\n"
    before = SHARED.replace("[profile dev]\n", f"[profile dev]\n{both}")

    plan = isolated(before)

    assert names(plan) == {"dev": "hoge-dev", "stg": "hoge-stg"}
    assert f"[profile dev]\n{both}sso_session = hoge-dev\n" in plan.after.decode()


def test_scopes_in_a_legacy_profile_become_those_of_its_session() -> None:
    scopes = "sso_registration_scopes = sso:account:access,x:y\n"

    plan = isolated(f"[profile dev]\n{LEGACY}{scopes}")

    assert plan.sessions[0].target == own("hoge-dev", ("sso:account:access", "x:y"))
    assert plan.notes == ()


def test_scopes_that_open_no_account_are_noted() -> None:
    plan = isolated(f"[profile dev]\n{LEGACY}sso_registration_scopes = x:y\n")

    (note,) = plan.notes
    assert note.startswith(
        "[sso-session hoge-dev] asks for x:y: without sso:account:access a sign-in"
    )


# --- beside guarded profiles ----------------------------------------------------------------------

GUARDED = """\
[profile prod]
credential_process = sekisho credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = R
"""


def test_a_guarded_profile_is_left_as_it_is() -> None:
    plan = isolated(GUARDED + SHARED)

    assert plan.after.decode().startswith(GUARDED)
    assert names(plan) == {"dev": "hoge-dev", "stg": "hoge-stg"}


def test_a_session_that_a_guarded_profile_uses_is_not_said_to_be_unused() -> None:
    assert isolated(GUARDED + SHARED).notes == ()


def test_a_new_session_is_not_named_as_one_of_guarded_profiles() -> None:
    theirs = f"[sekisho-session hoge-dev]\nsso_start_url = {URL}\nsso_region = us-east-1\n"

    plan = isolated(f"{GUARDED.replace('= hoge', '= hoge-stg')}{SHARED}\n{theirs}")

    assert names(plan) == {"dev": "hoge-dev-2", "stg": "hoge-stg-2"}
