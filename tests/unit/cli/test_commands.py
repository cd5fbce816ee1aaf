"""What each command prints, and what it leaves behind."""

import json

import pytest

from sekisho.model import Form, TokenKey
from tests.unit.cli.conftest import CONFIG, CommandLine, Service

SHARED = """\
# how we sign in
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789011
sso_role_name = AdministratorAccess

[profile stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
"""


def test_profiles_come_in_the_order_of_the_file(sekisho: CommandLine) -> None:
    sekisho.write_config("[profile b]\n[profile a]\n[default]\n")

    assert sekisho("profiles").out == "b\na\ndefault\n"
    assert sekisho("configure", "list-profiles").out == "b\na\ndefault\n"
    assert json.loads(sekisho("profiles", "--json").out) == {
        "version": 1,
        "profiles": ["b", "a", "default"],
    }


def test_common_options_may_stand_before_or_after_the_verb(sekisho: CommandLine) -> None:
    before = sekisho("--profile", "nobody", "whoami")
    after = sekisho("whoami", "--profile", "nobody")

    assert before == after
    assert "(nobody)" in before.err


def test_json_may_be_asked_for_before_the_verb(sekisho: CommandLine) -> None:
    assert sekisho("--json", "profiles") == sekisho("profiles", "--json")
    assert sekisho("--json", "configure", "list-profiles") == sekisho("profiles", "--json")


@pytest.mark.parametrize("verb", [("login",), ("sso", "logout"), ("center", "env")])
def test_json_is_refused_where_there_is_no_result_to_read(
    sekisho: CommandLine, verb: tuple[str, ...]
) -> None:
    run = sekisho("--json", *verb)

    assert run == sekisho(*verb, "--json")
    assert run.status == 2
    assert run.out == ""


