"""`sekisho reach --live`: what the portal says, and what could not be asked."""

import json

import pytest

from tests.unit.cli.conftest import CONFIG, CommandLine, Service

STG = "\n" + CONFIG.replace("dev", "stg").replace("9011", "9012")
BOTH = {
    "accountList": [
        {"accountId": "123456789011", "accountName": "hoge-dev"},
        {"accountId": "123456789012", "accountName": "hoge-stg"},
    ],
    "roleList": [{"roleName": "AdministratorAccess"}, {"roleName": "ReadOnlyAccess"}],
}


@pytest.fixture
def signed_in(sekisho: CommandLine, service: Service) -> CommandLine:
    """Signed in to hoge-dev, and not to hoge-stg."""
    sekisho.write_config(CONFIG + STG)
    service.status, service.body = 200, json.dumps(BOTH).encode()
    sekisho.sign_in("hoge-dev", service.url)
    return sekisho


def test_json_says_what_rests_on_an_answer_and_what_does_not(signed_in: CommandLine) -> None:
    run = signed_in("reach", "--live", "--json")

    assert run.status == 0, run.err
    answer = json.loads(run.out)
    assert [row["basis"] for row in answer["profiles"]] == ["live", "assumed"]
    dev, stg = answer["live"]
    assert dev == {
        "token_key": {"form": "sso-session", "value": "hoge-dev"},
        "person": "hoge@hoge.com",
        "unnamed": [
            {
                "account_id": f"12345678901{number}",
                "account_name": name,
                "role_name": "ReadOnlyAccess",
            }
            for number, name in ((1, "hoge-dev"), (2, "hoge-stg"))
        ],
        "not_assigned": [],
        "trouble": None,
    }
    assert stg["trouble"] == "Error loading SSO Token: Token for hoge-stg does not exist"


def test_people_read_the_same(signed_in: CommandLine) -> None:
    run = signed_in("reach", "--live")

    assert "no profile names: hoge-dev (123456789011) ReadOnlyAccess" in " ".join(run.out.split())
    assert "hoge-dev: hoge@hoge.com has 4 roles; 2 of them no profile names.\n" in run.err
    assert (
        "Not signed in to hoge-stg: what is shown of it is assumed, not asked.\n"
        "  do: sekisho login --profile stg\n" in run.err
    )


def test_a_service_that_is_down_is_said_and_the_table_comes_all_the_same(
    signed_in: CommandLine, service: Service
) -> None:
    service.status, service.body = 403, b'{"message": "no"}'

    run = signed_in("reach", "--live", "--profile", "dev")

    assert run.status == 0
    assert "hoge-dev" in run.out
    assert "hoge-dev could not be asked about, and is assumed: " in run.err


def test_without_live_nothing_is_asked(signed_in: CommandLine, service: Service) -> None:
    run = signed_in("reach", "--json")

    assert "live" not in json.loads(run.out)
    assert service.asked == []
