"""What a profile asks of IAM Identity Center; botocore's own providers are the oracle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.credentials import SSOProvider
from botocore.exceptions import InvalidConfigError
from botocore.tokens import SSOTokenProvider

from sekisho.awsconfig.settings import AwsConfig
from sekisho.awsconfig.sso import login_target, sso_profile, sso_profiles
from sekisho.errors import (
    ConfigError,
    NotSso,
    ProfileNotFound,
    SessionNotFound,
    SettingsInconsistent,
    SettingsMissing,
)
from sekisho.model import Form, TokenKey

ConfigOf = Callable[..., AwsConfig]

SESSION = """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access, , codewhisperer:completions
"""
URL = "sso_start_url = https://hoge.awsapps.com/start\n"
REGION = "sso_region = us-east-1\n"
ROLE = "sso_account_id = 1234567891011\nsso_role_name = AdministratorAccess\n"
DEV = f"[profile dev]\nsso_session = hoge\n{ROLE}region = ap-northeast-1\noutput = json\n"
TYPO = f"[profile dev]\nsso_sssion = hoge\n{ROLE}{SESSION}"
LEGACY = f"[profile dev]\n{URL}{REGION}{ROLE}"
AT = "/home/you/.aws/config"


def _refusal(asked: Callable[[], object]) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        asked()
    return refused.value


def test_a_profile_with_a_session_is_resolved_through_it(config_of: ConfigOf) -> None:
    profile = sso_profile(config_of(DEV + SESSION), "dev")

    assert profile.role is not None
    assert (profile.role.account_id, profile.role.role_name) == (
        "1234567891011",
        "AdministratorAccess",
    )
    assert (profile.region, profile.output, profile.line) == ("ap-northeast-1", "json", 1)
    assert profile.token_key == TokenKey(Form.SSO_SESSION, "hoge")
    assert profile.target.start_url == "https://hoge.awsapps.com/start"
    assert profile.target.region == "us-east-1"


def test_scopes_are_split_at_commas_and_stripped(config_of: ConfigOf) -> None:
    profile = sso_profile(config_of(DEV + SESSION), "dev")

    assert profile.target.scopes == ("sso:account:access", "codewhisperer:completions")


def test_without_configured_scopes_there_are_none(config_of: ConfigOf) -> None:
    config = config_of(f"{DEV}[sso-session hoge]\n{URL}{REGION}")

    assert sso_profile(config, "dev").target.scopes is None


def test_a_legacy_profile_has_its_start_url_for_a_token_key(config_of: ConfigOf) -> None:
    profile = sso_profile(config_of(LEGACY), "dev")

    assert profile.token_key == TokenKey(Form.LEGACY, "https://hoge.awsapps.com/start")
    assert profile.target.session is None


@pytest.mark.parametrize(
    "text", [f"[profile dev]\nsso_session = hoge\n{SESSION}", f"[profile dev]\n{URL}{REGION}"]
)
def test_a_profile_that_names_neither_account_nor_role_can_only_sign_in(
    text: str, config_of: ConfigOf
) -> None:
    assert sso_profile(config_of(text), "dev").role is None


def test_a_profile_with_its_own_static_keys_uses_sso_all_the_same(config_of: ConfigOf) -> None:
    config = config_of(DEV + SESSION, "[dev]\naws_access_key_id = AKIAOBVIOUSLYFAKE\n")

    assert sso_profile(config, "dev").role is not None


def test_a_misspelt_key_is_named_with_its_line_and_what_was_meant(config_of: ConfigOf) -> None:
    refused = _refusal(lambda: sso_profile(config_of(TYPO), "dev"))

    assert isinstance(refused, SettingsMissing)
    assert refused.what == (
        'The profile "dev" is configured to use SSO but is missing required configuration: '
        "sso_start_url, sso_region\n"
        f"{AT}:1: no sso_start_url and sso_region\n"
        f"{AT}:2: AWS knows no key sso_sssion; did you mean sso_session?"
    )


def test_a_login_with_a_misspelt_key_names_it_too(config_of: ConfigOf) -> None:
    refused = _refusal(lambda: login_target(config_of(TYPO), profile="dev", session=None))

    assert isinstance(refused, SettingsMissing)
    assert refused.what == (
        "Missing the following required SSO configuration values: sso_start_url, sso_region. "
        "To make sure this profile is properly configured to use SSO, please run: "
        "aws configure sso\n"
        f"{AT}:1: no sso_start_url and sso_region\n"
        f"{AT}:2: AWS knows no key sso_sssion; did you mean sso_session?"
    )


def test_a_profile_whose_only_sso_key_is_misspelt_is_told_so(config_of: ConfigOf) -> None:
    config = config_of(f"[profile dev]\nsso_sssion = hoge\n{SESSION}")
    refused = _refusal(lambda: sso_profile(config, "dev"))

    assert isinstance(refused, NotSso)
    assert refused.what.endswith(f"{AT}:2: AWS knows no key sso_sssion; did you mean sso_session?")


def test_keys_in_capitals_are_no_misspelling(config_of: ConfigOf) -> None:
    assert sso_profile(config_of(DEV.replace("sso_", "SSO_") + SESSION), "dev").role is not None


def test_a_key_misspelt_in_the_session_is_found_there(config_of: ConfigOf) -> None:
    config = config_of(DEV + SESSION.replace("sso_region", "sso_regoin"))
    refused = _refusal(lambda: sso_profile(config, "dev"))

    assert f"{AT}:7: no sso_region\n" in refused.what
    assert refused.what.endswith(f"{AT}:9: AWS knows no key sso_regoin; did you mean sso_region?")


def test_a_dangling_session_is_named_with_its_line_and_the_nearest_one(
    config_of: ConfigOf,
) -> None:
    refused = _refusal(lambda: sso_profile(config_of(DEV.replace("hoge", "hogi") + SESSION), "dev"))

    assert isinstance(refused, SessionNotFound)
    assert refused.what == (
        'The specified sso-session does not exist: "hogi"; did you mean "hoge"?\n'
        f"{AT}:2: sso_session = hogi"
    )


def test_two_values_for_one_key_are_refused_for_use_but_not_for_login(config_of: ConfigOf) -> None:
    config = config_of(f"{DEV}sso_region = eu-west-1\n{SESSION}")
    refused = _refusal(lambda: sso_profile(config, "dev"))

    assert isinstance(refused, SettingsInconsistent)
    assert refused.what == (
        "The value for sso_region is inconsistent between profile (eu-west-1) and "
        "sso-session (us-east-1).\n"
        f"{AT}:7: sso_region = eu-west-1\n{AT}:10: sso_region = us-east-1"
    )
    assert login_target(config, profile="dev", session=None).region == "us-east-1"


@pytest.mark.parametrize(
    "text",
    [
        DEV + SESSION,
        LEGACY,
        TYPO,
        f"[profile dev]\n{ROLE}",
        f"[profile dev]\nsso_role_name = x\n{REGION}",
        f"[profile dev]\nsso_account_id = x\n{URL}",
        DEV.replace("hoge", "nope") + SESSION,
        f"[profile dev]\nsso_session = nope\n{SESSION}",
        f"[profile dev]\nsso_session = hoge\n{SESSION}",
        f"[profile dev]\nsso_session =\n{ROLE}",
        f"[profile dev]\nsso_session =\n{URL}{REGION}",
        "[profile dev]\nsso_session = hoge\n[sso-session hoge]\n",
        f"{DEV}[sso-session hoge]\n",
        f"{DEV}[sso-session hoge]\n{URL}",
        f"{DEV}{REGION}[sso-session hoge]\n{URL}",
        f"{DEV}{URL}{REGION}[sso-session hoge]\nregion = ap-northeast-1\n",
        f"[profile dev]\nsso_session = hoge\n[sso-session hoge]\n{URL}",
        f"[profile dev]\nsso_session = hoge\n[sso-session hoge]\n{REGION}",
        f"{DEV}{URL}{REGION}{SESSION}",
        f"{DEV}sso_start_url = https://hoge.awsapps.com/start/\n{SESSION}",
        f"{DEV}sso_registration_scopes = other\n{SESSION}",
        f"{DEV}{SESSION}region = eu-west-1\n",
        f"[profile dev]\nsso_session = hoge\nsso_role_name = x\n{SESSION}",
        f"[profile dev]\nsso_session = hoge\nsso_role_name = x\n{SESSION}sso_account_id = y\n",
        f"[profile dev]\nsso_session = hoge\n{SESSION}{ROLE}",
        f"[DEFAULT]\n{ROLE}[profile dev]\nsso_session = hoge\n{SESSION}",
    ],
)
def test_a_profile_is_used_or_refused_as_by_botocore(
    text: str, config_of: ConfigOf, tmp_path: Path
) -> None:
    theirs = _botocores(text, tmp_path)

    if isinstance(theirs, str):
        refused = _refusal(lambda: sso_profile(config_of(text), "dev"))
        assert refused.what.startswith(theirs)
    else:
        profile = sso_profile(config_of(text), "dev")
        ours = {
            "sso_start_url": profile.target.start_url,
            "sso_region": profile.target.region,
            "sso_session": profile.target.session,
            "sso_account_id": profile.role and profile.role.account_id,
            "sso_role_name": profile.role and profile.role.role_name,
        }
        assert {key: ours[key] for key in theirs} == theirs


def _botocores(text: str, folder: Path) -> dict[str, Any] | str:
    """The settings that botocore would use for `dev`, or the words in which it refuses."""
    (folder / "config").write_text(text)
    session = botocore.session.Session(profile="dev")
    session.set_config_variable("config_file", str(folder / "config"))
    session.set_config_variable("credentials_file", str(folder / "credentials"))
    role = SSOProvider(lambda: session.full_config, None, "dev", cache={}, token_cache={})
    token = SSOTokenProvider(session, cache={}, profile_name="dev")
    try:
        used = role._load_sso_config() or {}
        of_token = token._load_sso_config() or {}
    except InvalidConfigError as error:
        return str(error.kwargs["error_msg"])
    return used | ({"sso_session": of_token.pop("session_name")} | of_token if of_token else {})


def test_an_empty_value_is_missing_before_botocore_stumbles_over_it(config_of: ConfigOf) -> None:
    refused = _refusal(lambda: sso_profile(config_of(f"[profile dev]\n{URL}sso_region =\n"), "dev"))

    assert isinstance(refused, SettingsMissing)
    assert "sso_region" in refused.what


def test_a_login_by_session_needs_no_profile(config_of: ConfigOf) -> None:
    target = login_target(config_of(SESSION), profile=None, session="hoge")

    assert target.token_key == TokenKey(Form.SSO_SESSION, "hoge")


def test_a_login_by_session_with_an_unknown_profile_is_refused(config_of: ConfigOf) -> None:
    with pytest.raises(ProfileNotFound):
        login_target(config_of(SESSION), profile="dev", session="hoge")


def test_a_login_by_session_and_profile_takes_the_session(config_of: ConfigOf) -> None:
    target = login_target(config_of(LEGACY + SESSION), profile="dev", session="hoge")

    assert target.session == "hoge"


def test_a_login_without_a_name_is_the_default_profiles(config_of: ConfigOf) -> None:
    config = config_of(f"[default]\nsso_session = hoge\n{SESSION}")

    assert login_target(config, profile=None, session=None).session == "hoge"


def test_a_login_in_the_legacy_form_needs_no_role(config_of: ConfigOf) -> None:
    target = login_target(config_of(f"[profile dev]\n{URL}{REGION}"), profile="dev", session=None)

    assert target.token_key == TokenKey(Form.LEGACY, "https://hoge.awsapps.com/start")


@pytest.mark.parametrize("profile, session", [("dev", None), (None, "hoge")])
def test_a_login_to_a_session_without_a_region_is_refused_in_awss_words(
    profile: str | None, session: str | None, config_of: ConfigOf
) -> None:
    config = config_of(f"{DEV}{REGION}[sso-session hoge]\n{URL}")
    refused = _refusal(lambda: login_target(config, profile=profile, session=session))

    assert refused.what == (
        "Missing the following required SSO configuration values: sso_region.\n"
        f"{AT}:8: no sso_region"
    )


@pytest.mark.parametrize("profile, session", [("dev", None), (None, "nope")])
def test_a_login_to_a_session_that_is_not_there_is_refused(
    profile: str | None, session: str | None, config_of: ConfigOf
) -> None:
    config = config_of(DEV.replace("hoge", "nope") + SESSION)
    refused = _refusal(lambda: login_target(config, profile=profile, session=session))

    assert refused.what.startswith('The specified sso-session does not exist: "nope"')


def test_a_login_to_a_profile_that_has_nothing_to_do_with_sso_is_refused(
    config_of: ConfigOf,
) -> None:
    with pytest.raises(NotSso):
        login_target(config_of("[profile dev]\nregion = x\n"), profile="dev", session=None)


def test_profiles_that_do_not_resolve_are_left_out_of_the_list(config_of: ConfigOf) -> None:
    broken = "[profile static]\nregion = x\n[profile lost]\nsso_session = nope\n"
    config = config_of(f"{LEGACY}{broken}{DEV.replace('profile dev', 'profile stg')}{SESSION}")

    assert [profile.name for profile in sso_profiles(config)] == ["dev", "stg"]


def test_a_key_like_one_that_is_there_is_not_the_one_that_is_missing(config_of: ConfigOf) -> None:
    config = config_of(f"[profile dev]\n{REGION}sso_regoin = x\n{ROLE}")
    refused = _refusal(lambda: sso_profile(config, "dev"))

    assert "did you mean" not in refused.what


def test_a_region_in_the_session_is_not_the_profiles(config_of: ConfigOf) -> None:
    own = f"[profile dev]\nsso_session = hoge\n{ROLE}"
    config = config_of(f"{own}{SESSION}region = eu-west-1\noutput = text\n")

    profile = sso_profile(config, "dev")

    assert (profile.region, profile.output) == (None, None)


def test_a_secret_that_differs_between_profile_and_session_is_not_shown(
    config_of: ConfigOf,
) -> None:
    secret = "aws_secret_access_key = fake"
    config = config_of(f"{DEV}{secret}1\n{SESSION}{secret}2\n")

    refusal = _refusal(lambda: sso_profile(config, "dev"))

    assert "aws_secret_access_key" in refusal.what
    assert "fake" not in refusal.what
