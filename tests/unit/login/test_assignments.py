"""What the signed-in person has: accounts, roles, pages, and a portal that says no."""

from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.errors import SekishoError, ServiceRejected, TokenMissing, TokenNotAccepted
from sekisho.login.assignments import Assignments, assignments
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp, failure, success
from sekisho.wire.http import Response
from tests.unit.login.scene import ISSUED, LOGIN, OIDC, PORTAL, SESSION, cached, recorded

UNAUTHORIZED = failure(401, "UnauthorizedException")


def accounts(*ids: str, then: str | None = None) -> Response:
    listed = [{"accountId": each, "accountName": f"hoge-{each}"} for each in ids]
    return success({"accountList": listed, "nextToken": then})


def roles(*names: str, then: str | None = None) -> Response:
    return success({"roleList": [{"roleName": name} for name in names], "nextToken": then})


def listed(http: ScriptedHttp, folder: Path, *, known: bool = True) -> Assignments:
    """What is listed with a good token, whose record is `known`."""
    store, clock, token = MemoryStore(), FakeClock(), cached(left=timedelta(hours=1))
    store.put_token(SESSION.token_key, token, recorded(token))
    if not known:
        del store.records[SESSION.token_key]
    return ask(http, folder, store, clock)


def ask(http: ScriptedHttp, folder: Path, store: MemoryStore, clock: FakeClock) -> Assignments:
    return assignments(
        target=SESSION,
        oidc=OIDC,
        portal=PORTAL,
        store=store,
        http=http,
        clock=clock,
        lock_folder=folder,
        login=LOGIN,
    )


def short(found: Assignments) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.account.account_id, each.roles) for each in found.accounts]


def test_every_account_is_listed_with_every_role_of_every_page(tmp_path: Path) -> None:
    http = ScriptedHttp(
        accounts("1", then="more"),
        accounts("2"),
        roles("Admin", then="more"),
        roles("ReadOnly"),
        roles("Billing"),
    )

    found = listed(http, tmp_path)

    assert found.person == "hoge@hoge.com"
    assert short(found) == [("1", ("Admin", "ReadOnly")), ("2", ("Billing",))]
    assert [account.account.name for account in found.accounts] == ["hoge-1", "hoge-2"]


def test_the_person_is_unknown_for_a_token_of_another_tool(tmp_path: Path) -> None:
    assert listed(ScriptedHttp(accounts()), tmp_path, known=False) == Assignments(None, ())


def test_a_role_that_is_taken_away_meanwhile_is_not_fatal(tmp_path: Path) -> None:
    http = ScriptedHttp(accounts("1", "2"), failure(403, "ForbiddenException"), roles("Admin"))

    assert short(listed(http, tmp_path)) == [("1", ()), ("2", ("Admin",))]


def test_a_token_that_the_portal_refuses_is_refreshed_once(tmp_path: Path) -> None:
    http = ScriptedHttp(UNAUTHORIZED, ISSUED, accounts("1"), roles("Admin"))

    assert short(listed(http, tmp_path)) == [("1", ("Admin",))]
    assert http.requests[-1].headers["x-amz-sso_bearer_token"] == "not-a-real-access-token"


@pytest.mark.parametrize(
    "script, error",
    [
        ((UNAUTHORIZED, ISSUED, UNAUTHORIZED), TokenNotAccepted),
        ((accounts("1"), UNAUTHORIZED, ISSUED, UNAUTHORIZED), TokenNotAccepted),
        ((failure(400, "InvalidRequestException"),), ServiceRejected),
        ((accounts("1"), failure(400, "InvalidRequestException")), ServiceRejected),
    ],
)
def test_any_other_refusal_is_said(
    tmp_path: Path, script: tuple[Response, ...], error: type[SekishoError]
) -> None:
    with pytest.raises(error):
        listed(ScriptedHttp(*script), tmp_path)


def test_nobody_is_signed_in_for_it(tmp_path: Path) -> None:
    with pytest.raises(TokenMissing) as refusal:
        ask(ScriptedHttp(), tmp_path, MemoryStore(), FakeClock())

    assert refusal.value.do == LOGIN
