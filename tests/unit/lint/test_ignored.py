"""A remark in the file silences a rule where it stands."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint
from sekisho.lint.fixing import fix
from sekisho.lint.selection import Selection

ABOUT_REMARKS = ("SK218", "SK219")
FILES = ConfigFiles(Path("config"), Path("credentials"))


def judged(config: str, *, rules: tuple[str, ...] = ()) -> list[str]:
    chosen = Selection(select=rules).of(RULES)
    found = lint(FILES, config=config.encode(), rules=chosen)
    return [f.message for f in found if f.rule in ABOUT_REMARKS]


def rules_of(config: str, credentials: str = "") -> list[str]:
    found = lint(FILES, config=config.encode(), credentials=credentials.encode())
    return [finding.rule for finding in found if finding.rule not in ABOUT_REMARKS]


@pytest.mark.parametrize(
    "remark",
    [
        "# sekisho: ignore SK201",
        "; sekisho:ignore sk201",
        "  #sekisho: ignore SK301, SK201",
        "# sekisho: ignore misspelt-key",
        "# sekisho: ignore SK2",
        "# sekisho: ignore SK201\n# because my other tool wants it so",
        "# sekisho: ignore SK201 -- my other tool wants it so",
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


USED = "[profile dev]\n# sekisho: ignore SK201\nouput = json\n"
UNUSED = "[profile dev]\n# sekisho: ignore SK201\noutput = json\n"


def test_a_remark_is_used_when_its_rule_was_not_asked_for() -> None:
    assert judged(USED, rules=("SK218",)) == []
    assert judged(UNUSED, rules=("SK218",)) == ["nothing to ignore here: SK201"]


def test_a_start_of_ids_is_used_when_one_of_them_is() -> None:
    assert judged(USED.replace("SK201", "SK20")) == []
    assert judged(UNUSED.replace("SK201", "SK20")) == ["nothing to ignore here: SK20"]


@pytest.mark.parametrize("name", ["SK102", "SK105", "SK216", "SK309", "SK401", "SK402", "SK403"])
def test_what_differs_from_machine_to_machine_is_never_unused(name: str) -> None:
    assert judged(UNUSED.replace("SK201", name)) == []


def test_a_remark_that_is_to_stay_says_so() -> None:
    assert judged(UNUSED.replace("SK201", "SK201, remark-unused")) == []


def test_an_id_is_not_taken_for_another_one() -> None:
    config = UNUSED.replace("SK201", "SK299")

    made = fix(FILES, config=config.encode(), credentials=None, unsafe=True)

    assert judged(config) == ["no rule answers to SK299"]
    assert made.config == config.encode()


def test_a_remark_that_is_no_text_is_none() -> None:
    config = b"[profile dev]\n# sekisho: ignore SK201 \xff\nouput = json\n"

    found = lint(FILES, config=config)

    assert [finding.rule for finding in found] == ["SK219", "SK200", "SK201"]


def test_removing_unused_remarks_is_safe_and_leaves_every_other_byte() -> None:
    config = "# top\r\n[profile dev]\r\n; sekisho: ignore SK301,SK201 --why\r\nouput = x\r\n"
    twice = f"{config}# sekisho: ignore SK305\r\nregion = us-east-1\r\n# end"

    made = fix(FILES, config=twice.encode(), credentials=None, unsafe=False)

    assert made.config == (
        b"# top\r\n[profile dev]\r\n; sekisho: ignore SK201 --why\r\nouput = x\r\n"
        b"region = us-east-1\r\n# end"
    )
