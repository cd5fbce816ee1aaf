"""`sekisho lint` at the command line: what is looked at, how it is told, and what `--fix` does."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import CommandLine

MISSPELT = "[profile dev]\n# mine\nouput = json\n"


def settings(sekisho: CommandLine, text: str) -> Path:
    path = sekisho.home / ".config/sekisho/lint.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def rules_of(sekisho: CommandLine, *arguments: str) -> list[str]:
    run = sekisho("lint", "--json", *arguments)
    return [finding["rule"] for finding in json.loads(run.out)["findings"]]


def test_rules_are_chosen_and_left_out(sekisho: CommandLine) -> None:
    sekisho.write_config(MISSPELT + "sso_session = nope\n")

    assert rules_of(sekisho) == ["SK201", "SK202"]
    assert rules_of(sekisho, "--select", "misspelt-key") == ["SK201"]
    assert rules_of(sekisho, "--ignore", "SK201,SK3") == ["SK202"]


@pytest.mark.parametrize("command", ["lint", "reach"])
def test_a_variable_that_is_set_to_nothing_names_no_file(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    sekisho.write_config("[profile dev]\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "")

    assert sekisho(command).status == 0


def test_a_rule_that_is_not_there_is_named(sekisho: CommandLine) -> None:
    run = sekisho("lint", "--select", "SK201,SK999")

    assert run.status == 2
    assert '"SK999" is no rule' in run.err
    assert "do:  sekisho lint --rules" in run.err


def test_settings_are_read_and_the_command_line_goes_before_them(sekisho: CommandLine) -> None:
    sekisho.write_config(MISSPELT)
    settings(sekisho, 'ignore = ["SK201"]\n')

    assert rules_of(sekisho) == []
    assert rules_of(sekisho, "--ignore", "SK1") == ["SK201"]


def test_settings_may_say_how_much_a_rule_matters(sekisho: CommandLine) -> None:
    sekisho.write_config(MISSPELT)
    path = settings(sekisho, '[severity]\nSK201 = "info"\n')

    assert sekisho("lint").status == 0
    assert sekisho("lint", "--strict").status == 1
    path.write_text('strict = true\n[severity]\nSK201 = "info"\n', encoding="utf-8")
    assert sekisho("lint").status == 1


def test_a_repository_brings_settings_of_its_own(sekisho: CommandLine, tmp_path: Path) -> None:
    sekisho.write_config(MISSPELT)
    settings(sekisho, 'ignore = ["SK201"]\n')
    other = tmp_path / "team.toml"
    other.write_text("", encoding="utf-8")

    assert rules_of(sekisho, "--settings", str(other)) == ["SK201"]
    assert sekisho("lint", "--settings", str(tmp_path / "none")).status == 2


def test_settings_that_cannot_be_followed_stop_it(sekisho: CommandLine) -> None:
    path = settings(sekisho, "strict = 1\n")

    run = sekisho("lint")

    assert run.status == 2
    assert f"{path}: strict is true or false" in run.err


def test_a_page_and_the_list_of_rules_are_printed(sekisho: CommandLine) -> None:
    page, listed = sekisho("lint", "--explain", "SK201"), sekisho("lint", "--rules")

    assert page.status == listed.status == 0
    assert page.out.startswith("SK201 misspelt-key (error)\n")
    assert "Why it matters" in page.out
    assert "  > sso_sssion = hoge-dev\n" in page.out
    assert "SK201  misspelt-key " in listed.out
    assert sekisho("lint", "--explain", "SK999").status == 2


def test_fix_mends_what_changes_nothing_and_leaves_the_rest(sekisho: CommandLine) -> None:
    sekisho.write_config(MISSPELT)

    run = sekisho("lint", "--fix")

    assert run.status == 1
    assert sekisho.config.read_text(encoding="utf-8") == MISSPELT


def test_unsafe_fixes_show_the_diff_and_ask(sekisho: CommandLine) -> None:
    sekisho.write_config(MISSPELT)

    unasked = sekisho("lint", "--fix", "--unsafe", "--no-input")
    agreed = sekisho("lint", "--fix", "--unsafe", "--yes")

    assert unasked.status == 2
    assert "+output = json" in unasked.err
    assert "--yes" in unasked.err
    assert agreed.status == 0
    assert "Mended 1 finding" in agreed.err
    assert sekisho.config.read_text(encoding="utf-8") == "[profile dev]\n# mine\noutput = json\n"


def test_what_was_there_before_a_fix_is_kept(sekisho: CommandLine) -> None:
    sekisho.write_config(MISSPELT)

    run = sekisho("lint", "--fix", "--unsafe", "--yes")

    kept = Path(run.err.partition("As it was: ")[2].splitlines()[0])
    assert kept.read_text(encoding="utf-8") == MISSPELT


def test_the_diff_shows_no_secret(sekisho: CommandLine) -> None:
    sekisho.write_config("[profile dev]\naws_secret_access_key = FAKESECRET\nouput = json\n")

    run = sekisho("lint", "--fix", "--unsafe", "--yes")

    assert "FAKESECRET" not in run.err + run.out
    assert "FAKESECRET" in sekisho.config.read_text(encoding="utf-8")


def test_unsafe_alone_is_no_wish(sekisho: CommandLine) -> None:
    run = sekisho("lint", "--unsafe")

    assert run.status == 2
    assert "do:  sekisho lint --fix --unsafe" in run.err


def test_files_by_name_are_mended_each(sekisho: CommandLine, tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        file.write_text(MISSPELT, encoding="utf-8")

    sekisho("lint", "--fix", "--unsafe", "--yes", *map(str, files))

    assert {file.read_text(encoding="utf-8") for file in files} == {
        "[profile dev]\n# mine\noutput = json\n"
    }


def test_github_gets_a_command_for_each_finding(sekisho: CommandLine) -> None:
    sekisho.write_config(MISSPELT)

    run = sekisho("lint", "--format", "github")

    command, count = run.out.splitlines()
    assert command.startswith(
        f"::error file={sekisho.config},line=3,col=1,endColumn=6,title=SK201 misspelt-key::"
        'unknown key "ouput"; did you mean "output"?%0A'
    )
    assert count == "1 finding: 1 error"


@pytest.mark.parametrize("name", ["a%0Ab", "a:b", "a,b"])
def test_a_name_cannot_end_a_github_command(sekisho: CommandLine, name: str) -> None:
    file = sekisho.home / name
    file.write_text("[profile dev]\nsso_session = %0A::error::gotcha\n", encoding="utf-8")

    lines = sekisho("lint", "--format", "github", str(file)).out.splitlines()

    assert len(lines) == 2
    properties = lines[0].removeprefix("::error ").partition("::")[0]
    assert "%250A::error" not in properties
    assert "%250A" in lines[0].partition("::")[2]


def test_environments_that_the_policy_declares_are_not_guessed(sekisho: CommandLine) -> None:
    role = "sso_session = hoge\nsso_role_name = R\nsso_account_id ="
    sekisho.write_config(
        "[sso-session hoge]\nsso_start_url = https://hoge.awsapps.com/start\n"
        "sso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"
        f"[profile a]\n{role} 123456789012\n[profile b]\n{role} 210987654321\n"
    )
    assert rules_of(sekisho, "--select", "SK102") == ["SK102"]

    settings(sekisho, "").with_name("policy.toml").write_text(
        '[environment.one]\nprofiles = ["?"]\n', encoding="utf-8"
    )

    assert rules_of(sekisho, "--select", "SK102") == []
    assert rules_of(sekisho, "--select", "SK102", str(sekisho.config)) == []


def test_a_policy_that_says_nothing_it_could_follow_is_refused(sekisho: CommandLine) -> None:
    settings(sekisho, "").with_name("policy.toml").write_text("[environment.one]\n", "utf-8")

    run = sekisho("lint")

    assert run.status == 2
    assert "[environment.one] names no profiles" in run.err


@pytest.mark.parametrize("option", ["--explain", "--select", "--ignore"])
def test_a_name_that_is_nearly_a_rules_is_told_which(sekisho: CommandLine, option: str) -> None:
    run = sekisho("lint", option, "remark-unusd")

    assert run.status == 2
    assert '"remark-unusd" is no rule; did you mean remark-unused?' in run.err
