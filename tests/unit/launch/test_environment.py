"""What a command's environment keeps, what it loses, and what it is given."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles, locate
from sekisho.launch.environment import (
    Surroundings,
    always_removed,
    carries_credentials,
    for_command,
)

HOME = Path("/home/you")
MADE = ConfigFiles(Path("/run/x/config"), Path("/run/x/credentials"))
OWN = ConfigFiles(HOME / ".aws/config", Path())
KEYS = {"AWS_ACCESS_KEY_ID": "FAKEKEY"}
PLAIN = Surroundings("dev", MADE, OWN, "eu-west-1", None)

CARRIES_OR_CHOOSES = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_FILE",
    "AWS_ACCOUNT_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SDK_LOAD_CONFIG",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_VAULT",
    "AWS_VAULT_KEYCHAIN_NAME",
    "SEKISHO_SEAL_PASSPHRASE_FILE",
    "GRANTED_SSO",
    "GRANTED_SSO_START_URL",
    "AWS_SSO_ACCOUNT_ID",
    "AWS_SSO_ROLE_NAME",
    "AWS_SSO_PROFILE",
    "SAML2AWS_PASSWORD",
    "SAML2AWS_PROFILE",
    "AWSUME_PROFILE",
    "AWS_OKTA_PROFILE",
]
LEADS_TO_AWS = [
    "PATH",
    "HOME",
    "TERM",
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_RETRY_MODE",
    "AWS_MAX_ATTEMPTS",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_PAGER",
    "AWS_DEFAULT_OUTPUT",
    "AWS_EXECUTION_ENV",
    "AWS_DATA_PATH",
    "SEKISHO_AGENT_SOCKET",
    "AWS_LAMBDA_FUNCTION_NAME",
]


@pytest.mark.parametrize("name", CARRIES_OR_CHOOSES)
def test_what_carries_or_chooses_credentials_goes(name: str) -> None:
    assert name not in for_command({name: "of another"}, PLAIN, {})


@pytest.mark.parametrize("name", LEADS_TO_AWS)
def test_what_leads_to_aws_stays(name: str) -> None:
    assert for_command({name: "kept"}, PLAIN, KEYS)[name] == "kept"


@pytest.mark.parametrize("name", ["SEKISHO_PROFILE", "SEKISHO_EXPIRES", "SEKISHO_OWN_CONFIG_FILE"])
def test_marks_of_another_run_go(name: str) -> None:
    several = Surroundings(None, MADE, None, None, None)

    assert name not in for_command({name: "of another"}, several, {})


def test_the_command_has_its_credentials_region_and_files() -> None:
    environ = for_command({"AWS_REGION": "us-east-1"}, PLAIN, KEYS)

    assert environ == {
        "AWS_ACCESS_KEY_ID": "FAKEKEY",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": "/run/x/config",
        "AWS_SHARED_CREDENTIALS_FILE": "/run/x/credentials",
        "SEKISHO_PROFILE": "dev",
        "SEKISHO_EXEC_CONFIG_FILE": "/run/x/config",
        "SEKISHO_OWN_CONFIG_FILE": "/home/you/.aws/config",
        "SEKISHO_OWN_CREDENTIALS_FILE": "",
    }


def test_without_a_region_the_environments_stays() -> None:
    nowhere = Surroundings("dev", MADE, OWN, None, None)

    assert for_command({"AWS_REGION": "us-east-1"}, nowhere, {})["AWS_REGION"] == "us-east-1"


def test_the_ca_bundle_of_the_option_is_the_commands_wherever_it_goes(tmp_path: Path) -> None:
    given = Surroundings("dev", MADE, OWN, None, Path("ca.pem"))

    environ = for_command({"AWS_CA_BUNDLE": "/other"}, given, {})

    assert environ["AWS_CA_BUNDLE"] == str(Path.cwd() / "ca.pem")


def test_inside_sekisho_reads_the_persons_own_files() -> None:
    assert locate(for_command({}, PLAIN, KEYS), HOME) == OWN


def test_inside_a_config_file_that_somebody_chooses_counts() -> None:
    environ = {**for_command({}, PLAIN, KEYS), "AWS_CONFIG_FILE": "/other/config"}

    assert locate(environ, HOME).config == Path("/other/config")


def test_where_sekisho_shall_not_read_them_it_reads_what_the_command_reads() -> None:
    alone = Surroundings("dev", MADE, None, None, None)

    assert locate(for_command({}, alone, {}), HOME) == MADE


def test_the_environment_that_it_is_made_from_is_left_alone() -> None:
    before = {"AWS_PROFILE": "stg"}
    for_command(before, PLAIN, KEYS)

    assert before == {"AWS_PROFILE": "stg"}


def test_what_is_always_removed_is_removed() -> None:
    assert always_removed()
    assert all(map(carries_credentials, always_removed()))
