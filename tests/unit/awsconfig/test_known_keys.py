import pytest
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES

from sekisho.awsconfig.known_keys import KNOWN_KEYS, misspelt


@pytest.mark.parametrize(
    "key, meant",
    [
        ("sso_sssion", "sso_session"),
        ("sso-session", "sso_session"),
        ("SSO_SSSION", "sso_session"),
        ("sso_strat_url", "sso_start_url"),
        ("sso_regoin", "sso_region"),
        ("sso_acount_id", "sso_account_id"),
        ("sso_rolename", "sso_role_name"),
        ("sso_registration_scope", "sso_registration_scopes"),
        ("regoin", "region"),
        ("ouput", "output"),
    ],
)
def test_a_misspelt_key_is_known_for_what_was_meant(key: str, meant: str) -> None:
    assert misspelt(key) == meant


@pytest.mark.parametrize(
    "key",
    [
        "sso_session",
        "SSO_Session",
        "s3",
        "sekisho_account_id",
        "granted_sso_region",
        "my_note",
        "x",
        "",
    ],
)
def test_a_known_key_in_any_case_and_one_like_no_other_are_no_misspelling(key: str) -> None:
    assert misspelt(key) is None


def test_every_key_that_botocore_reads_is_known() -> None:
    read = {names[0] for names in BOTOCORE_DEFAUT_SESSION_VARIABLES.values()}

    assert {name for name in read if isinstance(name, str)} <= KNOWN_KEYS
