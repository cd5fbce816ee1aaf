"""The wizard on the command line: options for every question, results on stdout, talk on stderr."""

import json

import pytest

from tests.unit.cli.conftest import CONFIG, CommandLine, Service

ASSIGNED = json.dumps(
    {
        "accountList": [{"accountId": "123456789012", "accountName": "hoge-stg"}],
        "roleList": [{"roleName": "ReadOnlyAccess", "accountId": "123456789012"}],
    }
).encode()
SESSION = (
    "--sso-session=hoge",
    "--sso-start-url=https://hoge.awsapps.com/start",
    "--sso-region=us-east-1",
    "--sso-registration-scopes=sso:account:access",
)
PROFILE = ("--sso-session=hoge-dev", "--region=eu-west-1", "--output-format=text")


@pytest.fixture
def signed_in(sekisho: CommandLine, service: Service) -> CommandLine:
    """A person who is signed in to hoge-dev, and has one role in one account."""
    sekisho.sign_in("hoge-dev", service.url)
    service.status, service.body = 200, ASSIGNED
    return sekisho


def test_a_session_is_written_as_the_aws_cli_does_and_says_what_to_type_next(
    sekisho: CommandLine,
) -> None:
    sekisho.config.unlink()

    run = sekisho("configure", "sso-session", *SESSION, "--no-input")

    assert run.status == 0, run.err
    assert run.out == (
        "\nCompleted configuring SSO session: hoge\n"
        "Run the following to login and refresh access token for this session:\n\n"
        "sekisho login --sso-session hoge\n"
    )
    assert sekisho.config.read_text() == (
        "[sso-session hoge]\n"
        "sso_start_url = https://hoge.awsapps.com/start\n"
        "sso_region = us-east-1\n"
        "sso_registration_scopes = sso:account:access\n"
    )
    assert sekisho.config.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("missing", range(len(SESSION)))
def test_a_session_without_an_answer_is_refused_and_the_option_named(
    sekisho: CommandLine, missing: int
) -> None:
    given = [option for index, option in enumerate(SESSION) if index != missing]

    run = sekisho("configure", "sso-session", *given, "--no-input")

    assert run.status == 2
    assert f"answer in advance: {SESSION[missing].partition('=')[0]}" in run.err
    assert sekisho.config.read_text() == CONFIG


def test_a_session_that_is_there_is_changed_only_by_a_yes(sekisho: CommandLine) -> None:
    change = (*SESSION, "--sso-session=hoge-dev", "--sso-region=eu-west-1")

    refused = sekisho("configure", "sso-session", *change, "--no-input")

    assert refused.status == 2
    assert "[sso-session hoge-dev] is there already" in refused.err
    assert "--yes" in refused.err
    assert sekisho.config.read_text() == CONFIG

    done = sekisho("configure", "sso-session", *change, "--yes")

    assert done.status == 0, done.err
    assert "dev: they use this session, and take a new login." in done.err
    assert sekisho.config.read_text() == CONFIG.replace(
        "sso_region = us-east-1", "sso_region = eu-west-1"
    )
    backups = (sekisho.home / "state/sekisho/backups").glob("*.bak")
    assert [backup.read_text() for backup in backups] == [CONFIG]


def test_a_profile_is_made_with_the_sign_in_that_is_there(signed_in: CommandLine) -> None:
    run = signed_in("configure", "sso", *PROFILE, "--profile", "stg", "--no-input")

    assert run.status == 0, run.err
    assert run.out == (
        "To use this profile, specify the profile name using --profile, as shown:\n\n"
        "sekisho whoami --profile stg\n"
    )
    assert signed_in.config.read_text() == CONFIG + (
        "\n[profile stg]\n"
        "sso_session = hoge-dev\n"
        "sso_account_id = 123456789012\n"
        "sso_role_name = ReadOnlyAccess\n"
        "region = eu-west-1\n"
        "output = text\n"
    )


def test_the_diff_and_what_the_login_opens_are_said_on_stderr(signed_in: CommandLine) -> None:
    run = signed_in("configure", "sso", *PROFILE, "--profile", "stg", "--no-input")

    assert "+[profile stg]" in run.err
    assert "A login to hoge-dev opens stg and also: dev" in run.err
    assert "Open now: dev, stg" in run.err


def test_the_default_profile_needs_no_name(signed_in: CommandLine) -> None:
    run = signed_in("configure", "sso", *PROFILE, "--profile", "default", "--no-input")

    assert run.status == 0, run.err
    assert run.out.endswith("\nsekisho whoami\n")
    assert "[default]\nsso_session" in signed_in.config.read_text()


@pytest.mark.parametrize("missing", ["--sso-session", "--region", "--output-format", "--profile"])
def test_no_input_names_the_option_and_asks_nobody(
    signed_in: CommandLine, service: Service, missing: str
) -> None:
    given = [o for o in (*PROFILE, "--profile=stg") if not o.startswith(missing)]

    run = signed_in("configure", "sso", *given, "--no-input")

    assert run.status == 2
    assert f"answer in advance: {missing}" in run.err
    assert signed_in.config.read_text() == CONFIG
    assert service.asked == []


def test_a_profile_that_is_there_is_not_changed_unasked(signed_in: CommandLine) -> None:
    run = signed_in("configure", "sso", *PROFILE, "--profile", "dev", "--no-input")

    assert run.status == 2
    assert "[profile dev] is there already. Change it?" in run.err
    assert signed_in.config.read_text() == CONFIG


def test_a_config_that_botocore_refuses_is_left_alone(
    signed_in: CommandLine, service: Service
) -> None:
    signed_in.write_config("text before the first section\n")

    run = signed_in("configure", "sso", *PROFILE, "--profile", "stg", "--no-input")

    assert run.status == 2
    assert signed_in.config.read_text() == "text before the first section\n"
    assert service.asked == []


def test_what_the_credentials_file_says_otherwise_is_refused_with_its_place(
    signed_in: CommandLine,
) -> None:
    credentials = signed_in.config.parent / "credentials"
    credentials.write_text("[stg]\nregion = us-west-2\n")

    run = signed_in("configure", "sso", *PROFILE, "--profile", "stg", "--yes")

    assert run.status == 2
    assert f"{credentials}:2 would give its region another value; nothing was written" in run.err
    assert signed_in.config.read_text() == CONFIG
