"""The attacks on people and their browsers, each tried here on the center's pages."""

import dataclasses
from typing import Literal

import pytest
from argon2 import PasswordHasher

from sekisho.center import sessions
from sekisho.center.directory import people
from sekisho.secret import Secret
from sekisho.wire.http import Headers
from tests.unit.center.attacks.attacker import (
    WRONG,
    get,
    post,
    sign_in,
    without_token,
)
from tests.unit.center.pages.conftest import cookies_of, sent_back
from tests.unit.center.scene import (
    OTHER,
    PASSWORD,
    PERSON,
    Build,
    World,
    query_of,
)

# --- the pages -----------------------------------------------------------------------------------


def test_session_fixation_a_cookie_from_before_the_sign_in_is_never_the_session(
    world: World,
) -> None:
    planted = sent_back(get(world, "/signin"))

    answer = sign_in(world, PERSON, PASSWORD.reveal(), planted)

    mine = sent_back(answer)
    assert answer.status == 303
    assert not set(mine.split("; ")) & set(planted.split("; "))
    assert get(world, "/start", planted).headers["Location"].startswith("/signin")


def test_session_fixation_every_sign_in_gets_a_value_of_its_own(world: World) -> None:
    theirs = sent_back(sign_in(world, OTHER, PASSWORD.reveal()))
    (name,) = {part.partition("=")[0] for part in theirs.split("; ") if "session" in part}

    mine = cookies_of(sign_in(world, PERSON, PASSWORD.reveal(), ""))

    assert name in mine
    assert mine[name].partition(";")[0] not in theirs
    assert "httponly" in mine[name].lower()
    assert "samesite=lax" in mine[name].lower()


@pytest.mark.parametrize(
    "forged",
    [
        Headers({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}),
        Headers({"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"}),
        Headers({"Origin": "null"}),
        Headers(),
    ],
)
def test_csrf_on_consent_a_form_of_another_site_approves_nothing(
    world: World, forged: Headers
) -> None:
    """The browser adds the session's cookie; the attacker knows the handle, which is their own."""
    client = world.pkce_client()
    handle = query_of(world.authorize(client).headers["Location"])["handle"]
    cookie = sent_back(sign_in(world, PERSON, PASSWORD.reveal()))

    answer = post(world, "/consent", cookie, forged, handle=handle, decision="allow")

    assert answer.status == 403
    assert "Location" not in answer.headers


def test_csrf_on_consent_a_look_at_the_page_approves_nothing(world: World) -> None:
    client = world.pkce_client()
    location = world.authorize(client).headers["Location"]
    cookie = sent_back(sign_in(world, PERSON, PASSWORD.reveal()))

    shown = get(world, f"{location}&decision=allow", cookie)

    assert shown.status == 200
    assert b"Deny" in shown.body


@pytest.mark.parametrize("page", ["/signin", "/start", "/device", "/signout", "CONSENT"])
def test_rfc9700_4_16_clickjacking_no_page_can_be_framed(world: World, page: str) -> None:
    target = world.authorize(world.pkce_client()).headers["Location"] if page.isupper() else page
    cookie = "" if page == "/signin" else sent_back(sign_in(world, PERSON, PASSWORD.reveal()))

    shown = get(world, target, cookie)

    assert shown.status == 200
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]


def test_user_enumeration_by_text_nobody_and_a_wrong_password_read_the_same(world: World) -> None:
    nobody, somebody = (sign_in(world, name, WRONG) for name in ("nobody@hoge.com", PERSON))

    assert nobody.status == somebody.status == 403
    assert without_token(nobody) == without_token(somebody)
    assert set(nobody.headers) == set(somebody.headers)


def test_user_enumeration_by_text_locking_out_reads_the_same(world: World) -> None:
    for name in ("nobody@hoge.com", PERSON):
        for _ in range(5):
            sign_in(world, name, WRONG)

    nobody, somebody = (sign_in(world, name, WRONG) for name in ("nobody@hoge.com", PERSON))

    assert nobody.status == somebody.status == 429
    assert without_token(nobody) == without_token(somebody)


class _Counting(PasswordHasher):
    """Says how much hashing was asked of it, and at what cost."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.work: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # its name
        self.work.append(str(hash).rpartition("$")[0].rpartition("$")[0])
        return super().verify(hash, password)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        made = super().hash(password, salt=salt)
        self.work.append(made.rpartition("$")[0].rpartition("$")[0])
        return made


def test_user_enumeration_by_time_nobody_costs_the_work_of_somebody(world: World) -> None:
    counting = _Counting()
    center = dataclasses.replace(world.center, hasher=counting)
    work = []
    for name in ("nobody@hoge.com", PERSON, OTHER, ""):
        counting.work.clear()
        people.authenticate(center, name, Secret(WRONG))
        work.append(list(counting.work))

    assert work[0] == work[1] == work[2] == work[3]
    assert len(work[0]) == 1


def test_a_restart_forgets_no_wrong_try(build: Build) -> None:
    world = build(in_memory=False)
    for _ in range(6):
        sign_in(world, PERSON, WRONG)

    restarted = build(in_memory=False)

    assert sign_in(restarted, PERSON, PASSWORD.reveal()).status == 429


def test_a_disabled_session_cookie_opens_no_page(world: World) -> None:
    cookie = sent_back(sign_in(world, PERSON, PASSWORD.reveal()))
    value = cookie.partition("=")[2]
    session = sessions.session_of(world.center, value)
    assert session is not None
    sessions.end_session(world.center, session)

    assert get(world, "/start", cookie).headers["Location"].startswith("/signin")
