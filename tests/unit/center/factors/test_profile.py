"""A person's own sign-in methods, on the pages."""

import re

import pytest
from sqlalchemy import select

from sekisho.center.directory import identities
from sekisho.center.factors.catalogue import FACTORS
from sekisho.center.storage.tables import OF_SECOND_FACTORS, authenticator_apps, users
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor
from tests.unit.center.factors.browsing import (
    MINUTE,
    at_password,
    is_signed_in,
    prove,
    secret_on,
    show_code,
    signed_in,
)
from tests.unit.center.factors.enrolling import (
    code_of,
    enrol_app,
    give_recovery_codes,
    user_called,
    wrong_code,
)
from tests.unit.center.factors.test_second_step import REQUIRED, SESSION, cookie_of
from tests.unit.center.scene import ORIGIN, OTHER, PASSWORD, PERSON, Build, World

PROFILE = f"{ORIGIN}/profile"
CODE = re.compile(r"\b(?:[a-z2-9]{5}-){3}[a-z2-9]{5}\b")


def add_app(visitor: Visitor, world: World, name: str = "my phone") -> Secret:
    visitor.open(f"{PROFILE}/authenticator-app")
    secret = secret_on(visitor)
    visitor.fill(code=code_of(secret, world.center), name=name)
    visitor.press("Add the app")
    return secret


def removing(visitor: Visitor, name: str) -> None:
    visitor.open(PROFILE)
    visitor.press(f"Remove {name}")


def test_an_app_that_was_added_is_asked_for_from_then_on(world: World) -> None:
    visitor = signed_in(world)
    secret = add_app(visitor, world)
    visitor.open(PROFILE)
    assert "my phone authenticator app" in visitor.page.text
    assert "Not since it was added" in visitor.page.text

    world.clock.advance(MINUTE)
    other = signed_in(world, secret=secret)

    other.open(PROFILE)
    assert "Last used 2026-11-22 09:01:00 UTC" in other.page.text


def test_the_code_that_confirmed_an_app_signs_nobody_in(world: World) -> None:
    secret = add_app(signed_in(world), world)
    other = at_password(world)

    show_code(other, code_of(secret, world.center))

    assert other.page.status == 403


def test_an_app_that_was_not_confirmed_is_not_there(world: World) -> None:
    visitor = signed_in(world)
    visitor.open(f"{PROFILE}/authenticator-app")
    visitor.fill(code=wrong_code(secret_on(visitor), world.center))
    visitor.press("Add the app")
    assert visitor.page.status == 400

    assert at_password(world).page.url == f"{ORIGIN}/start"


def test_the_secret_is_nowhere_in_the_database(world: World) -> None:
    secret = add_app(signed_in(world), world)

    with world.center.database.reading() as connection:
        (row,) = connection.execute(select(authenticator_apps)).all()
    assert secret.reveal() not in repr(row)


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\x07b"])
def test_an_app_has_a_name_that_can_be_read(world: World, name: str) -> None:
    visitor = signed_in(world)
    visitor.open(f"{PROFILE}/authenticator-app")
    secret = secret_on(visitor)

    visitor.fill(code=code_of(secret, world.center), name=name)
    visitor.press("Add the app")

    assert visitor.page.status == 400
    assert secret_on(visitor) == secret


def test_there_are_at_most_two_apps(world: World) -> None:
    visitor, late = signed_in(world), signed_in(world)
    late.open(f"{PROFILE}/authenticator-app")
    add_app(visitor, world, "one")
    add_app(visitor, world, "two")
    visitor.open(PROFILE)
    assert "Add an authenticator app" not in visitor.page.text

    late.fill(code=code_of(secret_on(late), world.center), name="three")
    late.press("Add the app")

    assert "as many of these as you may have" in late.page.text
    assert "three" not in late.page.text


def test_the_first_factor_brings_ten_recovery_codes_which_are_shown_once(world: World) -> None:
    visitor = signed_in(world)
    add_app(visitor, world)
    codes = CODE.findall(visitor.page.text)
    assert len(set(codes)) == 10

    visitor.follow("I have kept them: continue")

    assert visitor.page.url == PROFILE
    assert "You have 10 codes left." in visitor.page.text
    assert not CODE.findall(visitor.page.text)
    world.clock.advance(MINUTE)
    add_app(visitor, world, "tablet")
    assert not CODE.findall(visitor.page.text)


