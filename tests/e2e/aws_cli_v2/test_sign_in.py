"""The AWS CLI v2 signs in to the center (`spec/identity-center.md` §10: 1, 2, 3)."""

from tests.e2e.aws_cli_v2.conftest import Machine, Talk
from tests.e2e.conftest import START_URL, Result

LOGGED_IN = f"Successfully logged into Start URL: {START_URL}"
KEYS = [
    "startUrl",
    "region",
    "accessToken",
    "expiresAt",
    "clientId",
    "clientSecret",
    "registrationExpiresAt",
]


def assert_logged_in(login: Result) -> None:
    assert login.status == 0, login.stdout
    assert login.stdout.endswith(f"{LOGGED_IN}\n")


def test_it_signs_in_by_its_default_flow(machine: Machine) -> None:
    login = machine.aws_login("--profile", "dev")

    assert_logged_in(login)
    assert list(machine.token("hoge")) == [*KEYS, "refreshToken"]
    assert machine.center.calls == ["RegisterClient 200", "CreateToken 200"]


def test_the_browser_that_it_opens_leads_back_to_it(machine: Machine) -> None:
    login = machine.start_aws("sso", "login", "--profile", "dev").finish()

    assert_logged_in(login)
    assert list(machine.token("hoge")) == [*KEYS, "refreshToken"]


def test_the_browser_that_it_opens_for_a_device_code_signs_in(machine: Machine) -> None:
    login = machine.start_aws("sso", "login", "--profile", "dev", "--use-device-code").finish()

    assert_logged_in(login)
    assert list(machine.token("hoge")) == [*KEYS, "refreshToken"]


def test_a_client_is_registered_once_for_all_sign_ins(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    first = machine.token("hoge")
    with machine.center.noting() as calls:
        login = machine.aws_login("--sso-session", "hoge")

    assert_logged_in(login)
    assert calls == ["CreateToken 200"]
    assert machine.token("hoge")["clientId"] == first["clientId"]
    assert machine.token("hoge")["accessToken"] != first["accessToken"]


def test_a_person_who_denies_ends_it(machine: Machine) -> None:
    login = machine.aws_login("--profile", "dev", press="Deny")

    assert login.status == 255
    assert "Failed to retrieve an authorization code." in login.stdout
    assert not machine.token_file("hoge").exists()
    assert machine.center.calls == ["RegisterClient 200"]


def start_by_code(machine: Machine) -> tuple[str, Talk]:
    """Start a sign-in by device code: its URL, once the first two polls came back pending."""
    talk = machine.start_aws(
        "sso", "login", "--no-browser", "--use-device-code", "--profile", "dev"
    )
    url = talk.wait_for(rf"{machine.center.url}/device\?user_code=[A-Z]{{4}}-[A-Z]{{4}}")
    machine.center.wait_for("CreateToken 400", times=2)
    return url, talk


def test_it_waits_while_the_device_code_is_pending(machine: Machine) -> None:
    url, talk = start_by_code(machine)
    machine.center.wait_for("CreateToken 400", times=3)
    machine.person(url)

    assert_logged_in(talk.finish())
    assert machine.center.calls[-1] == "CreateToken 200"
    assert list(machine.token("hoge")) == [*KEYS, "refreshToken"]


def test_it_slows_down_when_it_is_told_to_and_still_signs_in(machine: Machine) -> None:
    machine.center.hasty = True
    url, talk = start_by_code(machine)
    machine.center.hasty = False
    machine.person(url)

    assert_logged_in(talk.finish())
    assert "SlowDownException" in machine.center.errors
    assert machine.center.calls.count("CreateToken 400") == 2


def test_a_device_code_that_is_denied_ends_it(machine: Machine) -> None:
    url, talk = start_by_code(machine)
    machine.person(url, press="Deny")
    login = talk.finish()

    assert login.status == 254
    assert "(AccessDeniedException) when calling the CreateToken operation" in login.stdout
    assert "error: access_denied" in login.stdout
    assert not machine.token_file("hoge").exists()


def test_a_device_code_that_expires_ends_it(machine: Machine) -> None:
    _, talk = start_by_code(machine)
    machine.center.clock.advance(minutes=10)
    login = talk.finish()

    assert login.status == 255
    assert "The pending authorization to retrieve an SSO token has expired." in login.stdout


def test_the_legacy_form_gets_a_token_that_does_not_refresh(machine: Machine) -> None:
    login = machine.aws_login("--profile", "old")

    assert_logged_in(login)
    assert list(machine.token(None)) == KEYS
    assert machine.center.calls[:2] == ["RegisterClient 200", "StartDeviceAuthorization 200"]
    assert machine.aws("sts", "get-caller-identity", "--profile", "old").status == 0
