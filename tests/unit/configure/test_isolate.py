"""One login opens one profile, and no other byte changes."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.configure.isolate import LIMITS, By, Isolation, isolate
from sekisho.errors import ConfigUnreadable, NotIsolated
from sekisho.model import (
    AccountId,
    Form,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
    TokenKey,
)

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
URL = "https://hoge.awsapps.com/start"

BEFORE = """\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1
output = json

[profile stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 1234567891012
sso_role_name = AdministratorAccess
region = ap-northeast-1
output = json
"""
AFTER = """\
[profile dev]
sso_session = hoge-dev
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1
output = json

[sso-session hoge-dev]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access

[profile stg]
sso_session = hoge-stg
sso_account_id = 1234567891012
sso_role_name = AdministratorAccess
region = ap-northeast-1
output = json

[sso-session hoge-stg]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access
"""
ROLE = "sso_account_id = 123456789012\nsso_role_name = R\n"
LEGACY = f"sso_start_url = {URL}\nsso_region = us-east-1\n{ROLE}"


def isolated(config: str, credentials: str = "") -> Isolation:
    return isolate(config.encode(), credentials.encode(), FILES)


def names(isolation: Isolation) -> dict[str, str | None]:
    return {name: own.target.session for own in isolation.sessions for name in own.profiles}


def own(name: str, scopes: tuple[str, ...] = ("sso:account:access",)) -> SignInTarget:
    return SignInTarget(StartUrl(URL), Region("us-east-1"), SessionName(name), scopes)


# --- the story ------------------------------------------------------------------------------------


def test_the_storys_legacy_profiles_become_what_the_story_ends_with() -> None:
    assert isolated(BEFORE).after.decode() == AFTER


def test_the_plan_says_which_sessions_the_profiles_have_now() -> None:
    plan = isolated(BEFORE)

    assert [(one.profiles, one.target, one.existed) for one in plan.sessions] == [
        (("dev",), own("hoge-dev"), False),
        (("stg",), own("hoge-stg"), False),
    ]
    assert plan.by is By.PROFILE


def test_the_plan_says_which_token_is_to_be_ended_and_what_came_from_it() -> None:
    (old,) = isolated(BEFORE).old_keys

    assert old.target == SignInTarget(StartUrl(URL), Region("us-east-1"), None, None)
    assert old.target.token_key == TokenKey(Form.LEGACY, URL)
    assert old.profiles == ("dev", "stg")
    assert old.roles == (
        Role(AccountId("1234567891011"), RoleName("AdministratorAccess")),
        Role(AccountId("1234567891012"), RoleName("AdministratorAccess")),
    )


def test_the_diff_names_the_file_and_shows_both_sides() -> None:
    diff = isolated(BEFORE).diff

    assert diff.startswith("--- /home/you/.aws/config\n+++ /home/you/.aws/config\n")
    assert f"-sso_start_url = {URL}\n-sso_region = us-east-1\n+sso_session = hoge-dev\n" in diff


def test_isolating_again_changes_nothing() -> None:
    again = isolated(AFTER)

    assert not again.changed
    assert again.diff == ""
    assert (again.sessions, again.old_keys, again.notes) == ((), (), ())


def test_the_limits_say_whose_the_token_is() -> None:
    assert "A token belongs to the person" in LIMITS


# --- every other byte -----------------------------------------------------------------------------


def test_comments_order_spacing_and_unknown_sections_stay() -> None:
    before = f"""\
# work

[plugins]
cli_legacy_plugin_path = /opt/plugins
[profile dev]   trailing words
# the portal
SSO_Start_URL={URL}
; keep me
sso_region : us-east-1
{ROLE}s3 =
    addressing_style = path

    # inside
    max_concurrent_requests = 20


# the end"""
    after = f"""\
# work

[plugins]
cli_legacy_plugin_path = /opt/plugins
[profile dev]   trailing words
# the portal
sso_session=hoge-dev
; keep me
{ROLE}s3 =
    addressing_style = path

    # inside
    max_concurrent_requests = 20

[sso-session hoge-dev]
sso_region = us-east-1
sso_start_url = {URL}
sso_registration_scopes = sso:account:access


# the end"""

    assert isolated(before).after.decode() == after


def test_windows_line_endings_stay() -> None:
    assert isolated(BEFORE.replace("\n", "\r\n")).after.decode() == AFTER.replace("\n", "\r\n")


def test_a_file_that_ends_without_a_line_ending_is_carried_on_properly() -> None:
    assert isolated(BEFORE.rstrip("\n")).after.decode() == AFTER


def test_indented_settings_keep_their_indent() -> None:
    after = isolated(f"[default]\n{LEGACY}".replace("\nsso", "\n  sso")).after.decode()

    assert "[default]\n  sso_session = hoge-default\n  sso_account_id" in after


# --- everything else that a config may hold -------------------------------------------------------


def test_chains_static_keys_and_services_are_left_as_they_are() -> None:
    rest = """
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = dev

[profile keys]
aws_access_key_id = AKIAFAKE
services = local

[services local]
sso =
  endpoint_url = http://127.0.0.1:8765
"""

    plan = isolated(f"[profile dev]\n{LEGACY}{rest}")

    assert plan.after.decode().endswith(rest)
    assert names(plan) == {"dev": "hoge-dev"}


def test_a_profile_without_a_role_moves_too() -> None:
    plan = isolated(f"[profile bearer]\nsso_start_url = {URL}\nsso_region = us-east-1\n")

    assert names(plan) == {"bearer": "hoge-bearer"}
    assert plan.old_keys[0].roles == ()


def test_a_profile_that_does_not_resolve_is_left_and_noted() -> None:
    half = f"[profile half]\nsso_start_url = {URL}\nsso_role_name = R\n"

    plan = isolated(f"[profile dev]\n{LEGACY}\n{half}")

    assert plan.after.decode().endswith(half)
    assert plan.notes[0].startswith('The profile half was left as it is: The profile "half"')


def test_a_token_that_a_profile_left_behind_asks_for_is_not_to_be_ended() -> None:
    half = f"[profile half]\nsso_start_url = {URL}\nsso_role_name = R\n"

    assert isolated(f"[profile dev]\n{LEGACY}\n{half}").old_keys == ()


def test_of_many_profiles_left_behind_only_the_number_is_said() -> None:
    half = f"[profile p{{}}]\nsso_start_url = {URL}\nsso_role_name = R\n"

    notes = isolated("".join(half.format(number) for number in range(25))).notes

    assert len(notes) == 21
    assert notes[-1] == "5 more profiles were left as they are; `sekisho lint` says why."


def test_of_two_sections_for_one_profile_the_one_that_counts_is_changed() -> None:
    first = f'[profile "dev"]\n{LEGACY}\n'

    plan = isolated(f"{first}[profile dev]\n{LEGACY}")

    assert plan.after.decode().startswith(f"{first}[profile dev]\nsso_session = hoge-dev\n")


def test_what_the_credentials_file_adds_to_a_profile_stays_and_counts() -> None:
    config = f"[profile dev]\nsso_start_url = {URL}\nsso_role_name = R\n"
    credentials = "[dev]\nsso_region = eu-west-1\nsso_account_id = 123456789012\n"

    plan = isolated(config, credentials)

    assert plan.sessions[0].target.region == "eu-west-1"
    assert "sso_region = eu-west-1" in plan.after.decode()


def test_two_regions_of_one_start_url_are_two_sign_ins_to_end() -> None:
    elsewhere = LEGACY.replace("us-east-1", "eu-west-1")

    plan = isolated(f"[profile a]\n{LEGACY}\n[profile b]\n{elsewhere}")

    assert [(old.target.region, old.profiles) for old in plan.old_keys] == [
        ("us-east-1", ("a",)),
        ("eu-west-1", ("b",)),
    ]


def test_an_absent_or_empty_file_has_nothing_to_change() -> None:
    assert not isolate(None, None, FILES).changed
    assert not isolate(b"", b"[keys]\naws_access_key_id = AKIAFAKE\n", FILES).changed


# --- refusals -------------------------------------------------------------------------------------


def test_a_start_url_in_the_credentials_file_is_refused_with_its_place() -> None:
    with pytest.raises(NotIsolated) as refused:
        isolated("[profile dev]\nregion = us-east-1\n", f"[dev]\n{LEGACY}")

    assert "its sso_start_url comes from /home/you/.aws/credentials:2" in refused.value.what
    assert refused.value.do == (
        "move that line to [profile dev] in /home/you/.aws/config, and run the command again"
    )


def test_a_profile_that_is_in_the_credentials_file_alone_is_refused() -> None:
    with pytest.raises(NotIsolated, match="/home/you/.aws/credentials:2"):
        isolated("", f"[dev]\n{LEGACY}")


def test_a_start_url_that_every_profile_inherits_is_refused() -> None:
    inherited = f"[DEFAULT]\nsso_start_url = {URL}\n[profile dev]\nsso_region = us-east-1\n{ROLE}"

    with pytest.raises(NotIsolated, match="comes from /home/you/.aws/config:2"):
        isolated(inherited)


def test_a_session_that_would_inherit_another_region_is_refused() -> None:
    inherited = f"[DEFAULT]\nregion = us-east-1\n[profile dev]\nregion = eu-west-1\n{LEGACY}"

    with pytest.raises(NotIsolated, match="it would no longer mean the same"):
        isolated(inherited)


def test_a_file_that_botocore_refuses_is_refused_with_the_line() -> None:
    with pytest.raises(ConfigUnreadable, match=r"/home/you/\.aws/config:2"):
        isolated("[profile dev]\nnonsense\n")


def test_the_profile_named_default_gets_a_session_as_any_other() -> None:
    assert names(isolated(f"[default]\n{LEGACY}")) == {ProfileName("default"): "hoge-default"}
