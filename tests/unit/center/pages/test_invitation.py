import pytest

from sekisho.center.center import Center
from sekisho.center.directory import invitations
from sekisho.center.storage.tables import invitations as table
from sekisho.testing.clock import FakeClock
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.conftest import (
    NEWCOMER,
    ORIGIN,
    PERSON,
    Ask,
    hidden,
    read,
    sent_back,
    signed_in,
)

DAY = 24 * 3600
NEW = "several words will do"


@pytest.fixture
def link(center: Center) -> str:
    code = invitations.invite(center.database, NEWCOMER, seconds=DAY, now=center.now())
    return f"{ORIGIN}/invitation?code={code.reveal()}"


def choose(visitor: Visitor, password: str = NEW, again: str | None = None) -> None:
    visitor.fill(password=password, again=password if again is None else again)
    visitor.press("Set the password")


def test_who_is_invited_chooses_a_password_and_signs_in_with_it(
    visitor: Visitor, link: str
) -> None:
    visitor.open(link)
    choose(visitor)
    asked = visitor.page.title
    visitor.fill(username=NEWCOMER, password=NEW)
    visitor.press("Sign in")

    assert asked == "Sign in · sekisho"
    assert visitor.page.url == f"{ORIGIN}/start"


def test_the_link_works_once(visitor: Visitor, link: str) -> None:
    visitor.open(link)
    choose(visitor)
    visitor.open(link)

    assert visitor.page.status == 410
    assert "good no more" in read(visitor)


def test_it_works_for_a_while(visitor: Visitor, link: str, clock: FakeClock) -> None:
    clock.advance(DAY)
    visitor.open(link)

    assert visitor.page.status == 410


@pytest.mark.parametrize("code", ["", "sks_iv_nobody-made-this", "%00", "x" * 3000])
def test_a_link_that_nobody_made_leads_nowhere(ask: Ask, code: str) -> None:
    assert ask("GET", f"/invitation?code={code}").status == 410


@pytest.mark.parametrize(
    "password, again, says",
    [
        ("too short", None, "at least 12 characters"),
        (NEW, "other words will do", "The two passwords differ"),
        ("x" * 1025, None, "more than 1,024"),
    ],
)
def test_a_password_that_nobody_should_have_is_refused_and_the_link_stays_good(
    visitor: Visitor, link: str, password: str, again: str | None, says: str
) -> None:
    visitor.open(link)
    choose(visitor, password, again)
    refused, status = read(visitor), visitor.page.status
    choose(visitor)

    assert says in refused
    assert status == 400
    assert visitor.page.url == f"{ORIGIN}/signin"


def test_the_old_password_and_the_open_sessions_end_with_it(
    visitor: Visitor, center: Center, ask: Ask
) -> None:
    signed_in(visitor, PERSON)
    code = invitations.invite(center.database, PERSON, seconds=DAY, now=center.now()).reveal()
    asked = ask("GET", f"/invitation?code={code}")
    form = {"csrf": hidden(asked.body, "csrf"), "code": code, "password": NEW, "again": NEW}
    taken = ask("POST", "/invitation", cookie=sent_back(asked), **form)
    visitor.open(f"{ORIGIN}/start")

    assert taken.status == 303
    assert visitor.page.title == "Sign in · sekisho"


def test_the_others_of_the_person_end_with_the_one_that_is_used(
    visitor: Visitor, center: Center, link: str
) -> None:
    invitations.invite(center.database, NEWCOMER, seconds=DAY, now=center.now())
    visitor.open(link)
    choose(visitor)

    with center.database.reading() as connection:
        assert connection.execute(table.select()).all() == []


def test_a_form_without_its_cookie_sets_no_password(ask: Ask, link: str) -> None:
    code = link.partition("code=")[2]

    refused = ask("POST", "/invitation", code=code, password=NEW, again=NEW)

    assert refused.status == 403


def test_the_code_is_kept_as_a_hash_alone(center: Center, link: str) -> None:
    with center.database.reading() as connection:
        (row,) = connection.execute(table.select()).all()

    assert link.partition("code=")[2] not in str(row)
