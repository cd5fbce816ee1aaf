"""Lint of thousands of profiles: twice the profiles are twice the work, whatever is found."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint, subject_of
from sekisho.lint.report import to_text
from sekisho.lint.rule import Rule
from tests.work import growth

FILES = ConfigFiles(Path("config"), Path("credentials"))
SESSION = """\
[sso-session {0}]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = {1}
"""
PROFILE = """\
[profile p{0}]
sso_session = {1}
sso_account_id = {0:012}
sso_role_name = AdministratorAccess
region = ap-northeast-1
"""
LEGACY = """\
[profile p{0}]
sso_start_url = https://hoge.awsapps.com/start{1}
sso_region = us-east-1
sso_account_id = {0:012}
sso_role_name = AdministratorAccess
"""
GUARDED = """\
[profile g{0}]
credential_process = sekisho credential-process --profile g{0}
sekisho_sso_session = {1}
sekisho_account_id = {0:012}
sekisho_role_name = AdministratorAccess
"""
CHAIN = "[profile c{0:04}]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = {1}\n"
LINEAR = 2.5
"""As `growth` has it, with room for names that become longer."""
ONE = SESSION.format("hoge", "sso:account:access")
MANY: dict[str, Callable[[int], str]] = {
    "profiles of one session": lambda n: PROFILE.format(n, "hoge"),
    "sessions of one profile each": lambda n: (
        SESSION.format(f"s{n}", "sso:account:access") + PROFILE.format(n, f"s{n}")
    ),
    "sessions without access": lambda n: (
        SESSION.format(f"s{n}", "other:scope") + PROFILE.format(n, f"s{n}")
    ),
    "profiles of the legacy form": lambda n: LEGACY.format(n, "/" * (n % 2)),
    "start URLs": lambda n: LEGACY.format(n, n),
    "undefined sessions": lambda n: PROFILE.format(n, f"nobody{n}"),
    "guarded profiles of undefined sessions": lambda n: GUARDED.format(n, f"nobody{n}"),
    "guarded profiles with other keys": lambda n: GUARDED.format(n, "hoge") + "sso_region = x\n",
    "missing sources": lambda n: CHAIN.format(n, f"nobody{n:04}"),
    "a long role chain": lambda n: CHAIN.format(n, f"c{n + 1:04}"),
    "unknown regions": lambda n: PROFILE.format(n, "hoge").replace("ap-n", f"ap{n}-n"),
    "remarks": lambda n: f"# sekisho: ignore SK2\n{LEGACY.format(n, '')}",
    "sections that are there twice": lambda n: PROFILE.format(n // 2, "hoge"),
    "keys that are there twice": lambda n: PROFILE.format(n, "hoge") + "region = eu-west-1\n",
    "lines that are nothing": lambda n: PROFILE.format(n, "hoge") + "nonsense\n",
    "capitals": lambda n: PROFILE.format(n, "hoge").replace("region", "Region"),
}


IN_ALL_SHAPES = pytest.mark.parametrize("section", MANY.values(), ids=MANY)


def config(section: Callable[[int], str], size: int) -> bytes:
    return (ONE + "".join(map(section, range(size)))).encode()


@IN_ALL_SHAPES
def test_a_rule_looks_twice_as_long_at_twice_as_many(section: Callable[[int], str]) -> None:
    def looking(rule: Rule, size: int) -> Callable[[], object]:
        subject = subject_of(FILES, config(section, size), None)
        return lambda: list(rule.check(subject))

    grown = {rule.name: growth(partial(looking, rule), 30) for rule in RULES}

    assert {name: each for name, each in grown.items() if each > LINEAR} == {}


@IN_ALL_SHAPES
def test_twice_as_many_findings_take_twice_as_long_to_tell(section: Callable[[int], str]) -> None:
    def linting(size: int) -> Callable[[], object]:
        data = config(section, size)
        return lambda: to_text(lint(FILES, config=data))

    assert growth(linting, 30) < LINEAR
