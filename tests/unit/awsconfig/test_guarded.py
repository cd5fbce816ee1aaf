"""Guarded profiles: what the agent is asked for; botocore shows that AWS tools read them, too."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import botocore.session
import pytest

from sekisho.awsconfig.endpoints import endpoint_overrides
from sekisho.awsconfig.guarded import guarded_profile, guarded_profiles
from sekisho.awsconfig.settings import AwsConfig
from sekisho.awsconfig.sso import sso_profiles
from sekisho.errors import ConfigError, ProfileNotFound, SessionNotFound, SettingsMissing
from sekisho.model import Delivery, Form, TokenKey

ConfigOf = Callable[..., AwsConfig]

AT = "/home/you/.aws/config"
GUARD = """\
credential_process = "/opt/my bin/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
"""
PROD = f"[profile prod]\n{GUARD}region = ap-northeast-1\noutput = json\n"
PORTAL = "sso_start_url = https://hoge.awsapps.com/start\nsso_region = us-east-1\n"
SESSION = f"[sekisho-session hoge]\n{PORTAL}"


def _refusal(config: AwsConfig, name: str = "prod") -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        guarded_profile(config, name)
    return refused.value


def test_a_guarded_profile_is_resolved_through_its_session(config_of: ConfigOf) -> None:
    profile = guarded_profile(config_of(PROD + SESSION), "prod")

    assert profile is not None
    assert (profile.role.account_id, profile.role.role_name) == ("123456789012", "ReadOnlyAccess")
    assert (profile.region, profile.output, profile.line) == ("ap-northeast-1", "json", 1)
    assert (profile.target.start_url, profile.target.region) == (
        "https://hoge.awsapps.com/start",
        "us-east-1",
    )
    assert profile.target.token_key == TokenKey(Form.SSO_SESSION, "hoge", Delivery.GUARDED)


def test_without_scopes_a_session_asks_for_what_role_credentials_take(config_of: ConfigOf) -> None:
    profile = guarded_profile(config_of(PROD + SESSION), "prod")

    assert profile is not None
    assert profile.target.scopes == ("sso:account:access",)


def test_scopes_are_those_of_the_session(config_of: ConfigOf) -> None:
    scopes = "sso_registration_scopes = sso:account:access, codewhisperer:completions\n"

    profile = guarded_profile(config_of(PROD + SESSION + scopes), "prod")

    assert profile is not None
    assert profile.target.scopes == ("sso:account:access", "codewhisperer:completions")


def test_an_sso_session_serves_while_there_is_no_section_of_sekishos_own(
    config_of: ConfigOf,
) -> None:
    profile = guarded_profile(config_of(f"{PROD}[sso-session hoge]\n{PORTAL}"), "prod")

    assert profile is not None
    assert profile.target.start_url == "https://hoge.awsapps.com/start"


def test_a_section_of_sekishos_own_is_taken_before_an_sso_session(config_of: ConfigOf) -> None:
    other = "[sso-session hoge]\nsso_start_url = https://x.awsapps.com/start\nsso_region = x\n"

    profile = guarded_profile(config_of(PROD + other + SESSION), "prod")

    assert profile is not None
    assert profile.target.start_url == "https://hoge.awsapps.com/start"


@pytest.mark.parametrize(
    ("line", "delivery"),
    [
        ("", Delivery.GUARDED),
        ("sekisho_delivery = guarded\n", Delivery.GUARDED),
        ("sekisho_delivery = sealed\n", Delivery.SEALED),
    ],
)
def test_the_delivery_is_guarded_unless_it_is_said_to_be_sealed(
    config_of: ConfigOf, line: str, delivery: Delivery
) -> None:
    profile = guarded_profile(config_of(PROD + line + SESSION), "prod")

    assert profile is not None
    assert profile.delivery is delivery


@pytest.mark.parametrize("delivery", ["native", "Sealed", ""])
def test_another_delivery_is_refused_with_its_line(config_of: ConfigOf, delivery: str) -> None:
    refused = _refusal(config_of(f"{PROD}sekisho_delivery = {delivery}\n{SESSION}"))

    assert f"{AT}:8" in refused.what
    assert "guarded or sealed in line 8" in refused.do


@pytest.mark.parametrize(
    "profile",
    [
        "region = us-east-1\n",
        "credential_process = /bin/other\n",
        f"sso_session = hoge\nsso_account_id = 1\nsso_role_name = r\n{GUARD}",
        f"role_arn = arn:aws:iam::1:role/r\nsource_profile = dev\n{GUARD}",
        f"web_identity_token_file = /tmp/token\n{GUARD}",
    ],
    ids=["plain", "other-process", "sso", "chain", "web-identity"],
)
def test_a_profile_that_aws_tools_open_otherwise_is_not_guarded(
    config_of: ConfigOf, profile: str
) -> None:
    config = config_of(f"[profile prod]\n{profile}{SESSION}")

    assert guarded_profile(config, "prod") is None
    assert guarded_profiles(config) == ()


def test_a_guarded_profile_is_no_sso_profile(config_of: ConfigOf) -> None:
    assert sso_profiles(config_of(PROD + SESSION)) == ()


@pytest.mark.parametrize(
    "key", ["credential_process", "sekisho_account_id", "sekisho_role_name", "sekisho_sso_session"]
)
def test_an_empty_key_is_missing(config_of: ConfigOf, key: str) -> None:
    lines = [f"{key} =" if line.startswith(key) else line for line in PROD.splitlines()]

    refused = _refusal(config_of("\n".join((*lines, SESSION))))

    assert isinstance(refused, SettingsMissing)
    assert f"{AT}:1: no {key}" in refused.what


@pytest.mark.parametrize("key", ["sso_start_url", "sso_region"])
def test_what_the_session_lacks_is_named_with_the_sessions_line(
    config_of: ConfigOf, key: str
) -> None:
    session = "".join(line for line in SESSION.splitlines(keepends=True) if key not in line)

    refused = _refusal(config_of(PROD + session))

    assert isinstance(refused, SettingsMissing)
    assert f"{AT}:8: no {key}" in refused.what


def test_a_session_that_is_not_there_is_named_with_the_profiles_line(config_of: ConfigOf) -> None:
    refused = _refusal(config_of(PROD + SESSION.replace("hoge", "hoga", 1)))

    assert isinstance(refused, SessionNotFound)
    assert 'does not exist: "hoge"; did you mean "hoga"?' in refused.what
    assert f"{AT}:3: sekisho_sso_session = hoge" in refused.what
    assert "[sekisho-session hoge]" in refused.do


def test_a_profile_that_is_not_there_is_refused(config_of: ConfigOf) -> None:
    assert isinstance(_refusal(config_of(PROD + SESSION), "pord"), ProfileNotFound)


def test_profiles_that_do_not_resolve_are_left_out(config_of: ConfigOf) -> None:
    broken = f"[profile broken]\n{GUARD.replace('hoge', 'gone')}"
    dev = PROD.replace("prod", "dev", 1)

    assert [p.name for p in guarded_profiles(config_of(broken + PROD + dev + SESSION))] == [
        "prod",
        "dev",
    ]


def test_endpoint_overrides_of_a_guarded_profile_are_read(config_of: ConfigOf) -> None:
    services = "[services local]\nsso =\n  endpoint_url = http://127.0.0.1:1\n"
    config = config_of(f"{PROD}services = local\nendpoint_url = http://127.0.0.1:2\n{services}")

    assert endpoint_overrides(config, "prod") == {
        "sso": "http://127.0.0.1:1",
        "": "http://127.0.0.1:2",
    }


def test_botocore_takes_the_process_of_a_guarded_profile(tmp_path: Path) -> None:
    answer = {"Version": 1, "AccessKeyId": "ASIAFAKE", "SecretAccessKey": "fake-secret"}
    program = tmp_path / "my program"
    program.write_text(f"#!{sys.executable}\nprint('''{json.dumps(answer)}''')\n")
    program.chmod(0o700)
    config = tmp_path / "config"
    config.write_text(PROD.replace("/opt/my bin/sekisho", str(program)) + SESSION)
    session = botocore.session.Session(profile="prod")
    session.set_config_variable("config_file", str(config))
    session.set_config_variable("credentials_file", str(tmp_path / "none"))

    credentials = session.get_credentials()

    assert (credentials.method, credentials.access_key) == ("custom-process", "ASIAFAKE")
    assert session.get_config_variable("region") == "ap-northeast-1"
