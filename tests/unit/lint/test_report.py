"""Findings as people and programs read them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.cli.show.prose import columns
from sekisho.lint.engine import lint
from sekisho.lint.report import PartKind, parts, summary, to_json, to_text
from sekisho.lint.rule import Finding, Fixable, Severity

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
UNDEFINED = b"""\
[profile dev]
sso_session = hoge-dve

[sso-session hoge-dev]
"""
TEXT = """\
/home/you/.aws/config:2:15: error SK202 session-undefined
  profile dev names the sso-session "hoge-dve", which is not defined; did you mean "hoge-dev"?
    2 | sso_session = hoge-dve
      |               ^^^^^^^^
  The specified sso-session does not exist: "hoge-dve"
  Neither a login nor any command works with this profile.
  do: write `sso_session = hoge-dev` in line 2 of /home/you/.aws/config
  see: docs/rules/session-undefined.md

1 finding: 1 error
"""


@pytest.fixture
def finding() -> Finding:
    return lint(FILES, config=UNDEFINED)[0]


def test_the_text_shows_place_line_mark_effect_and_what_to_do(finding: Finding) -> None:
    assert to_text([finding]) == TEXT


def test_the_pieces_joined_are_the_text_and_say_what_they_are(finding: Finding) -> None:
    pieces = list(parts([finding]))

    assert "".join(piece.text for piece in pieces) == TEXT
    assert [piece.text for piece in pieces if piece.kind is PartKind.ERROR] == ["error"]
    assert [piece.text for piece in pieces if piece.kind is PartKind.MARK] == [
        "      |               ^^^^^^^^\n"
    ]


def test_the_json_has_the_keys_of_version_1_and_no_others(finding: Finding) -> None:
    assert json.loads(json.dumps(to_json([finding]))) == {
        "version": 1,
        "findings": [
            {
                "rule": "SK202",
                "name": "session-undefined",
                "severity": "error",
                "file": "/home/you/.aws/config",
                "line": 2,
                "column": 15,
                "profile": "dev",
                "message": 'profile dev names the sso-session "hoge-dve", which is not defined; '
                'did you mean "hoge-dev"?\nThe specified sso-session does not exist: "hoge-dve"\n'
                "Neither a login nor any command works with this profile.",
                "do": "write `sso_session = hoge-dev` in line 2 of /home/you/.aws/config",
                "fixable": "unsafe",
            }
        ],
    }


def test_a_finding_about_no_profile_has_null_in_the_json() -> None:
    report = to_json(lint(FILES, config=b"[profile dev\nregion = us-east-1\n"))

    assert report["findings"][0]["profile"] is None


def test_the_mark_stands_under_wide_characters_and_tabs(finding: Finding) -> None:
    wide = replace(finding, source="\t\u672c\u756a = x", column=2, width=2)

    text = to_text([wide])

    assert "    2 |  \u672c\u756a = x\n      |  ^^^^\n" in text


def test_the_mark_stands_under_letters_that_are_written_over_others(finding: Finding) -> None:
    accented = replace(finding, source="e\u0301e\u0301 = x", column=1, width=4)

    assert "      | ^^\n" in to_text([accented])


def test_nothing_in_a_file_can_steer_the_terminal(finding: Finding) -> None:
    hostile = replace(finding, source="sso_session = \x1b[2J", message="\x1b]0;x\x07", column=1)

    text = to_text([hostile])

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "sso_session = \ufffd[2J" in text


def test_the_summary_counts_by_severity(finding: Finding) -> None:
    warning, info = (replace(finding, severity=s) for s in (Severity.WARNING, Severity.INFO))

    assert summary([]) == "no findings"
    assert summary([finding]) == "1 finding: 1 error"
    assert summary([finding, finding, warning, info, info]) == (
        "5 findings: 2 errors, 1 warning, 2 information"
    )


SAFE = "do: sekisho lint --fix\n  or: write `sso_session = hoge-dev` in line 2"
MEND = "sekisho lint --fix"


def made(finding: Finding, safety: Fixable) -> Finding:
    assert finding.fix
    return replace(finding, fix=replace(finding.fix, safety=safety))


def test_the_command_that_mends_comes_first_where_it_is_safe(finding: Finding) -> None:
    assert SAFE in to_text([made(finding, Fixable.SAFE)], mend=MEND)
    assert "or:" not in to_text([made(finding, Fixable.UNSAFE)], mend=MEND)
    assert MEND not in to_text([made(finding, Fixable.SAFE)])


@pytest.mark.parametrize(
    "safe, unsafe, said",
    [
        (1, 0, "sekisho lint --fix mends 1 of them."),
        (0, 2, "sekisho lint --fix --unsafe mends 2 of them, after a question."),
        (1, 2, "sekisho lint --fix mends 1 of them; with --unsafe, and a question, 2 more."),
    ],
)
def test_the_last_line_says_what_can_be_mended(
    finding: Finding, safe: int, unsafe: int, said: str
) -> None:
    findings = [made(finding, Fixable.SAFE)] * safe + [made(finding, Fixable.UNSAFE)] * unsafe

    assert to_text(findings, mend=MEND).splitlines()[-1] == said


def test_nothing_is_said_of_mending_where_nothing_can_be_mended(finding: Finding) -> None:
    assert MEND not in to_text([replace(finding, fix=None)], mend=MEND)


def excerpt(finding: Finding, width: int) -> list[str]:
    return [line for line in to_text([finding], width=width).splitlines() if " | " in line]


def test_a_line_longer_than_the_terminal_goes_on_unseen(finding: Finding) -> None:
    long = replace(finding, source=f"sso_session = {'x' * 100}", column=1, width=11)

    assert excerpt(long, 30) == [f"    2 | sso_session = {'x' * 7}…", f"      | {'^' * 11}"]


def test_what_is_marked_far_behind_is_seen_and_the_beginning_is_not(finding: Finding) -> None:
    far = replace(finding, source=f"{'本' * 50} = abcdef", column=54, width=3)

    shown, mark = excerpt(far, 30)

    assert shown == "    2 | …本本本本本本本 = abc…"
    assert mark == f"      | {' ' * 18}^^^"


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.integers(1, 60), st.integers(1, 60))
def test_an_excerpt_takes_no_more_columns_than_there_are(
    text: str, column: int, width: int
) -> None:
    finding = replace(
        lint(FILES, config=UNDEFINED)[0], source=f"x{text}", column=column, width=width
    )

    assert max(map(columns, excerpt(finding, 40))) <= 40
