import pytest

from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.conftest import ORIGIN, PASSWORD, PERSON, Ask, read, sent_back, sign_in

LINK = f"{ORIGIN}/console?account_id=111122223333&role_name=AdministratorAccess"


def test_a_deep_link_asks_before_it_opens_anything(person: Visitor) -> None:
    person.open(f"{LINK}&destination=https://console.aws.amazon.com/s3/home?region%3Dus-east-1")

    assert "Open the console?" in read(person)
    assert "https://console.aws.amazon.com/s3/home?region=us-east-1" in read(person)


def test_the_way_to_the_console_ends_at_a_page_that_says_so(person: Visitor) -> None:
    person.open(f"{LINK}&destination=https://console.aws.amazon.com/s3")
    person.press("Open the console")

    assert "There is no AWS console behind this center" in read(person)
    assert "AdministratorAccess" in read(person)
    assert "Until 2026-11-22 10:00:00 UTC 60 minutes from now" in read(person)
    assert "https://console.aws.amazon.com/s3" in read(person)


def test_a_link_without_a_role_lets_the_person_choose(person: Visitor) -> None:
    person.open(f"{ORIGIN}/console?account_id=444455556666")

    assert person.page.button("Open the console")


def test_the_portal_has_a_button_for_it(person: Visitor) -> None:
    person.open(f"{ORIGIN}/start")
    person.press("Console as ReadOnlyAccess in hoge-stg")

    assert "You would be in the console now" in read(person)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "account_id=777788889999",
        "account_id=777788889999&role_name=AdministratorAccess",
        "account_id=111122223333&role_name=ReadOnlyAccess",
    ],
)
def test_what_is_not_assigned_is_not_offered(person: Visitor, query: str) -> None:
    person.open(f"{ORIGIN}/console?{query}")

    assert person.page.status == 403


@pytest.mark.parametrize("elsewhere", ["javascript:alert(1)", "http://evil.example/", "//x"])
def test_a_destination_that_is_no_https_address_is_not_shown(
    person: Visitor, elsewhere: str
) -> None:
    person.open(f"{LINK}&destination={elsewhere}")

    assert "Destination" not in read(person)


def test_the_sign_in_in_between_keeps_the_whole_link(visitor: Visitor) -> None:
    visitor.open(f"{LINK}&destination=https://console.aws.amazon.com/s3?a%3Db%26c%3Dd")
    visitor.fill(username=PERSON, password=PASSWORD)
    visitor.press("Sign in")

    assert "https://console.aws.amazon.com/s3?a=b&c=d" in read(visitor)


def test_no_link_opens_it_and_a_form_from_elsewhere_does_not_either(ask: Ask) -> None:
    refused = ask(
        "POST",
        "/console",
        cookie=sent_back(sign_in(ask)),
        account_id="111122223333",
        role_name="AdministratorAccess",
    )

    assert refused.status == 403
