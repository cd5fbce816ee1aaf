"""Bad input, bad files, bad services: a clear error, its exit status, and nothing lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.model import AccountId, Form, Role, RoleName, TokenKey
from sekisho.store.keys import token_file
from tests.unit.cli.conftest import CONFIG, TOKEN, CommandLine, Run, Service, error_body

HOGE_DEV = TokenKey(Form.SSO_SESSION, "hoge-dev")


def test_a_broken_config_is_named_with_its_line(sekisho: CommandLine) -> None:
    sekisho.write_config("[profile dev]\nregion = x\nnonsense\n")

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 2
    assert run.err.startswith(f"Unable to parse config file: {sekisho.config}\n")
    assert f"{sekisho.config}:3:" in run.err


def test_a_duplicate_section_is_named_with_its_line(sekisho: CommandLine) -> None:
    sekisho.write_config(CONFIG + "[profile dev]\n")

    run = sekisho("login", "--profile", "dev")

    assert run.status == 2
    assert f"{sekisho.config}:11:" in run.err


def test_a_config_that_is_a_folder_is_said_to_be_unreadable(sekisho: CommandLine) -> None:
    sekisho.config.unlink()
    sekisho.config.mkdir()

    run = sekisho("profiles")

    assert run.status == 2
    assert f"cannot read {sekisho.config}" in run.err


def test_an_unknown_profile_comes_with_the_nearest_one(sekisho: CommandLine) -> None:
    run = sekisho("whoami", "--profile", "dve")

    assert run.status == 2
    assert run.err.startswith('The config profile (dve) could not be found; did you mean "dev"?')


def test_a_dangling_session_is_named_with_its_place(sekisho: CommandLine) -> None:
    sekisho.write_config(CONFIG.replace("[sso-session hoge-dev]", "[sso-session hoge-dve]"))

    run = sekisho("login", "--profile", "dev")

    assert run.status == 2
    assert run.err.startswith('The specified sso-session does not exist: "hoge-dev"')
    assert f"{sekisho.config}:2" in run.err


def test_a_misspelt_key_is_named_with_what_was_meant(sekisho: CommandLine) -> None:
    sekisho.write_config(CONFIG.replace("sso_session =", "sso_sssion ="))

    run = sekisho("login", "--profile", "dev")

    assert run.status == 2
    assert "sso_sssion" in run.err
    assert "sso_session" in run.err


def test_without_a_config_there_is_no_profile_and_no_crash(sekisho: CommandLine) -> None:
    sekisho.config.unlink()

    assert sekisho("profiles").status == 0
    assert sekisho("whoami", "--profile", "dev").status == 2


def test_a_profile_without_sso_is_told_apart(sekisho: CommandLine) -> None:
    sekisho.write_config("[profile keys]\naws_access_key_id = AKIAFAKEFAKEFAKEFAKE\n")

    run = sekisho("whoami", "--profile", "keys")

    assert run.status == 2
    assert "does not use SSO" in run.err


def test_a_profile_that_names_no_role_is_told_what_it_lacks(sekisho: CommandLine) -> None:
    without_role = [line for line in CONFIG.splitlines() if "account_id" not in line]
    sekisho.write_config("\n".join(line for line in without_role if "role_name" not in line))

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 2
    assert "missing required configuration: sso_account_id, sso_role_name" in run.err
    assert f"add sso_account_id and sso_role_name below {sekisho.config}:1\n" in run.err


def test_a_missing_token_asks_for_a_login_to_this_very_profile(sekisho: CommandLine) -> None:
    run = sekisho("credential-process", "--profile", "dev")

    assert run.status == 3
    assert run.out == ""
    assert "Error loading SSO Token: Token for hoge-dev does not exist" in run.err
    assert "sekisho login --profile dev" in run.err


def test_a_torn_token_file_is_named_and_left_alone(sekisho: CommandLine) -> None:
    torn = token_file(sekisho.home, HOGE_DEV)
    torn.parent.mkdir(parents=True)
    torn.write_text('{"startUrl": "https://hoge.aws')

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 3
    assert str(torn) in run.err
    assert torn.read_text() == '{"startUrl": "https://hoge.aws'


def test_an_expired_token_asks_for_a_login(sekisho: CommandLine, service: Service) -> None:
    sekisho.sign_in("hoge-dev", service.url, minutes=-5)

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 3
    assert "sekisho login --profile dev" in run.err
    assert service.asked == []


def test_a_token_for_another_endpoint_is_refused_and_both_are_named(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.sign_in("hoge-dev", "https://portal.sso.us-east-1.amazonaws.com")

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 4
    assert "https://portal.sso.us-east-1.amazonaws.com" in run.err
    assert service.url in run.err
    assert service.asked == []


@pytest.mark.parametrize(
    ("status", "error", "exit_status", "text"),
    [
        (401, "UnauthorizedException", 3, "has expired or is otherwise invalid"),
        (403, "ForbiddenException", 4, "No access"),
        (429, "TooManyRequestsException", 5, "reached max retries: 2"),
        (500, "InternalServerException", 5, "GetRoleCredentials"),
        (503, "", 5, "GetRoleCredentials"),
        (200, "", 5, "GetRoleCredentials"),
    ],
)
def test_each_answer_of_a_service_in_trouble_has_its_status(
    sekisho: CommandLine,
    service: Service,
    status: int,
    error: str,
    exit_status: int,
    text: str,
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    service.status, service.error, service.body = status, error, error_body("it said so")

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == exit_status
    assert text in run.err
    assert TOKEN not in run.err
    assert sekisho.store.token(HOGE_DEV) is not None


@pytest.mark.parametrize(
    ("error", "text", "do"),
    [
        (
            "SignatureDoesNotMatch",
            "Signature expired: 20260101T000000Z is now earlier than 20260101T004500Z (…)",
            "set this machine's clock",
        ),
        (
            "SignatureDoesNotMatch",
            "Signature not yet current: 20260101T010000Z is still later than 20260101T000500Z (…)",
            "set this machine's clock",
        ),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            "sekisho login --profile dev",
        ),
    ],
)
def test_a_clock_that_is_off_is_told_from_credentials_that_are_refused(
    sekisho: CommandLine, service: Service, error: str, text: str, do: str
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    role = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
    sekisho.cache_credentials("hoge-dev", role)
    service.status = 403
    service.body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{error}</Code>"
        f"<Message>{text}</Message></Error></ErrorResponse>"
    ).encode()

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 5
    assert f"An error occurred ({error}) when calling the GetCallerIdentity" in run.err
    assert text in run.err
    assert f"do:  {do}\n" in run.err


def test_a_service_that_is_down_is_named(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "http://127.0.0.1:9"
    sekisho.sign_in("hoge-dev", nowhere)
    for name in ("SSO", "SSO_OIDC", "STS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", nowhere)

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 5
    assert f'Could not connect to the endpoint URL: "{nowhere}' in run.err
    assert TOKEN not in run.err


def test_a_login_that_fails_stores_nothing(sekisho: CommandLine, service: Service) -> None:
    service.status, service.error = 400, "InvalidRequestException"

    run = sekisho("login", "--profile", "dev")

    assert run.status == 5
    assert not (sekisho.home / ".aws" / "sso").exists()


def test_a_token_never_goes_over_plain_http_to_another_machine(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "http://portal.example.com")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", "http://portal.example.com")
    sekisho.sign_in("hoge-dev", "http://portal.example.com")

    run = sekisho("whoami", "--profile", "dev")

    assert run.status == 4
    assert "plain http" in run.err


def test_a_wrong_option_names_the_help(sekisho: CommandLine) -> None:
    run = sekisho("login", "--profil", "dev")

    assert run.status == 2
    assert "--profil" in run.err
    assert "sekisho login --help" in run.err


def test_a_wrong_command_comes_with_the_nearest_one(sekisho: CommandLine) -> None:
    assert sekisho("logn").err.startswith("No such command 'logn'. Did you mean 'login'?\n")
    assert sekisho("frobnicate").err.startswith("No such command 'frobnicate'.\n")
    assert sekisho("logn").status == 2


def test_a_full_disk_loses_nothing(sekisho: CommandLine) -> None:
    sekisho.write_config(CONFIG.replace("hoge-dev", "hoge") + "[profile stg]\nsso_session = hoge\n")
    before = sekisho.config.read_bytes()
    state = sekisho.home / "state"
    state.symlink_to("/dev/full")

    run = sekisho("isolate", "--yes")

    assert run.status == 2
    assert sekisho.config.read_bytes() == before


def run_with_stdout(sekisho: CommandLine, redirection: str, **environ: str) -> Run:
    """Run `sekisho profiles` in a process of its own, whose stdout goes where a shell sends it."""
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m sekisho profiles {redirection}', sys.executable],
        env={**os.environ, "HOME": str(sekisho.home), **environ},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def test_a_result_that_finds_no_space_is_said_to_be_lost(sekisho: CommandLine) -> None:
    run = run_with_stdout(sekisho, ">/dev/full")

    assert run.status == 2
    assert run.err.startswith("cannot write the result: No space left on device\n")


def test_without_a_stdout_nothing_breaks(sekisho: CommandLine) -> None:
    assert run_with_stdout(sekisho, ">&-") == Run(0, "", "")


def test_a_name_that_the_terminal_cannot_spell_is_escaped(sekisho: CommandLine) -> None:
    sekisho.write_config("[profile 本番]\n")

    assert run_with_stdout(sekisho, "", PYTHONIOENCODING="latin-1") == Run(
        0, "\\u672c\\u756a\n", ""
    )


def test_a_symlinked_config_stays_a_symlink(sekisho: CommandLine, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles"
    real.write_text(CONFIG + CONFIG.replace("profile dev", "profile stg").partition("[sso-s")[0])
    sekisho.config.unlink()
    sekisho.config.symlink_to(real)

    run = sekisho("isolate", "--yes")

    assert run.status == 0, run.err
    assert os.path.realpath(sekisho.config) == str(real)
    assert "[sso-session hoge-stg]" in real.read_text()


@pytest.mark.parametrize("command", ["login", "logout", "whoami", "credential-process"])
def test_a_command_without_a_profile_says_how_to_name_one(
    sekisho: CommandLine, command: str
) -> None:
    run = sekisho(command)

    assert run.status == 2
    assert run.err.startswith("no profile was named, and the config has no [default]")
    assert "--profile NAME" in run.err
