"""The second step on the pages: what comes between the password and the portal, and attacks on it."""

import threading

import pytest

from sekisho.center import sessions
from sekisho.center.directory import roster
from sekisho.center.factors.interface import Kind
from sekisho.testing.visitor import Visitor
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.factors.browsing import (
    at_password,
    by,
    is_signed_in,
    secret_on,
    show_code,
    signed_in,
)
from tests.unit.center.factors.enrolling import (
    code_of,
    enrol_app,
    give_recovery_codes,
    wrong_code,
)
from tests.unit.center.scene import (
    DIRECTORY,
    NEWCOMER,
    ORIGIN,
    OTHER,
    PASSWORD,
    PERSON,
    Build,
    World,
)

REQUIRED = DIRECTORY.replace("account_ids: any", "account_ids: any, mfa: required")
OFF = DIRECTORY.replace("account_ids: any", "account_ids: any, mfa: off")
HALF = "sekisho-half-8765"
SESSION = "sekisho-session-8765"


def cookie_of(visitor: Visitor, name: str) -> str:
    found = [line for _, line in visitor.cookies.spelt(ORIGIN) if line.startswith(f"{name}=")]
    return found[0].partition("=")[2].partition(";")[0] if found else ""


def test_the_code_comes_after_the_password_and_leads_where_the_person_was_going(
    world: World,
) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = at_password(world, path="/device?user_code=BCDF-GHJK")
    assert visitor.page.url == f"{ORIGIN}/signin/second"
    assert visitor.page.title == "Second factor · sekisho"

    show_code(visitor, code_of(secret, world.center))

    assert visitor.page.url == f"{ORIGIN}/device?user_code=BCDF-GHJK"
    assert is_signed_in(visitor)
    assert cookie_of(visitor, HALF) == ""