def test_a_shown_recovery_code_signs_in(world: World) -> None:
    visitor = signed_in(world)
    add_app(visitor, world)
    code = CODE.findall(visitor.page.text)[4]
    other = at_password(world)

    other.follow("With a recovery code")
    other.fill(recovery_code=code)
    other.press("Continue")

    other.open(PROFILE)
    assert "You have 9 codes left." in other.page.text


def test_few_recovery_codes_are_warned_about_and_made_anew(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    codes = give_recovery_codes(world.center, PERSON)
    for code in codes[:7]:
        other = at_password(world)
        other.open(f"{ORIGIN}/signin/second?with=recovery-code")
        other.fill(recovery_code=code)
        other.press("Continue")
    visitor = signed_in(world, secret=secret)
    visitor.open(PROFILE)
    assert "You have 3 codes left. Make new ones before they run out." in visitor.page.text

    visitor.follow("Make new recovery codes")
    visitor.press("Make new codes")

    made = CODE.findall(visitor.page.text)
    assert len(made) == 10
    assert not set(made) & set(codes)


def test_recovery_codes_without_a_factor_are_not_made(world: World) -> None:
    visitor = signed_in(world)
    visitor.open(f"{PROFILE}/recovery-codes")

    visitor.press("Make new codes")

    assert "Add one first" in visitor.page.text


def test_a_factor_that_was_removed_is_not_asked_for(world: World) -> None:
    visitor = signed_in(world, secret=enrol_app(world.center, PERSON))
    give_recovery_codes(world.center, PERSON)

    removing(visitor, "phone")

    assert "It was removed." in visitor.page.text
    assert "recovery codes" not in visitor.page.text
    assert at_password(world).page.url == f"{ORIGIN}/start"


def test_nobody_removes_somebody_elses_factor(world: World) -> None:
    secret = enrol_app(world.center, OTHER)
    visitor = signed_in(world, secret=enrol_app(world.center, PERSON))
    visitor.open(PROFILE)
    with world.center.database.reading() as connection:
        apps = dict(
            connection.execute(select(authenticator_apps.c.user_id, authenticator_apps.c.id)).all()
        )
    mine, theirs = (apps[user_called(world.center, name).id] for name in (PERSON, OTHER))
    form = next(form for form in visitor.page.forms if form.fields.get("factor") == mine)
    header = "; ".join(line.partition(";")[0] for _, line in visitor.cookies.spelt(ORIGIN))

    answer = world.send(
        "POST",
        "/profile/factors",
        f"csrf={form.fields['csrf']}&kind=authenticator-app&factor={theirs}".encode(),
        **{"Cookie": header, "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.headers["Location"] == "/profile?done=before"
    assert is_signed_in(signed_in(world, name=OTHER, secret=secret))


def test_where_everybody_needs_a_factor_the_last_one_stays(build: Build) -> None:
    world = build(directory=REQUIRED)
    secret = enrol_app(world.center, PERSON)
    visitor = signed_in(world, secret=secret)

    removing(visitor, "phone")

    assert "Nothing was removed" in visitor.page.text
    assert at_password(world).page.url == f"{ORIGIN}/signin/second"


@pytest.mark.parametrize(
    "path", ["/profile/password", "/profile/authenticator-app", "/profile/recovery-codes"]
)
def test_a_proof_that_is_old_is_asked_for_anew_with_the_factor(world: World, path: str) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = signed_in(world, secret=secret)
    world.clock.advance(15 * MINUTE)
    assert visitor.open(f"{ORIGIN}{path}").url == f"{ORIGIN}{path}"
    world.clock.advance(1)
    before = cookie_of(visitor, SESSION)

    visitor.open(f"{ORIGIN}{path}")
    assert visitor.page.title == "Is it still you? · sekisho"
    visitor.fill(password=PASSWORD.reveal())
    visitor.press("Continue")
    assert visitor.page.url == f"{ORIGIN}/signin/second"
    assert visitor.open(f"{ORIGIN}{path}").title == "Is it still you? · sekisho"
    visitor.open(f"{ORIGIN}/signin/second")
    show_code(visitor, code_of(secret, world.center))

    assert visitor.page.url == f"{ORIGIN}{path}"
    assert cookie_of(visitor, SESSION) != before


def test_an_old_proof_changes_nothing_by_a_form_either(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = signed_in(world, secret=secret)
    visitor.open(PROFILE)
    world.clock.advance(16 * MINUTE)

    visitor.press("Remove phone")
    assert visitor.page.title == "Is it still you? · sekisho"

    assert at_password(world).page.url == f"{ORIGIN}/signin/second"


def test_the_old_cookie_is_worth_nothing_after_a_proof(world: World) -> None:
    visitor = signed_in(world)
    thief = Visitor(world.http)
    thief.cookies.take(ORIGIN, f"{SESSION}={cookie_of(visitor, SESSION)}; Path=/")
    world.clock.advance(16 * MINUTE)

    visitor.open(f"{PROFILE}/password")
    prove(visitor, world)

    assert visitor.page.url == f"{PROFILE}/password"
    assert not is_signed_in(thief)


def test_a_wrong_password_proves_nothing_and_guessing_it_has_to_wait(world: World) -> None:
    visitor = signed_in(world)
    world.clock.advance(16 * MINUTE)
    visitor.open(f"{PROFILE}/password")
    statuses = []
    for _ in range(6):
        visitor.fill(password="wrong")
        visitor.press("Continue")
        statuses.append(visitor.page.status)

    assert statuses == [403] * 5 + [429]
    assert visitor.open(f"{PROFILE}/password").title == "Is it still you? · sekisho"


def test_the_proof_leads_to_no_other_site(world: World) -> None:
    visitor = signed_in(world)

    visitor.open(f"{ORIGIN}/signin/again?next=https://evil.example/")
    prove(visitor, world)

    assert visitor.page.url == f"{ORIGIN}/start"


def change_password(visitor: Visitor, old: str, new: str, again: str = "") -> None:
    visitor.open(f"{PROFILE}/password")
    visitor.fill(old=old, password=new, again=again or new)
    visitor.press("Change the password")


NEW = "another, and obviously not a real one"


def test_a_password_is_changed_by_whoever_knows_the_old_one(world: World) -> None:
    visitor = signed_in(world)

    change_password(visitor, PASSWORD.reveal(), NEW)

    assert "Your password was changed." in visitor.page.text
    other = Visitor(world.http)
    other.open(f"{ORIGIN}/signin")
    other.fill(username=PERSON, password=NEW)
    other.press("Sign in")
    assert is_signed_in(other)


def test_a_changed_password_ends_everything_but_this_browser(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    elsewhere = signed_in(world, secret=secret)
    client = world.device_client()
    token = world.token_by_device(client, world.signed_in())["accessToken"]
    waiting = at_password(world)
    world.clock.advance(MINUTE)
    visitor = signed_in(world, secret=secret)

    change_password(visitor, PASSWORD.reveal(), NEW)

    assert is_signed_in(visitor)
    assert not is_signed_in(elsewhere)
    assert world.portal("/assignment/accounts", token).status == 401
    world.clock.advance(MINUTE)
    show_code(waiting, code_of(secret, world.center))
    assert waiting.page.status == 410


def test_somebody_elses_sessions_go_on(world: World) -> None:
    other = signed_in(world, name=OTHER)

    change_password(signed_in(world), PASSWORD.reveal(), NEW)

    assert is_signed_in(other)


@pytest.mark.parametrize(
    "old, new, again, said",
    [
        ("wrong", NEW, NEW, "not your password until now"),
        (PASSWORD.reveal(), "short", "short", "at least 12 characters"),
        (PASSWORD.reveal(), NEW, NEW + "!", "The two passwords differ"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    world: World, old: str, new: str, again: str, said: str
) -> None:
    visitor = signed_in(world)

    change_password(visitor, old, new, again)

    assert visitor.page.status in (400, 403)
    assert said in visitor.page.text
    assert at_password(world).page.url == f"{ORIGIN}/start"


def test_guessing_the_old_password_has_to_wait(world: World) -> None:
    visitor = signed_in(world)
    for _ in range(6):
        change_password(visitor, "wrong", NEW)

    assert visitor.page.status == 429


def test_who_is_removed_leaves_nothing_of_their_factors(world: World) -> None:
    enrol_app(world.center, PERSON)
    give_recovery_codes(world.center, PERSON)
    at_password(world)
    user = user_called(world.center, PERSON)

    with world.center.database.writing() as connection:
        identities.remove_user(connection, user.id)

    with world.center.database.reading() as connection:
        for table in (*OF_SECOND_FACTORS, users):
            column = table.c.id if table is users else table.c.user_id
            assert not connection.execute(select(table).where(column == user.id)).all()


def test_every_kind_of_factor_is_emptied_by_a_reset() -> None:
    assert {factor.table for factor in FACTORS} < set(OF_SECOND_FACTORS)
