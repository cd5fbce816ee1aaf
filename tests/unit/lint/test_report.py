"""Findings as people and programs read them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint.engine import lint
from sekisho.lint.report import PartKind, parts, summary, to_json, to_text
from sekisho.lint.rule import Finding, Severity

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
