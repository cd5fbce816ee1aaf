"""`sekisho roles`: what the token of a sign-in could open."""

import json

import pytest

from tests.unit.cli.conftest import CONFIG, CommandLine, Service

BOTH = {
    "accountList": [
        {"accountId": "123456789011", "accountName": "hoge-dev", "emailAddress": "dev@hoge.com"},
        {"accountId": "123456789012", "accountName": "hoge-stg"},
    ],
    "roleList": [{"roleName": "AdministratorAccess"}, {"roleName": "ReadOnlyAccess"}],
}
"""One body for both operations: the service answers every request alike."""


@pytest.fixture
def signed_in(sekisho: CommandLine, service: Service) -> CommandLine:
    service.status, service.body = 200, json.dumps(BOTH).encode()
    sekisho.sign_in("hoge-dev", service.url)
    return sekisho


def test_json_names_accounts_roles_and_the_profiles_that_stand_for_them(
    signed_in: CommandLine,
) -> None:
    run = signed_in("roles", "--profile", "dev", "--json")

    assert run.status == 0, run.err
    answer = json.loads(run.out)
    dev, stg = answer.pop("accounts")
    assert answer == {
        "version": 1,
        "token_key": {"form": "sso-session", "value": "hoge-dev"},
        "start_url": "https://hoge.awsapps.com/start",
        "region": "us-east-1",
        "person": "hoge@hoge.com",
    }
    assert dev == {
        "account_id": "123456789011",
        "name": "hoge-dev",
        "email": "dev@hoge.com",
        "roles": [
            {"role_name": "AdministratorAccess", "profiles": ["dev"]},
            {"role_name": "ReadOnlyAccess", "profiles": []},
        ],
    }
    assert (stg["account_id"], stg["email"]) == ("123456789012", None)


def test_the_table_shows_them_and_a_sentence_sums_up(signed_in: CommandLine) -> None:
    run = signed_in("roles", "--sso-session", "hoge-dev")

    assert run.status == 0, run.err
    for part in ("123456789011", "hoge-stg", "ReadOnlyAccess", "dev"):
        assert part in run.out
    assert run.err == (
        "hoge@hoge.com has 4 roles in 2 accounts. The token of hoge-dev could open each of them.\n"
    )


def test_nobody_without_a_role_is_told_so(signed_in: CommandLine, service: Service) -> None:
    service.body = b'{"accountList": []}'

    run = signed_in("roles", "--profile", "dev")

    assert (run.status, run.out) == (0, "")
    assert run.err == "hoge@hoge.com has no role in any account.\n"


def test_who_is_not_signed_in_is_told_how(sekisho: CommandLine, service: Service) -> None:
    by_profile = sekisho("roles", "--profile", "dev")
    by_session = sekisho("roles", "--sso-session", "hoge-dev")

    assert (by_profile.status, by_session.status) == (3, 3)
    assert "sekisho login --profile dev" in by_profile.err
    assert "sekisho login --sso-session hoge-dev" in by_session.err
    assert service.asked == []


def test_a_session_without_a_profile_is_asked_at_the_endpoints_of_its_first_one(
    sekisho: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSO", "SSO_OIDC", "STS"):
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{name}")
    local = f"services = local\n\n[services local]\nsso =\n  endpoint_url = {service.url}\n"
    local += f"sso_oidc =\n  endpoint_url = {service.url}\n\n[sso-session hoge-dev]\n"
    sekisho.write_config(CONFIG.replace("\n[sso-session hoge-dev]\n", local))
    service.status, service.body = 200, json.dumps(BOTH).encode()
    sekisho.sign_in("hoge-dev", service.url)

    assert sekisho("roles", "--sso-session", "hoge-dev").status == 0
    assert service.asked[0] == "GET /assignment/accounts"
