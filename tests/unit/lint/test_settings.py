"""`lint.toml`."""

from pathlib import Path

import pytest

from sekisho.errors import FileUnreadable, LintSettingsInvalid
from sekisho.lint.catalogue import RULES
from sekisho.lint.rule import Severity
from sekisho.lint.selection import Selection
from sekisho.lint.settings import LintSettings, read_settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lint.toml"


def test_an_absent_file_is_the_defaults(path: Path) -> None:
    assert read_settings(path, RULES) == LintSettings()


def test_every_setting_is_read(path: Path) -> None:
    path.write_text(
        'select = ["SK1", "misspelt-key"]\nignore = ["SK102"]\nstrict = true\n'
        '[severity]\nSK101 = "info"\n',
        encoding="utf-8",
    )

    assert read_settings(path, RULES) == LintSettings(
        Selection(("SK1", "misspelt-key"), ("SK102",)),
        strict=True,
        severity={"SK101": Severity.INFO},
    )


def test_a_severity_may_be_that_of_a_whole_theme(path: Path) -> None:
    path.write_text('[severity]\nSK2 = "warning"\n', encoding="utf-8")

    severity = read_settings(path, RULES).severity

    assert set(severity.values()) == {Severity.WARNING}
    assert {"SK200", "SK201", "SK202"} <= severity.keys()


@pytest.mark.parametrize(
    "text, said",
    [
        (b"select = ", "it is not TOML"),
        (b"\xff", "it is not TOML"),
        (b"selct = []", "there is no setting selct"),
        (b'select = "SK101"', "select is a list of rules"),
        (b"ignore = [101]", "ignore is a list of rules"),
        (b'ignore = ["SK999"]', 'ignore names "SK999", which is no rule'),
        (b'strict = "yes"', "strict is true or false"),
        (b'severity = "error"', "severity is a table"),
        (b'[severity]\nSK999 = "info"', '[severity] names "SK999"'),
        (b'[severity]\nSK101 = "fatal"', "the severity of SK101 is one of error, warning, info"),
        (b"[severity]\nSK101 = 1", "the severity of SK101 is one of error, warning, info"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_name(path: Path, text: bytes, said: str) -> None:
    path.write_bytes(text)

    with pytest.raises(LintSettingsInvalid) as caught:
        read_settings(path, RULES)

    assert caught.value.what.startswith(f"{path}: ")
    assert said in caught.value.what


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_settings(tmp_path, RULES)
