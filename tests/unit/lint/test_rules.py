"""Every rule does what its page says: the cases in its file are the spec."""

import re
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint import rules
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint
from sekisho.lint.rule import SECTIONS, Case, Finding, Rule
from sekisho.lint.subject import Surroundings

FILES = ConfigFiles(Path("config"), Path("credentials"))
BAD = [
    pytest.param(rule, case, id=f"{rule.id}: {case.title}") for rule in RULES for case in rule.bad
]
GOOD = [
    pytest.param(rule, case, id=f"{rule.id}: {case.title}") for rule in RULES for case in rule.good
]


def found(rule: Rule, case: Case) -> tuple[Finding, ...]:
    return lint(
        FILES,
        config=case.config.encode(),
        credentials=case.credentials.encode(),
        rules=[rule],
        around=Surroundings(case.mode, case.mode),
    )


@pytest.mark.parametrize("rule, case", BAD)
def test_a_rule_speaks_up_at_the_lines_that_its_bad_cases_name(rule: Rule, case: Case) -> None:
    findings = found(rule, case)

    assert case.lines or case.credentials_lines
    assert tuple(f.line for f in findings if f.file == FILES.config) == case.lines
    assert tuple(f.line for f in findings if f.file == FILES.credentials) == case.credentials_lines


@pytest.mark.parametrize("rule, case", BAD)
def test_a_rule_says_what_its_bad_cases_promise(rule: Rule, case: Case) -> None:
    first = found(rule, case)[0]

    assert not [words for words in case.says if words not in f"{first.message}\n{first.effect}"]


@pytest.mark.parametrize("rule, case", BAD)
def test_a_finding_carries_its_rule_and_says_what_to_do(rule: Rule, case: Case) -> None:
    for finding in found(rule, case):
        assert (finding.rule, finding.name) == (rule.id, rule.name)
        assert finding.severity is rule.severity
        assert finding.message
        assert finding.effect
        assert finding.do


@pytest.mark.parametrize("rule, case", GOOD)
def test_a_rule_has_nothing_to_say_about_its_good_cases(rule: Rule, case: Case) -> None:
    assert found(rule, case) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_shows_both_a_bad_and_a_good_case(rule: Rule) -> None:
    assert rule.bad
    assert rule.good


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_page_sums_the_rule_up_in_one_line_and_has_all_its_sections(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert list(rule.sections) == list(SECTIONS)
    assert all(rule.sections.values())
    assert not any("---" in text for text in rule.sections.values())


def test_the_catalogue_lists_every_rule_file_under_its_own_name() -> None:
    stems = {path.stem for folder in rules.__path__ for path in Path(folder).glob("*.py")}

    assert {rule.name.replace("-", "_") for rule in RULES} == stems - {"__init__"}
    assert len(RULES) == len(stems - {"__init__"})


def test_ids_are_unique_well_formed_and_in_order() -> None:
    ids = [rule.id for rule in RULES]

    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"SK[1-4]\d\d", name) for name in ids)
