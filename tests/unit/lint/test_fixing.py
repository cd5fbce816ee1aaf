"""`lint --fix`: what is mended, what is left alone, and what can never be called safe."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from sekisho.awsconfig.edit import SetValue
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint.catalogue import RULES
from sekisho.lint.fixing import Fixed, fix
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject

FILES = ConfigFiles(Path("config"), Path("credentials"))
FIXED = [
    pytest.param(rule, case, id=f"{rule.id}: {case.title}")
    for rule in RULES
    for case in rule.bad
    if case.fixed is not None
]


def fixed(config: bytes, *, unsafe: bool = False, rules: Iterable[Rule] = RULES) -> Fixed:
    return fix(FILES, config=config, credentials=None, unsafe=unsafe, rules=tuple(rules))


@pytest.mark.parametrize("rule, case", FIXED)
def test_a_rule_mends_its_case_as_it_promises(rule: Rule, case: Case) -> None:
    made = fix(
        FILES,
        config=case.config.encode(),
        credentials=case.credentials.encode(),
        unsafe=True,
        rules=[rule],
    )

    assert (made.config or b"").decode() == case.fixed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_is_mended_is_not_found_again(rule: Rule) -> None:
    for case in rule.bad:
        once = fixed(case.config.encode(), unsafe=True, rules=[rule])
        twice = fixed(once.config or b"", unsafe=True, rules=[rule])

        assert twice.config == once.config
        assert not twice.mended


def test_nothing_unsafe_is_done_unasked() -> None:
    config = b"[profile dev]\nouput = json\n"

    assert fixed(config).config == config
    assert fixed(config, unsafe=True).config == b"[profile dev]\noutput = json\n"


def test_comments_order_and_line_endings_stay() -> None:
    config = b"# mine\r\n[profile dev]\r\n  ; why\r\n  ouput: json   \r\n\r\n[x]\r\n"

    made = fixed(config, unsafe=True)

    assert made.config == config.replace(b"ouput", b"output")


def test_a_file_that_botocore_refuses_is_repaired_first_and_mended_then() -> None:
    config = b"\xef\xbb\xbf[profile dev]\nnonsense\nouput = json\n"

    made = fixed(config, unsafe=True)

    assert made.config == b"[profile dev]\n# nonsense\noutput = json\n"
    assert [finding.rule for finding in made.mended] == ["SK200", "SK200", "SK201"]


def test_a_fix_that_is_refused_does_not_stop_the_others() -> None:
    # RenameKey of the first would make a key stand there twice
    config = b"[profile dev]\nouput = json\noutpu = text\n\n[profile stg]\nouput = json\n"

    made = fixed(config, unsafe=True)

    assert b"[profile stg]\noutput = json\n" in (made.config or b"")


def _calls_itself_safe(subject: Subject) -> Iterable[Found]:
    for section in subject.config.document.sections:
        yield Found(
            place=subject.config.point(section.line),
            message="the Region is not mine",
            effect="It is another one.",
            do="change it",
            fix=Fix((SetValue(section, "region", "us-west-2"),), Fixable.SAFE),
        )


def test_a_fix_that_changes_what_a_profile_resolves_to_is_not_made_whatever_it_calls_itself() -> (
    None
):
    rule = Rule("SK999", "liar", Severity.ERROR, "", _calls_itself_safe, (), ())
    config = b"[profile dev]\nregion = us-east-1\n"

    assert fixed(config, rules=[rule]) == Fixed(config, None, ())


def test_the_credentials_file_is_mended_as_well() -> None:
    made = fix(FILES, config=None, credentials=b"[dev]\nouput = json\n", unsafe=True, rules=RULES)

    assert made.config is None
    assert made.credentials == b"[dev]\noutput = json\n"


def test_the_keys_of_all_sections_are_nobodys_to_mend() -> None:
    config = b"[DEFAULT]\nouput = json\n[profile dev]\n"

    assert fixed(config, unsafe=True).config == config


def test_many_findings_are_mended_in_one_go() -> None:
    config = b"".join(b"[profile p%d]\nouput = json\n" % number for number in range(500))

    made = fixed(config, unsafe=True)

    assert len(made.mended) == 500
    assert b"ouput" not in (made.config or b"")
