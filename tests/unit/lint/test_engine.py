"""What holds for all rules together: order, places, files that botocore refuses, secrets."""

from functools import partial
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.errors import FileUnreadable
from sekisho.lint import engine
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint_files
from sekisho.lint.report import to_text
from sekisho.lint.rule import Finding
from sekisho.lint.selection import Selection

FILES = ConfigFiles(Path("config"), Path("credentials"))
SOME = Selection(select=("SK101", "SK102", "SK200", "SK201", "SK202", "SK301")).of(RULES)
"""Enough for what holds for all of them."""
lint = partial(engine.lint, rules=SOME)
SHARING = """\
[profile {}]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = {:012}
sso_role_name = AdministratorAccess
"""


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int, int]]:
    return [(finding.rule, finding.line, finding.column) for finding in findings]


def test_the_story_gets_one_finding_for_the_shared_token_and_one_for_each_account_id() -> None:
    config = SHARING.format("dev", 1234567891011) + SHARING.format("stg", 1234567891012)

    findings = lint(FILES, config=config.encode())

    assert places(findings) == [("SK101", 2, 1), ("SK301", 4, 18), ("SK301", 9, 18)]
    assert findings[0].profile == "dev"
    assert findings[0].others == ("stg",)


def test_a_finding_about_several_profiles_concerns_each_of_them() -> None:
    config = SHARING.format("dev", 1) + SHARING.format("stg", 2)

    (finding,) = lint(FILES, config=config.encode())

    assert finding.concerns("dev")
    assert finding.concerns("stg")
    assert not finding.concerns("prod")


@pytest.mark.parametrize(
    "fault",
    [
        "what is this\n",
        "\ufeff",
        "before = any header\n",
        "[profile x]\n[profile x]\nregion = us-east-1\n",
        "[profile x]\nregion = us-east-1\nREGION = us-east-1\n",
        "[profile x]\ns3 =\n  nonsense\n",
    ],
)
def test_the_other_rules_go_on_where_botocore_refuses_the_file(fault: str) -> None:
    config = fault + SHARING.format("dev", 1) + SHARING.format("stg", 2)

    findings = lint(FILES, config=config.encode())

    assert {finding.rule for finding in findings} == {"SK200", "SK101"}


def test_every_fault_of_both_files_is_reported() -> None:
    findings = lint(FILES, config=b"nonsense\n[a]\n[a]\n", credentials=b"[b]\nkey\n")

    assert [(f.file.name, f.line) for f in findings if f.rule == "SK200"] == [
        ("config", 1),
        ("config", 3),
        ("credentials", 2),
    ]


def test_bytes_that_are_no_text_are_a_finding_and_shown_as_such() -> None:
    findings = lint(FILES, config=b"[profile d\xffv]\nregion = us-east-1\n")

    assert places(findings) == [("SK200", 1, 11)]
    assert findings[0].source == "[profile d\ufffdv]"


def test_a_setting_that_every_profile_inherits_is_found_once() -> None:
    config = "[DEFAULT]\nsso_acount_id = 1\n[profile a]\n[profile b]\n"

    findings = lint(FILES, config=config.encode())

    assert places(findings) == [("SK201", 2, 1)]
    assert findings[0].profile == "a"


def test_findings_come_in_the_order_of_files_and_lines_whichever_rule_found_them() -> None:
    config = "[profile dev]\nsso_account_id = 1\nouput = json\nsso_session = nope\n"

    findings = lint(FILES, config=config.encode(), credentials=b"[dev\n")

    assert [(f.file.name, f.line, f.rule) for f in findings] == [
        ("config", 2, "SK301"),
        ("config", 3, "SK201"),
        ("config", 4, "SK202"),
        ("credentials", 1, "SK200"),
    ]


def test_the_settings_of_a_section_that_is_there_twice_are_not_the_first_ones() -> None:
    config = "[profile dev]\nregion = us-east-1\n[profile dev]\nsso_session = nope\n"

    assert places(lint(FILES, config=config.encode())) == [("SK200", 3, 1)]


def test_the_rest_of_a_value_that_is_there_twice_does_not_go_on_the_first_one() -> None:
    config = "[profile dev]\nsso_account_id = 123456789012\nsso_account_id = 1\n  2\n"

    assert places(lint(FILES, config=config.encode())) == [("SK200", 3, 1)]


def test_absent_and_empty_files_have_no_findings() -> None:
    assert lint(FILES, config=None) == ()
    assert lint(FILES, config=b"", credentials=b"") == ()


def test_files_are_read_from_the_disk_and_an_absent_one_is_empty(tmp_path: Path) -> None:
    files = ConfigFiles(tmp_path / "config", tmp_path / "none")
    files.config.write_bytes(b"[profile dev]\nsso_session = nope\n")

    findings = lint_files(files)

    assert [(finding.rule, finding.file) for finding in findings] == [("SK202", files.config)]


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        lint_files(ConfigFiles(tmp_path, tmp_path / "none"))


@pytest.mark.parametrize(
    "line",
    [
        "aws_secret_acess_key = FAKEFAKEFAKEFAKEFAKE/NOT/A/SECRET",
        "AWS_SESSION_TOKENN: FAKEFAKEFAKEFAKEFAKE/NOT/A/SECRET",
        "FAKEFAKEFAKEFAKEFAKE/NOT/A/SECRET",
        "key FAKEFAKEFAKEFAKEFAKE/NOT/A/SECRET",
        "= FAKEFAKEFAKEFAKEFAKE/NOT/A/SECRET",
    ],
)
def test_no_report_shows_a_value_that_may_be_a_secret(line: str) -> None:
    text = to_text(lint(FILES, config=b"", credentials=f"[dev]\n{line}\n".encode()))

    assert "credentials:2:1" in text
    assert "FAKE" not in text


def test_a_key_that_is_there_twice_does_not_show_its_value() -> None:
    twice = b"[dev]\naws_secret_access_key = FAKE1\naws_secret_access_key = FAKE2\n"

    text = to_text(lint(FILES, config=b"", credentials=twice))

    assert "aws_secret_access_key = ****" in text
    assert "FAKE" not in text


def test_a_key_without_a_value_is_shown_as_it_stands() -> None:
    (finding,) = lint(FILES, config=b"[profile a]\nouput =\n")

    assert finding.source == "ouput ="


def test_sso_settings_are_shown_as_they_stand() -> None:
    (finding,) = lint(FILES, config=b"[profile a]\n  sso_account_id = 1234 # dev\n")

    assert finding.source == "  sso_account_id = 1234 # dev"
    assert finding.source[finding.column - 1 :][: finding.width] == "1234 # dev"
