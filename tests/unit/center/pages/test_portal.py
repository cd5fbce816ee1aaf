import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import botocore.session
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
    PASSWORD,
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
        "sso_role_name = ReadOnlyAccess services = hoge-center region = us-east-1" in read(person)
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


def test_credentials_come_in_the_other_forms_of_awss_portal_too(person: Visitor) -> None:
    person.open(f"{ORIGIN}/start")
    person.press("Credentials of ReadOnlyAccess in hoge-stg")

    text = read(person)
    found = re.search(r"SET AWS_ACCESS_KEY_ID=(\w+) SET AWS_SECRET_ACCESS_KEY=\S+ SET", text)
    assert found
    assert f"AWS access key ID {found[1]} AWS secret access key" in text
    assert "known to this center only" in text


def test_boto3_reads_the_sections_to_paste_and_comes_here(
    person: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = person.open(f"{ORIGIN}/start").text
    config = page[page.index("[sso-session") : page.index("Then sign in with")]
    settings = re.sub(r" (?=\[|sso_|services =|sso =|sts =|endpoint_url|region =)", "\n", config)
    nested = settings.replace("\nendpoint_url", "\n  endpoint_url")
    (tmp_path / "config").write_text(nested, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    session = botocore.session.Session(profile="111122223333_AdministratorAccess")

    for service in ("sso", "sso-oidc", "sts"):
        client = session.create_client(
            service, aws_access_key_id="AKIANOTREAL", aws_secret_access_key="not-real"
        )
        assert client.meta.endpoint_url == ORIGIN
    resolved = session.get_scoped_config()
    assert resolved["sso_account_id"] == "111122223333"
    assert session.full_config["sso_sessions"]["hoge"] == {
        "sso_start_url": "https://hoge.awsapps.com/start",
        "sso_region": "us-east-1",
        "sso_registration_scopes": "sso:account:access",
    }


MANY = f"""
instance: {{start_urls: ["https://hoge.awsapps.com/start"], region: us-east-1}}
accounts:
{"".join(f'  - {{id: "{n:012}", name: hoge-{n:04}}}' + chr(10) for n in range(1, 1001))}
permission_sets: [{{name: ReadOnlyAccess}}, {{name: Breakglass}}]
users: [{{name: {PERSON}, password: "{PASSWORD}"}}]
assignments:
  - user: {PERSON}
    accounts: [{", ".join(f"hoge-{n:04}" for n in range(1, 1001))}]
    permission_set: ReadOnlyAccess
  - {{user: {PERSON}, accounts: [hoge-0777], permission_set: Breakglass}}
"""


@pytest.fixture
def someone_with_a_thousand_accounts(settings: CenterSettings, clock: FakeClock) -> Visitor:
    assert settings.directory
    settings.directory.write_text(MANY, encoding="utf-8")
    return signed_in(Visitor(MemoryHttp(build_app(settings, clock=clock))), PERSON)


def names(visitor: Visitor) -> list[str]:
    return re.findall(r"hoge-\d{4}(?= \d{12})", read(visitor))


def test_a_thousand_accounts_come_in_pages(someone_with_a_thousand_accounts: Visitor) -> None:
    person = someone_with_a_thousand_accounts
    person.open(f"{ORIGIN}/start")
    assert names(person) == [f"hoge-{n:04}" for n in range(1, 26)]

    person.follow("Next")

    assert names(person) == [f"hoge-{n:04}" for n in range(26, 51)]
    assert "Page 2 of 40" in read(person)


@pytest.mark.parametrize(
    "sought, found",
    [
        ("hoge-0777", ["hoge-0777"]),
        ("000000000042", ["hoge-0042"]),
        ("BREAK", ["hoge-0777"]),
        ("077 hoge break", ["hoge-0777"]),
        ("breakglass 0778", []),
        ("%", []),
    ],
)
def test_a_search_finds_accounts_by_every_word(
    someone_with_a_thousand_accounts: Visitor, sought: str, found: list[str]
) -> None:
    person = someone_with_a_thousand_accounts
    person.open(f"{ORIGIN}/start")
    person.fill(q=sought)
    person.press("Search")

    assert names(person) == found


def test_the_pages_of_a_search_keep_it(someone_with_a_thousand_accounts: Visitor) -> None:
    person = someone_with_a_thousand_accounts
    person.open(f"{ORIGIN}/start?q=hoge-00")
    assert "99 of 1,000 accounts" in read(person)

    person.follow("Next")

    assert names(person)[0] == "hoge-0026"
    assert "Page 2 of 4" in read(person)


@pytest.mark.parametrize("page, shown", [("0", 1), ("-1", 1), ("x", 1), ("٣", 1), ("9" * 9, 40)])
def test_a_page_that_is_not_there_is_the_nearest_that_is(
    someone_with_a_thousand_accounts: Visitor, page: str, shown: int
) -> None:
    person = someone_with_a_thousand_accounts
    person.open(f"{ORIGIN}/start?{urlencode({'page': page})}")

    assert f"Page {shown} of 40" in read(person)


def test_a_start_url_with_a_slash_at_its_end_is_the_portal_too(person: Visitor) -> None:
    person.open(f"{ORIGIN}/start/")

    assert person.page.url == f"{ORIGIN}/start"
