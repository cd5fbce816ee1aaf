import re
from dataclasses import replace

import pytest

from sekisho.center import rolekeys
from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.settings import CenterSettings, Revocation
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.conftest import (
    NEWCOMER,
    ORIGIN,
    PERSON,
    Ask,
    hidden,
    read,
    sent_back,
    sign_in,
    signed_in,
)


def test_the_portal_shows_a_persons_accounts_and_roles_and_no_others(person: Visitor) -> None:
    person.open(f"{ORIGIN}/start")

    assert "hoge-dev 111122223333 dev@example.com AdministratorAccess" in read(person)
    assert "hoge-stg 444455556666 stg@example.com ReadOnlyAccess" in read(person)
    assert "somebody-elses" not in read(person)


def test_somebody_without_an_account_is_told_what_to_do(visitor: Visitor) -> None:
    signed_in(visitor, NEWCOMER)

    assert "No account is assigned to you yet. Ask your administrator" in read(visitor)


def test_the_portal_shows_the_config_section_to_paste(person: Visitor) -> None:
    person.open(f"{ORIGIN}/start")

    assert (
        "[sso-session hoge] sso_start_url = https://hoge.awsapps.com/start sso_region = us-east-1 "
        "sso_registration_scopes = sso:account:access" in read(person)
    )
    assert f'export AWS_ENDPOINT_URL_SSO_OIDC="{ORIGIN}"' in read(person)


def test_credentials_are_shown_in_forms_to_copy_and_are_the_ones_that_were_issued(
    person: Visitor, center: Center
) -> None:
    person.open(f"{ORIGIN}/start")
    person.press("Credentials of AdministratorAccess in hoge-dev")

    text = read(person)
    found = re.search(r'export AWS_ACCESS_KEY_ID="(\w+)"', text)
    assert found
    issued = rolekeys.key_of(center, found[1])
    assert issued
    secret = issued.secret_access_key.reveal()
    assert f'export AWS_SECRET_ACCESS_KEY="{secret}" export AWS_SESSION_TOKEN="' in text
    assert f'$Env:AWS_SECRET_ACCESS_KEY="{secret}"' in text
    assert f"[111122223333_AdministratorAccess] aws_access_key_id = {found[1]}" in text
    assert (issued.account_id, issued.permission_set) == ("111122223333", "AdministratorAccess")
    assert issued.user.name == PERSON


def test_the_page_says_until_when_credentials_work(person: Visitor) -> None:
    person.open(f"{ORIGIN}/start")
    person.press("Credentials of ReadOnlyAccess in hoge-stg")

    assert "until 2026-11-22 10:00:00 UTC, 60 minutes from now" in read(person)


def test_a_profile_that_fetches_its_own_credentials_is_offered_beside_them(
    person: Visitor,
) -> None:
    person.open(f"{ORIGIN}/start")
    person.press("Credentials of ReadOnlyAccess in hoge-stg")

    assert (
        "[profile 444455556666_ReadOnlyAccess] sso_session = hoge sso_account_id = 444455556666 "
        "sso_role_name = ReadOnlyAccess region = us-east-1" in read(person)
    )


@pytest.mark.parametrize(
    "revocation, says",
    [
        (Revocation.AWS, "Signing out does not end them."),
        (Revocation.STRICT, "Signing out ends them."),
    ],
)
def test_the_page_says_whether_signing_out_ends_credentials(
    settings: CenterSettings, clock: FakeClock, revocation: Revocation, says: str
) -> None:
    app = build_app(replace(settings, revocation=revocation), clock=clock)
    person = signed_in(Visitor(MemoryHttp(app)), PERSON)
    person.press("Credentials of ReadOnlyAccess in hoge-stg")

    assert says in read(person)


def test_no_link_makes_credentials(person: Visitor) -> None:
    person.open(f"{ORIGIN}/start/credentials?account_id=111122223333&role_name=ReadOnlyAccess")

    assert person.page.status == 405


def test_a_role_that_is_not_assigned_gets_no_credentials(ask: Ask) -> None:
    cookie = sent_back(sign_in(ask))
    csrf = hidden(ask("GET", "/start", cookie=cookie).body, "csrf")

    refused = [
        ask("POST", "/start/credentials", cookie=cookie, csrf=csrf, **role)
        for role in (
            {"account_id": "777788889999", "role_name": "AdministratorAccess"},
            {"account_id": "444455556666", "role_name": "AdministratorAccess"},
            {"account_id": "111122223333"},
            {},
        )
    ]

    assert [answer.status for answer in refused] == [403] * 4
    assert all(b"This role is not assigned to you" in answer.body for answer in refused)