def test_reach_shows_what_one_login_opens(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    table, reached = sekisho("reach"), json.loads(sekisho("reach", "--json").out)

    assert "dev, stg" in table.out
    assert reached["version"] == 1
    assert [row["opens"] for row in reached["profiles"]] == [["dev", "stg"], ["dev", "stg"]]
    assert reached["profiles"][0]["token_key"] == {
        "form": "legacy",
        "value": "https://hoge.awsapps.com/start",
    }
    assert [finding["rule"] for finding in reached["findings"]] == ["SK101"]


def test_reach_of_one_profile_shows_only_that(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    reached = json.loads(sekisho("reach", "--profile", "stg", "--format", "json").out)

    assert [row["profile"] for row in reached["profiles"]] == ["stg"]


def test_reach_says_why_a_profile_has_no_login(sekisho: CommandLine) -> None:
    sekisho.write_config(CONFIG.replace("sso_session =", "sso_sssion ="))

    run, reached = sekisho("reach"), json.loads(sekisho("reach", "--json").out)

    assert "no SSO" in run.out
    assert 'unknown key "sso_sssion"; did you mean "sso_session"?' in run.err
    assert [finding["rule"] for finding in reached["findings"]] == ["SK201"]


def test_reach_of_no_profiles_draws_no_table(sekisho: CommandLine) -> None:
    sekisho.config.unlink()

    run = sekisho("reach")

    assert (run.status, run.out) == (0, "")
    assert run.err == f"There is no profile in {sekisho.config}.\n"


def test_lint_exits_1_for_findings_and_0_without(sekisho: CommandLine) -> None:
    assert sekisho("lint").status == 0

    sekisho.write_config(SHARED)
    run = sekisho("lint", "--json")

    assert run.status == 1
    report = json.loads(run.out)
    assert report["version"] == 1
    assert set(report["findings"][0]) == {
        "rule", "name", "severity", "file", "line", "column", "profile", "message", "do", "fixable",
    }  # fmt: skip


def test_lint_reports_a_config_that_botocore_refuses(sekisho: CommandLine) -> None:
    sekisho.write_config("[profile dev]\nnonsense\n")

    run = sekisho("lint")

    assert run.status == 1
    assert "SK200" in run.out


def test_lint_takes_files_by_name(sekisho: CommandLine) -> None:
    other = sekisho.home / "other"
    other.write_text(SHARED)

    assert f"{other}:3:1" in sekisho("lint", str(other)).out
    assert sekisho("lint", str(sekisho.home / "none")).status == 2


def test_isolate_with_dry_run_shows_the_diff_and_changes_nothing(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    run = sekisho("isolate", "--dry-run")

    assert run.status == 0
    assert "+sso_session = hoge-dev" in run.out
    assert sekisho.config.read_text() == SHARED


def test_isolate_keeps_a_backup_and_every_byte_it_does_not_own(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    run = sekisho("isolate", "--yes")

    assert run.status == 0, run.err
    after = sekisho.config.read_text()
    assert after.startswith("# how we sign in\n[profile dev]\nsso_session = hoge-dev\n")
    backups = list((sekisho.home / "state/sekisho/backups").glob("*.bak"))
    assert [backup.read_text() for backup in backups] == [SHARED]


def test_isolate_says_what_it_does_not_protect_from(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    assert "A token belongs to the person" in sekisho("isolate", "--yes").err


def test_isolate_asks_before_it_writes(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    run = sekisho("isolate", "--no-input")

    assert run.status == 2
    assert "--yes" in run.err
    assert sekisho.config.read_text() == SHARED


def test_isolate_a_second_time_has_nothing_to_do(sekisho: CommandLine) -> None:
    run = sekisho("isolate", "--no-input")

    assert run.status == 0
    assert sekisho.config.read_text() == CONFIG


def test_login_if_needed_does_nothing_while_the_token_is_good(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.sign_in("hoge-dev", service.url)

    run = sekisho("login", "--profile", "dev", "--if-needed")

    assert run.status == 0
    assert service.asked == []


def test_logout_removes_one_sign_in_and_leaves_the_others(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.sign_in("other", service.url)
    service.status = 200

    run = sekisho("logout", "--profile", "dev")

    assert run.status == 0
    assert service.asked == ["POST /logout"]
    assert sekisho.store.token(TokenKey(Form.SSO_SESSION, "hoge-dev")) is None
    assert sekisho.store.token(TokenKey(Form.SSO_SESSION, "other")) is not None


def test_logout_removes_the_files_even_when_the_service_is_down(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.sign_in("hoge-dev", service.url)

    run = sekisho("logout", "--profile", "dev")

    assert run.status == 0
    assert "may live on" in run.err
    assert sekisho.store.token(TokenKey(Form.SSO_SESSION, "hoge-dev")) is None


@pytest.mark.parametrize("command", [("logout", "--all"), ("sso", "logout")])
def test_logout_of_everything_needs_no_config(
    sekisho: CommandLine, service: Service, command: tuple[str, ...]
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.sign_in("other", service.url)
    sekisho.write_config("nonsense")
    service.status = 200

    run = sekisho(*command)

    assert run.status == 0, run.err
    assert service.asked == ["POST /logout", "POST /logout"]
    assert list((sekisho.home / ".aws/sso/cache").iterdir()) == []
    assert list((sekisho.home / "state/sekisho/records").iterdir()) == []


def test_logout_local_calls_nobody(sekisho: CommandLine, service: Service) -> None:
    sekisho.sign_in("hoge-dev", service.url)

    run = sekisho("logout", "--profile", "dev", "--local")

    assert run.status == 0
    assert service.asked == []


def test_a_token_of_another_tool_is_not_sent_to_an_endpoint_that_is_not_awss(
    sekisho: CommandLine, service: Service
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    for record in (sekisho.home / "state/sekisho/records").iterdir():
        record.unlink()

    run = sekisho("logout", "--all")

    assert run.status == 0
    assert service.asked == []
    assert list((sekisho.home / ".aws/sso/cache").iterdir()) == []


def test_center_env_prints_the_variables_for_a_shell(sekisho: CommandLine) -> None:
    run = sekisho("center", "env", "--port", "9999")

    assert run.status == 0
    assert "export AWS_ENDPOINT_URL_SSO_OIDC=http://127.0.0.1:9999\n" in run.out


def test_color_is_never_in_what_a_program_reads(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    plain, painted = sekisho("lint"), sekisho("lint", "--color", "always")

    assert "\x1b[" not in plain.out
    assert "\x1b[" in painted.out


def test_static_keys_in_the_environment_do_not_stand_in_for_a_profile(
    sekisho: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAFAKEFAKEFAKEFAKE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake-secret")
    sekisho.sign_in("hoge-dev", service.url)

    run = sekisho("whoami", "--profile", "dev")

    assert "AWS_ACCESS_KEY_ID is set" in run.err
    assert "GET /federation/credentials" in service.asked
    assert "fake-secret" not in run.err


@pytest.mark.parametrize("command", [("logout", "--profile", "dev"), ("logout", "--all")])
def test_logout_leaves_a_torn_file_alone_and_names_it(
    sekisho: CommandLine, service: Service, command: tuple[str, ...]
) -> None:
    sekisho.sign_in("hoge-dev", service.url)
    torn = next((sekisho.home / ".aws/sso/cache").iterdir())
    torn.write_text('{"startUrl": "https://hoge.aws')

    run = sekisho(*command)

    assert run.status == 0
    assert str(torn) in run.err
    assert torn.read_text() == '{"startUrl": "https://hoge.aws'