def test_a_wrong_code_is_said_to_be_wrong_and_the_right_one_still_counts(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = at_password(world)

    show_code(visitor, wrong_code(secret, world.center))
    assert visitor.page.status == 403
    assert "This code is not right" in visitor.page.text
    show_code(visitor, code_of(secret, world.center))

    assert is_signed_in(visitor)


def test_a_recovery_code_signs_in_where_the_app_is_lost(world: World) -> None:
    enrol_app(world.center, PERSON)
    codes = give_recovery_codes(world.center, PERSON)
    visitor = at_password(world)

    visitor.follow("With a recovery code")
    visitor.fill(recovery_code=codes[0])
    visitor.press("Continue")

    assert is_signed_in(visitor)


def test_other_ways_are_offered_only_to_whom_they_are_open(world: World) -> None:
    enrol_app(world.center, PERSON)
    visitor = at_password(world)

    visitor.open(by(Kind.RECOVERY_CODE))

    assert visitor.page.asks_for("code")
    assert "recovery code" not in visitor.page.text


def test_guessing_codes_has_to_wait_on_the_page(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    wrong = wrong_code(secret, world.center)
    visitor = at_password(world)
    for _ in range(5):
        show_code(visitor, wrong)
    visitor = at_password(world)

    show_code(visitor, code_of(secret, world.center))

    assert visitor.page.status == 429
    assert "Too many tries. Wait " in visitor.page.text
    assert not is_signed_in(visitor)


def test_a_wrong_password_says_nothing_of_second_factors(world: World) -> None:
    enrol_app(world.center, PERSON)
    answers = set()
    for name in (PERSON, OTHER, "nobody"):
        visitor = Visitor(world.http)
        visitor.open(f"{ORIGIN}/signin")
        visitor.fill(username=name, password="wrong")
        visitor.press("Sign in")
        answers.add((visitor.page.status, visitor.page.url, visitor.page.text))
        assert cookie_of(visitor, HALF) == ""

    assert len(answers) == 1


@pytest.mark.parametrize(
    "path", ["/start", "/device", "/sessions", "/profile", "/profile/password", "/signin/again"]
)
def test_the_half_cookie_opens_nothing_but_the_second_step(world: World, path: str) -> None:
    enrol_app(world.center, PERSON)
    half = cookie_of(at_password(world), HALF)

    for name in (HALF, SESSION):
        answer = world.send("GET", path, Cookie=f"{name}={half}")
        assert (answer.status, answer.headers["Location"][:8]) == (303, "/signin?")


def test_neither_cookie_that_was_planted_is_the_sessions(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = at_password(world)
    half = cookie_of(visitor, HALF)
    visitor.cookies.take(ORIGIN, f"{SESSION}=planted-by-a-stranger; Path=/")

    visitor.open(f"{ORIGIN}/signin/second")
    show_code(visitor, code_of(secret, world.center))

    session = cookie_of(visitor, SESSION)
    assert session not in (half, "planted-by-a-stranger")
    assert sessions.session_of(world.center, session) is not None
    assert sessions.session_of(world.center, half) is None


def test_the_half_cookie_is_worth_one_session(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = at_password(world)
    half = cookie_of(visitor, HALF)
    show_code(visitor, code_of(secret, world.center))
    thief = Visitor(world.http)
    thief.cookies.take(ORIGIN, f"{HALF}={half}; Path=/")

    thief.open(f"{ORIGIN}/signin/second")

    assert thief.page.url == f"{ORIGIN}/signin"


def test_a_form_of_the_second_step_that_comes_too_late_is_told_so(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = at_password(world)
    world.clock.advance(600)

    show_code(visitor, code_of(secret, world.center))

    assert visitor.page.status == 410
    assert visitor.page.title == "This sign-in is over · sekisho"


@pytest.mark.parametrize("kind", ["", "nothing", "security-key\r\n", "authenticator-app/../x"])
def test_a_way_that_nobody_knows_is_no_server_error(world: World, kind: str) -> None:
    enrol_app(world.center, PERSON)
    visitor = at_password(world)
    visitor.open(f"{ORIGIN}/signin/second")
    sent = Forging(world, {"with": kind})
    forger = Visitor(sent)
    forger.cookies = visitor.cookies
    forger.open(f"{ORIGIN}/signin/second")

    show_code(forger, "000000")

    assert forger.page.status == 410


class Forging:
    """An `Http` that changes fields of every form."""

    def __init__(self, world: World, fields: dict[str, str]) -> None:
        self._world = world
        self._fields = fields

    def send(self, request: Request) -> Response:
        from urllib.parse import parse_qsl, urlencode

        if request.method == "POST":
            form = dict(parse_qsl(request.body.decode()))
            body = urlencode({**form, **self._fields}).encode()
            request = Request("POST", request.url, Headers(dict(request.headers.pairs)), body)
        return self._world.http.send(request)


def test_of_two_who_use_one_recovery_code_at_once_one_comes_in(build: Build) -> None:
    replicas = [build(in_memory=False) for _ in range(2)]
    enrol_app(replicas[0].center, PERSON)
    code = give_recovery_codes(replicas[0].center, PERSON)[0]
    browsers = [at_password(replica) for replica in replicas]
    for browser in browsers:
        browser.open(by(Kind.RECOVERY_CODE))
        browser.fill(recovery_code=code)
    together = threading.Barrier(2)

    def press(browser: Visitor) -> None:
        together.wait(timeout=30)
        browser.press("Continue")

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(browser.page.status for browser in browsers) == [200, 403]
    assert [is_signed_in(browser) for browser in browsers].count(True) == 1


def test_factors_that_are_reset_meanwhile_end_the_half_sign_in(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = at_password(world)

    roster.reset_mfa(world.center.database, PERSON, now=world.center.now())
    show_code(visitor, code_of(secret, world.center))

    assert visitor.page.status == 410
    assert not is_signed_in(visitor)


def test_without_second_factors_in_the_instance_nobody_is_asked(build: Build) -> None:
    world = build(directory=OFF)
    enrol_app(world.center, PERSON)

    assert at_password(world).page.url == f"{ORIGIN}/start"


def test_an_instance_that_asks_nobody_says_so_when_it_starts(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    build(directory=OFF)

    (warning,) = [
        each
        for each in caplog.records
        if each.levelname == "WARNING" and "mfa" in str(each.__dict__.get("facts"))
    ]
    assert "mfa: off" in str(warning.__dict__["facts"])


def test_where_everybody_needs_a_factor_the_sign_in_leads_to_getting_one(build: Build) -> None:
    world = build(directory=REQUIRED)
    visitor = at_password(world, path="/device?user_code=BCDF-GHJK")
    assert visitor.page.url == f"{ORIGIN}/signin/enrol"
    secret = secret_on(visitor)

    visitor.fill(code=wrong_code(secret, world.center), name="my phone")
    visitor.press("Add the app")
    assert visitor.page.status == 400
    assert secret_on(visitor) == secret
    assert not cookie_of(visitor, SESSION)
    visitor.fill(code=code_of(secret, world.center))
    visitor.press("Add the app")

    assert visitor.page.title == "Your recovery codes · sekisho"
    visitor.follow("I have kept them: continue")
    assert visitor.page.url == f"{ORIGIN}/device?user_code=BCDF-GHJK"
    world.clock.advance(60)
    assert is_signed_in(signed_in(world, secret=secret))


def test_whoever_has_a_factor_is_not_led_to_get_another_by_the_password_alone(
    build: Build,
) -> None:
    world = build(directory=REQUIRED)
    enrol_app(world.center, PERSON)
    visitor = at_password(world)

    visitor.open(f"{ORIGIN}/signin/enrol")

    assert visitor.page.url == f"{ORIGIN}/signin"


def test_of_two_browsers_with_the_password_the_first_alone_enrols(build: Build) -> None:
    world = build(directory=REQUIRED)
    person, thief = at_password(world), at_password(world)
    for visitor in (person, thief):
        visitor.fill(code=code_of(secret_on(visitor), world.center))
        visitor.press("Add the app")

    assert person.page.title == "Your recovery codes · sekisho"
    assert thief.page.status == 410
    assert not is_signed_in(thief)


def test_a_draft_of_somebody_elses_is_not_taken(build: Build) -> None:
    world = build(directory=REQUIRED)
    thief = at_password(world, name=OTHER)
    draft = next(form.fields["draft"] for form in thief.page.forms if "draft" in form.fields)
    victim = at_password(world, name=NEWCOMER)
    forger = Visitor(Forging(world, {"draft": draft}))
    forger.cookies = victim.cookies
    forger.open(f"{ORIGIN}/signin/enrol")

    forger.fill(code=code_of(secret_on(thief), world.center))
    forger.press("Add the app")

    assert forger.page.title == "Add an authenticator app · sekisho"
    assert secret_on(forger) != secret_on(thief)
    assert not cookie_of(forger, SESSION)


def test_a_half_sign_in_that_has_to_show_a_factor_cannot_be_finished_by_enrolling(
    world: World,
) -> None:
    enrol_app(world.center, PERSON)
    visitor = at_password(world)
    csrf = next(form.fields["csrf"] for form in visitor.page.forms)
    header = "; ".join(line.partition(";")[0] for _, line in visitor.cookies.spelt(ORIGIN))

    answer = world.send(
        "POST",
        "/signin/enrol",
        f"csrf={csrf}&draft=x&code=000000&name=x".encode(),
        **{"Cookie": header, "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status == 410


def test_signing_in_by_password_alone_is_what_it_was(world: World) -> None:
    visitor = at_password(world, name=NEWCOMER)

    assert visitor.page.url == f"{ORIGIN}/start"
    assert PASSWORD.reveal() not in visitor.page.text
