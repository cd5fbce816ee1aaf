"""A remark in the file silences a rule where it stands."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint.engine import lint

FILES = ConfigFiles(Path("config"), Path("credentials"))


def rules_of(config: str, credentials: str = "") -> list[str]:
    found = lint(FILES, config=config.encode(), credentials=credentials.encode())
    return [finding.rule for finding in found]


@pytest.mark.parametrize(
    "remark",
    [
        "# sekisho: ignore SK201",
        "; sekisho:ignore sk201",
        "  #sekisho: ignore SK301, SK201",
        "# sekisho: ignore misspelt-key",
        "# sekisho: ignore SK2",
        "# sekisho: ignore SK201\n# because my other tool wants it so",
    ],
)
def test_a_remark_speaks_of_the_next_line(remark: str) -> None:
    config = "[profile dev]\n{}ouput = json\nregoin = us-east-1\n"

    assert rules_of(config.format("")) == ["SK201", "SK201"]
    assert rules_of(config.format(f"{remark}\n")) == ["SK201"]


def test_above_a_header_it_speaks_of_the_whole_section() -> None:
    config = "# sekisho: ignore SK201\n[profile dev]\nouput = json\n[profile stg]\nouput = json\n"

    found = lint(FILES, config=config.encode())

    assert [finding.line for finding in found] == [5]


def test_the_credentials_file_has_remarks_of_its_own() -> None:
    silent = "# sekisho: ignore SK201\n[dev]\nouput = json\n"

    assert rules_of("", silent) == []
    assert rules_of("[profile dev]\nregoin = us-east-1\n", silent) == ["SK201"]


@pytest.mark.parametrize(
    "remark",
    [
        "# sekisho: ignore",
        "# sekisho: ignore SK999",
        "# sekisho ignores SK201",
        "# sekisho: ignore SK201\n",
        "# sekisho: ignore SK301",
    ],
    ids=["no rule", "no such rule", "no remark", "a blank line between", "another rule"],
)
def test_what_names_no_rule_or_no_line_silences_nothing(remark: str) -> None:
    assert "SK201" in rules_of(f"[profile dev]\n{remark}\nouput = json\n")


def test_a_remark_silences_a_fault_that_botocore_would_stop_at_only_by_its_own_name() -> None:
    assert rules_of("[profile dev]\n# sekisho: ignore SK201\nnonsense\n") == ["SK200"]
    assert rules_of("[profile dev]\n# sekisho: ignore SK200\nnonsense\n") == []
