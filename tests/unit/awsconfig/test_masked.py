"""Values as they may be shown: no secret, and nothing else hidden."""

import pytest

from sekisho.awsconfig.masked import masked

FAKE = "fake/Fake0fake/Fake1fake/Fake2fake/Fake3"


@pytest.mark.parametrize(
    "key",
    [
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
        "AWS_SECRET_ACCESS_KEY",
        "aws_secret_acces_key",
        "my_password",
        "x_api_key",
        "client_private_thing",
    ],
)
def test_a_value_is_a_secret_by_its_key(key: str) -> None:
    assert str(masked(key, "fake")) == "****"


def test_a_value_that_looks_like_a_secret_is_one_under_a_key_that_aws_does_not_know() -> None:
    assert str(masked("pasted", FAKE)) == "****"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("region", "us-east-1"),
        ("aws_access_key_id", "AKIAFAKEFAKEFAKEFAKE"),
        ("web_identity_token_file", "/var/run/Token1"),
        ("sso_start_url", "https://hoge.awsapps.com/start"),
        ("sso_role_name", "AdministratorAccess0123456789"),
        ("sekisho_role_name", "AdministratorAccess0123456789"),
        ("unknown", "a word"),
        ("my_token", ""),
        ("credential_process", "/opt/get --profile dev --token-file /x"),
    ],
)
def test_what_is_no_secret_is_shown(key: str, value: str) -> None:
    assert masked(key, value) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("/opt/get --password fake --profile dev", "/opt/get --password **** --profile dev"),
        ('/opt/get --token="fa ke" dev', "/opt/get --token=**** dev"),
        ("/opt/get --api-key 'fa ke' dev", "/opt/get --api-key **** dev"),
        ("env API_TOKEN=fake /opt/get", "env API_TOKEN=**** /opt/get"),
        ("/opt/get https://me:fake@host/x", "/opt/get https://****@host/x"),
    ],
)
def test_a_secret_inside_a_command_is_hidden(value: str, shown: str) -> None:
    assert masked("credential_process", value) == shown


def test_a_nested_block_is_masked_key_by_key() -> None:
    block = masked("s3", {"addressing_style": "path", "secret": "fake"})

    assert isinstance(block, dict)
    assert {key: str(value) for key, value in block.items()} == {
        "addressing_style": "path",
        "secret": "****",
    }
