"""Which account, which role: AWS's menus, their order and their words."""

from datetime import timedelta

import pytest

from sekisho.configure.assignments import ask_role
from sekisho.configure.entrance import Entrance
from sekisho.configure.questions import Answers, Asker
from sekisho.errors import NothingAssigned, ServiceRejected
from sekisho.model import AccountId, Role, RoleName
from sekisho.store.memory import MemoryStore
from sekisho.testing.http import failure, success
from sekisho.testing.interview import ScriptedInterview
from sekisho.wire.http import Response
from tests.unit.login.scene import (
    DESKTOP,
    OIDC,
    OPTIONS,
    PORTAL,
    SESSION,
    cached,
    recorded,
    scripted,
)

ONE = [{"accountId": "1234567891013", "accountName": "hoge-prod"}]
"""One account, as ListAccounts has it."""


def accounts(listed: list[dict[str, str]]) -> Response:
    return success({"accountList": listed})


def roles(*names: str) -> Response:
    return success({"roleList": [{"roleName": name, "accountId": "x"} for name in names]})


def entrance(*script: Response) -> Entrance:
    """A person who is signed in, to a portal that answers so."""
    token, store = cached(left=timedelta(hours=1)), MemoryStore()
    store.put_token(SESSION.token_key, token, recorded(token))
    return Entrance(
        ports=scripted(*script).ports,
        store=store,
        options=OPTIONS,
        surroundings=DESKTOP,
        endpoints=lambda _region: (OIDC, PORTAL),
        sts=lambda _region: None,
        announce=lambda _target: None,
        outdated=lambda _key: (),
    )


def test_the_only_account_and_the_only_role_are_taken_unasked() -> None:
    person = ScriptedInterview()
    role = ask_role(
        SESSION, Asker(Answers(), person), entrance(accounts(ONE), roles("ReadOnlyAccess"))
    )

    assert role == Role(AccountId("1234567891013"), RoleName("ReadOnlyAccess"))
    assert person.said == [
        "The only AWS account available to you is: 1234567891013",
        "Using the account ID 1234567891013",
        "The only role available to you is: ReadOnlyAccess",
        'Using the role name "ReadOnlyAccess"',
    ]


def test_accounts_stand_by_name_then_address_then_id_and_bare_ids_last() -> None:
    listed = [
        {"accountId": "3"},
        {"accountId": "1"},
        {"accountId": "9", "accountName": "Zeta"},
        {"accountId": "7", "emailAddress": "beta@example.com"},
        {"accountId": "8", "accountName": "alpha", "emailAddress": "a@example.com"},
    ]
    person = ScriptedInterview("Zeta", "ReadOnly")
    role = ask_role(
        SESSION,
        Asker(Answers(), person),
        entrance(accounts(listed), roles("ReadOnly", "billing", "Admin")),
    )

    assert person.asked == [
        "There are 5 AWS accounts available to you.",
        "There are 3 roles available to you.",
    ]
    assert person.offered == [
        ("alpha, a@example.com (8)", "beta@example.com (7)", "Zeta (9)", "1", "3"),
        ("Admin", "billing", "ReadOnly"),
    ]
    assert role == Role(AccountId("9"), RoleName("ReadOnly"))


@pytest.mark.parametrize(
    ("answers", "given", "said"),
    [
        ([accounts([])], Answers(), "No AWS accounts are available to you."),
        (
            [accounts(ONE), roles()],
            Answers(),
            "No roles are available for the account 1234567891013",
        ),
        (
            [accounts(ONE)],
            Answers(sso_account_id="1"),
            "The account 1 is not available to you.\nthere are: hoge-prod (1234567891013)",
        ),
        (
            [accounts(ONE), roles("a", "b")],
            Answers(sso_role_name="c"),
            "The role c in the account 1234567891013 is not available to you.\nthere are: a, b",
        ),
    ],
)
def test_what_is_not_assigned_is_refused_with_what_there_is(
    answers: list[Response], given: Answers, said: str
) -> None:
    with pytest.raises(NothingAssigned) as refused:
        ask_role(SESSION, Asker(given, ScriptedInterview()), entrance(*answers))
    assert refused.value.what == said


def test_a_rejection_that_no_sign_in_mends_ends_the_wizard() -> None:
    rejected = failure(400, "InvalidRequestException", {"message": "no"})

    with pytest.raises(ServiceRejected, match="InvalidRequestException.*ListAccounts"):
        ask_role(SESSION, Asker(Answers(), ScriptedInterview()), entrance(rejected))
