"""Profiles that a sign-in opens: native and sealed ones are alike, and guarded ones are none."""

from collections.abc import Callable

import pytest

from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.opened import opened_profile, opened_profiles, opened_target
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.errors import NotSso, SessionNotFound
from sekisho.model import Delivery, Form, TokenKey
from sekisho.reach.graph import reach

ConfigOf = Callable[[str], AwsConfig]

SEALED = """\
[profile stg]
credential_process = sekisho credential-process --profile stg
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
sekisho_delivery = sealed
region = ap-northeast-1
"""
GUARDED = SEALED.replace("stg", "prod").replace("sekisho_delivery = sealed\n", "")
NATIVE = """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789011
sso_role_name = ReadOnlyAccess
"""
OWN = """\
[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""
BOTH = OWN + OWN.replace("sekisho-session", "sso-session")
KEY = TokenKey(Form.SSO_SESSION, "hoge", Delivery.SEALED)


def test_a_sealed_profile_is_opened_by_a_token_in_the_sealed_store(config_of: ConfigOf) -> None:
    profile = opened_profile(config_of(SEALED + OWN), "stg")

    assert profile.token_key == KEY
    assert profile.role is not None
    assert (profile.role.account_id, profile.region) == ("123456789012", "ap-northeast-1")


def test_a_guarded_profile_is_opened_by_no_token(config_of: ConfigOf) -> None:
    config = config_of(GUARDED + SEALED + OWN)

    with pytest.raises(NotSso):
        opened_profile(config, "prod")
    assert [each.name for each in opened_profiles(config)] == ["stg"]


def test_all_profiles_come_in_the_order_of_the_files(config_of: ConfigOf) -> None:
    config = config_of(SEALED + NATIVE + SEALED.replace("stg", "uat") + BOTH)

    assert [each.name for each in opened_profiles(config)] == ["stg", "dev", "uat"]


def test_a_session_of_one_name_has_a_token_in_each_store(config_of: ConfigOf) -> None:
    rows = {str(each.profile): each for each in reach(config_of(NATIVE + SEALED + BOTH))}

    assert rows["stg"].token_key == KEY
    assert rows["dev"].token_key == TokenKey(Form.SSO_SESSION, "hoge")
    assert (rows["stg"].opens, rows["dev"].opens) == (("stg",), ("dev",))
    assert rows["stg"].could_open == ("dev", "stg")


@pytest.mark.parametrize(
    "sessions, delivery", [(OWN, Delivery.SEALED), (BOTH, Delivery.NATIVE)], ids=["own", "both"]
)
def test_a_session_by_name_is_the_native_one_where_there_is_one(
    config_of: ConfigOf, sessions: str, delivery: Delivery
) -> None:
    target = opened_target(config_of(SEALED + sessions), profile=None, session="hoge")

    assert target.delivery is delivery


def test_a_session_that_no_sealed_profile_names_is_not_found(config_of: ConfigOf) -> None:
    with pytest.raises(SessionNotFound):
        opened_target(config_of(GUARDED + OWN), profile=None, session="hoge")


def test_a_profile_signs_in_to_where_it_is_opened(config_of: ConfigOf) -> None:
    config = config_of(SEALED + NATIVE + BOTH)

    assert opened_target(config, profile="stg", session=None).token_key == KEY
    assert opened_target(config, profile="dev", session=None).delivery is Delivery.NATIVE


def test_a_chain_of_roles_may_begin_at_a_sealed_profile(config_of: ConfigOf) -> None:
    chained = (
        "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/deployer\n"
        "source_profile = stg\n"
    )
    chain = role_chain(config_of(chained + SEALED + OWN), "deploy")

    assert chain is not None
    assert chain.source.token_key == KEY
