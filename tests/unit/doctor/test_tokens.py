"""The check `tokens`: what is well, and what is not. All secrets are obviously fake."""

from datetime import timedelta

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.tokens import CHECK
from sekisho.store.keys import token_file
from tests.unit.doctor.conftest import KEY, TOKEN, Patient

HOUR = timedelta(hours=1)
OF_ANOTHER_TOOL = {
    "startUrl": "https://hoge.awsapps.com/start",
    "region": "us-east-1",
    "accessToken": "fake-access-token-of-another",
    "expiresAt": "2026-11-22T17:00:00Z",
}


def test_a_sign_in_that_is_over_is_told_with_how_to_make_a_new_one(machine: Patient) -> None:
    machine.sign_in(lasts=HOUR, registered=HOUR)
    machine.clock.advance(2 * 3600)

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.INFO, "sekisho login --sso-session hoge-dev")


def test_a_token_of_another_start_url_than_the_configs_is_an_error(machine: Patient) -> None:
    name = token_file(machine.home, KEY).name
    machine.write_token_file(
        name, {**OF_ANOTHER_TOOL, "startUrl": "https://other.awsapps.com/start"}
    )

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.ERROR
    assert "https://other.awsapps.com/start" in found.effect
    assert "https://hoge.awsapps.com/start" in found.effect
    assert found.do == "sekisho login --sso-session hoge-dev"


def test_a_torn_file_is_a_warning_and_its_contents_are_not_shown(machine: Patient) -> None:
    path = machine.write_token_file("torn.json", f'{{"accessToken": "{TOKEN}')

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.WARNING, f"rm {path}")
    assert TOKEN not in repr(found)


def test_a_token_that_lacks_its_expiry_is_a_warning(machine: Patient) -> None:
    path = machine.write_token_file("half.json", {"accessToken": "fake"})

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.about) == (Gravity.WARNING, str(path))


def test_what_is_neither_token_nor_registration_is_only_told(machine: Patient) -> None:
    machine.write_token_file("registration.json", {"clientId": "fake"})
    path = machine.write_token_file("other.json", {})

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.about) == (Gravity.INFO, str(path))


def test_a_token_that_another_tool_wrote_is_told(machine: Patient) -> None:
    machine.write_token_file(token_file(machine.home, KEY).name, OF_ANOTHER_TOOL)

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.INFO
    assert found.message.startswith("another tool wrote the token of hoge-dev")


def test_a_good_token_that_nothing_in_the_config_leads_to_is_a_warning(machine: Patient) -> None:
    machine.write_token_file("left.json", OF_ANOTHER_TOOL)

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.WARNING, "sekisho logout --all")


def test_an_expired_token_that_nothing_leads_to_opens_nothing(machine: Patient) -> None:
    path = machine.write_token_file(
        "left.json", {**OF_ANOTHER_TOOL, "expiresAt": "2026-11-01T00:00:00Z"}
    )

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.INFO, f"rm {path}")


def test_where_the_config_cannot_be_read_nobody_knows_what_leads_where(machine: Patient) -> None:
    machine.write_config("nothing\n")
    machine.write_token_file("left.json", OF_ANOTHER_TOOL)

    assert machine.ill(CHECK) == ()
