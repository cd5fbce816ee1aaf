"""Every error says what happened, what to do, and how the process ends."""

import shlex
from pathlib import Path

import pytest

from docs.error_examples import EXAMPLES
from sekisho import errors
from sekisho.errors import ExitStatus, SekishoError, login_command


def _leaves(root: type[SekishoError] = SekishoError) -> set[type[SekishoError]]:
    children = [child for child in root.__subclasses__() if child.__module__ == errors.__name__]
    return {root} if not children else set().union(*(_leaves(child) for child in children))


def test_every_error_that_is_no_mere_family_has_an_example() -> None:
    assert _leaves() <= {type(example) for example in EXAMPLES}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_reads_as_what_happened_and_advises(error: SekishoError) -> None:
    assert str(error) == error.what
    assert error.do or isinstance(error, errors.Interrupted)
    assert not error.what.endswith("\n")


@pytest.mark.parametrize(
    ("family", "status"),
    [
        (errors.UsageError, 2),
        (errors.ConfigError, 2),
        (errors.FileError, 2),
        (errors.CenterError, 2),
        (errors.SignInNeeded, 3),
        (errors.Refused, 4),
        (errors.ServiceError, 5),
        (errors.Interrupted, 130),
        (SekishoError, 70),
    ],
)
def test_a_family_has_one_exit_status(family: type[SekishoError], status: int) -> None:
    members = {type(example) for example in EXAMPLES if isinstance(example, family)}
    if family is SekishoError:
        members = {SekishoError}

    assert {member.exit_status for member in members} == {ExitStatus(status)}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            errors.ProfileNotFound("dve"),
            "The config profile (dve) could not be found",
        ),
        (
            errors.TokenMissing("hoge-stg", login="sekisho login"),
            "Error loading SSO Token: Token for hoge-stg does not exist",
        ),
        (
            errors.RefreshFailed("hoge-dev", "no", login="sekisho login"),
            "Error when retrieving token from sso: Token has expired and refresh failed",
        ),
        (
            errors.RoleNotAssigned(profile="dev", account="1", role="r", answer="No"),
            "An error occurred (No) when calling the GetRoleCredentials operation: No access",
        ),
        (
            errors.Unreachable("https://example.com/", "refused"),
            'Could not connect to the endpoint URL: "https://example.com/"',
        ),
    ],
)
def test_awss_own_sentence_comes_first(error: SekishoError, sentence: str) -> None:
    assert error.what.splitlines()[0] == sentence


def test_a_near_name_is_offered() -> None:
    assert 'did you mean "dev"?' in errors.ProfileNotFound("dve", near="dev").what


def test_a_fault_in_a_config_file_is_named_by_file_and_line() -> None:
    error = errors.ConfigUnreadable(Path("config"), 12, "nonsense")

    assert "config:12: nonsense" in error.what
    assert "line 12" in error.do


def test_a_torn_write_in_place_names_where_the_old_contents_are() -> None:
    error = errors.FileUnwritable(Path("config"), "Input/output error", kept=Path("config.1.bak"))

    assert error.what.endswith("what it held is in config.1.bak")


@pytest.mark.parametrize("name", ["dev", "my profile", "it's", "$(reboot)", "--help", "関所"])
def test_a_login_command_can_be_pasted_whatever_the_profile_is_called(name: str) -> None:
    assert shlex.split(login_command(profile=name)) == ["sekisho", "login", "--profile", name]
    assert shlex.split(login_command(session=name)) == ["sekisho", "login", "--sso-session", name]


def test_a_login_command_without_a_name_is_for_the_default() -> None:
    assert login_command() == "sekisho login"


def test_a_path_in_a_command_can_be_pasted() -> None:
    path = Path("/home/you/my files/config")

    assert shlex.split(errors.FileUnreadable(path, "no").do) == ["ls", "-l", str(path)]


def test_the_page_of_an_error_is_its_name_in_kebab_case() -> None:
    assert errors.TlsNotVerified.page() == "docs/errors/tls-not-verified.md"
