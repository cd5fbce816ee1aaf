"""`configure sso`: the same keys, typed at both wizards, come to the same config."""

import configparser
import sys

from tests.e2e.aws_cli_v2.conftest import Machine
from tests.e2e.aws_cli_v2.keyboard import AtTerminal
from tests.e2e.conftest import START_URL

ENTER = "\r"
NEW_SESSION = [
    ("SSO session name (Recommended):", "team" + ENTER),
    ("SSO start URL [None]:", START_URL + ENTER),
    ("SSO region [None]:", "us-east-1" + ENTER),
    ("SSO registration scopes [sso:account:access]:", ENTER),
    ("There are 3 AWS accounts available to you.", ""),
    ("hoge-stg, stg@example.com (1234567891012)", ENTER),  # the last line of the menu
    ("Default client Region [None]:", "ap-northeast-1" + ENTER),
    ("CLI default output format (json if not specified) [None]:", "json" + ENTER),
    ("Profile name [AdministratorAccess-1234567891011]:", ENTER),
]
"""The account is the first of the menu; it has one role."""
SAME_SESSION = [
    ("SSO session name (Recommended):", "team" + ENTER),
    ("There are 3 AWS accounts available to you.", ""),
    ("hoge-stg, stg@example.com (1234567891012)", "\x1b[B"),
    ("> hoge-prod, prod@example.com (1234567891013)", ENTER),
    ("Default client Region [None]:", ENTER),
    ("CLI default output format (json if not specified) [None]:", ENTER),
]


def walk(
    machine: Machine, program: tuple[str, ...], answers: list[tuple[str, str]], *more: str
) -> str:
    """Answer a wizard's questions in their order; return all that it showed."""
    terminal = AtTerminal((*program, "configure", "sso", *more), machine.home.environ)
    for question, keys in answers:
        terminal.answer(question, keys)
    status = terminal.finish()

    assert status == 0, terminal.shown
    return terminal.shown


def written(machine: Machine) -> dict[str, list[tuple[str, str]]]:
    """The sections of the config, each with its keys in their order."""
    parser = configparser.RawConfigParser()
    parser.read(machine.home.config, encoding="utf-8")
    return {name: parser.items(name) for name in parser.sections()}


def test_the_same_answers_to_the_same_questions_make_the_same_config(machine: Machine) -> None:
    machine.home.config.unlink()
    theirs = walk(machine, (str(machine.program),), NEW_SESSION)
    their_config = written(machine)
    machine.home.config.unlink()
    for path in machine.home.path.glob(".aws/*/cache/*.json"):
        path.unlink()
    ours = walk(machine, (sys.executable, "-m", "sekisho"), NEW_SESSION)

    assert written(machine) == their_config
    for said in (
        "The only role available to you is: AdministratorAccess",
        "Using the account ID 1234567891011",
        'Using the role name "AdministratorAccess"',
        "To use this profile, specify the profile name using --profile, as shown:",
    ):
        assert said in theirs
        assert said in ours
    answer = machine.aws(
        "sts", "get-caller-identity", "--profile", "AdministratorAccess-1234567891011"
    )
    assert answer.status == 0, answer.stderr


def test_the_session_of_one_wizard_serves_the_other_without_a_sign_in(machine: Machine) -> None:
    machine.home.config.unlink()
    walk(machine, (sys.executable, "-m", "sekisho"), NEW_SESSION)
    with machine.center.noting() as calls:
        walk(machine, (str(machine.program),), SAME_SESSION, "--profile", "prod")

    assert calls == ["ListAccounts 200", "ListAccountRoles 200"]
    assert written(machine)["profile prod"] == [
        ("sso_session", "team"),
        ("sso_account_id", "1234567891013"),
        ("sso_role_name", "ReadOnlyAccess"),
    ]
