"""What findings tell people to do."""

from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint.engine import lint
from sekisho.lint.rule import Finding
from sekisho.lint.rules import session_undefined
from sekisho.lint.wording import listed

FILES = ConfigFiles(Path("config"), Path("credentials"))


def only(config: str, rule: str) -> Finding:
    (finding,) = (f for f in lint(FILES, config=config.encode()) if f.rule == rule)
    return finding


def test_a_misspelt_key_is_to_be_replaced() -> None:
    finding = only("[profile dev]\nsso_sssion = hoge\n", "SK201")

    assert finding.do == "write sso_session instead of sso_sssion in line 2 of config"


def test_a_misspelt_key_beside_the_right_one_is_to_be_removed() -> None:
    finding = only("[profile dev]\nsso_session = a\nsso_sssion = hoge\n", "SK201")

    assert finding.do == (
        "remove sso_sssion in line 3 of config: sso_session is there already, in line 2"
    )


@pytest.mark.parametrize(
    "value", ["1234 5678 9012", "1234-5678-9012", '"123456789012"', "123456789012 # dev 2"]
)
def test_an_account_id_that_has_its_12_digits_is_spelt_out(value: str) -> None:
    finding = only(f"[profile dev]\nsso_account_id = {value}\n", "SK301")

    assert finding.do == "write `sso_account_id = 123456789012` in line 2 of config"


def test_an_undefined_session_with_no_name_like_it_is_to_be_defined() -> None:
    finding = only("[profile dev]\nsso_session = nope\n", "SK202")

    assert finding.do.endswith(
        "add a section [sso-session nope] with sso_start_url, sso_region and "
        "sso_registration_scopes"
    )


def test_only_the_first_undefined_names_are_compared_with_every_session() -> None:
    profiles = (f"[profile p{number}]\nsso_session = session{number}x\n" for number in range(30))

    config = "".join([*profiles, "[sso-session session]\n"])

    findings = lint(FILES, config=config.encode(), rules=[session_undefined.RULE])

    assert [f.message.endswith('did you mean "session"?') for f in findings] == (
        [True] * 20 + [False] * 10
    )


def test_names_are_listed_up_to_a_dozen_and_counted_from_there() -> None:
    names = [f"p{number}" for number in range(1_013)]

    assert listed(names[:2]) == "p0, p1"
    assert listed(names[:12]).endswith(", p11")
    assert listed(names[:13]).endswith(", p11 and 1 more")
    assert listed(names).endswith(", p11 and 1,001 more")
