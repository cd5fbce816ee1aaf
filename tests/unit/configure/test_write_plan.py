"""What the wizard writes, byte for byte, and what it refuses to write."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.configure.write_plan import Edit, NewProfile, Snapshot, plan_profile, plan_session
from sekisho.errors import ConfigUnreadable, EditRefused, SettingsInconsistent
from sekisho.model import (
    AccountId,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
SCOPES = "sso:account:access"
DEV = """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789011
sso_role_name = Admin
"""
HOGE = """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""


def target(session: str | None = "hoge") -> SignInTarget:
    return SignInTarget(
        StartUrl("https://hoge.awsapps.com/start"),
        Region("us-east-1"),
        None if session is None else SessionName(session),
        None if session is None else (SCOPES,),
    )


def plan(before: str | None, *, name: str = "dev", session: str | None = "hoge") -> Edit:
    wanted = NewProfile(
        ProfileName(name),
        target(session),
        "" if session is None else SCOPES,
        Role(AccountId("123456789011"), RoleName("Admin")),
        region=None,
        output=None,
    )
    data = None if before is None else before.encode()
    return plan_profile(Snapshot(FILES, data, None), wanted)


def test_a_guarded_profile_becomes_a_native_one() -> None:
    guarded = """\
[profile dev]
credential_process = sekisho credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = 1
sekisho_role_name = R
region = x
"""
    native = "[profile dev]\nregion = x\n" + DEV.partition("\n")[2]

    assert plan(guarded + HOGE).after.decode() == native + HOGE


def test_a_file_that_is_not_there_gets_the_profile_and_then_the_session() -> None:
    edit = plan(None)

    assert edit.after.decode() == f"{DEV}\n{HOGE}"
    assert edit.replaces == ""
    assert edit.read is None


def test_other_sections_comments_and_line_endings_stay() -> None:
    before = "# mine\r\n[profile ci]\r\nregion=x  ; note\r\n\r\n# the end"
    after = plan(before).after.decode()

    assert after.startswith(f"{before}\r\n")
    assert after.count("\r\n") == after.count("\n")


def test_a_session_that_says_so_already_is_not_touched() -> None:
    before = HOGE.replace("sso_region = us-east-1", "SSO_Region=us-east-1") + "# why\n"

    assert plan(before).after.decode() == f"{before}\n{DEV}"


def test_a_header_with_other_quotes_is_the_same_profile() -> None:
    """The AWS CLI appends a second section, which hides the first."""
    before = f'[profile "my dev"]\nREGION = x-1\n{HOGE}'
    edit = plan(before, name="my dev")

    assert edit.replaces == "[profile 'my dev']"
    assert edit.after.decode().count("my dev") == 1


def test_of_two_sections_for_one_profile_the_one_that_counts_is_changed() -> None:
    before = f"{HOGE}[profile 'dev']\nregion = a\n[profile dev]\nsso_region = eu-west-1\n"
    edit = plan(before)

    assert "[profile 'dev']\nregion = a\n[profile dev]\nsso_session" in edit.after.decode()


def test_a_profile_that_leaves_the_session_form_leaves_all_of_it() -> None:
    edit = plan(f"{DEV}{HOGE}", session=None)

    assert edit.replaces == "[profile dev]"
    assert edit.after.decode() == (
        "[profile dev]\n"
        "sso_account_id = 123456789011\n"
        "sso_role_name = Admin\n"
        "sso_start_url = https://hoge.awsapps.com/start\n"
        "sso_region = us-east-1\n"
        f"{HOGE}"
    )


def test_what_is_there_already_makes_no_change() -> None:
    edit = plan(f"{DEV}{HOGE}")

    assert (edit.diff, edit.replaces) == ("", "")


def test_a_file_that_botocore_refuses_is_not_edited() -> None:
    with pytest.raises(ConfigUnreadable):
        plan("nonsense\n")


def test_what_the_credentials_file_says_otherwise_is_refused_with_its_line() -> None:
    snapshot = Snapshot(FILES, HOGE.encode(), b"[dev]\nsso_account_id = 9\n")
    wanted = NewProfile(
        ProfileName("dev"), target(), SCOPES, Role(AccountId("1"), RoleName("Admin")), None, None
    )

    with pytest.raises(EditRefused) as refused:
        plan_profile(snapshot, wanted)
    assert f"{FILES.credentials}:2 would give its sso_account_id another value" in str(
        refused.value
    )
    assert refused.value.do == "remove sso_account_id there, and run the command again"


def test_settings_for_all_that_contradict_the_session_are_refused() -> None:
    with pytest.raises(SettingsInconsistent):
        plan("[DEFAULT]\nsso_role_name = Other\n\n[sso-session hoge]\nsso_region = us-east-1\n")


def test_a_session_is_changed_in_its_own_lines_alone() -> None:
    before = f"# ours\n{HOGE.replace('us-east-1', 'eu-west-1  ')}\n[profile ci]\n"
    edit = plan_session(Snapshot(FILES, before.encode(), None), target(), SCOPES)

    assert edit.replaces == "[sso-session hoge]"
    assert edit.after.decode() == f"# ours\n{HOGE}\n[profile ci]\n"
