"""Gates, and the book of those that are open."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.awsconfig.guarded import GuardedProfile
from sekisho.guard.gates import Gate, GateBook, opened_with
from sekisho.guard.policy import Terms
from sekisho.model import (
    AccountId,
    Delivery,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)
from sekisho.reach.policy import OpensWith
from sekisho.values import replace

TARGET = SignInTarget(
    StartUrl("https://hoge.awsapps.com/start"),
    Region("us-east-1"),
    SessionName("hoge"),
    ("sso:account:access",),
)
ELSEWHERE = replace(TARGET, session=SessionName("other"))
ROLE = Role(AccountId("111111111111"), RoleName("Admin"))


def profile(name: str, target: SignInTarget = TARGET, role: Role = ROLE) -> GuardedProfile:
    return GuardedProfile(
        ProfileName(name), Delivery.GUARDED, target, role, None, None, Path("config"), 1
    )


def gate(label: str, *, deadline: float = 100.0, sign_in: int = 1) -> Gate:
    return Gate(
        label=ProfileName(label),
        target=TARGET,
        role=ROLE,
        person="you@example.com",
        environment="dev",
        sign_in=sign_in,
        opened_at=datetime(2026, 11, 29, tzinfo=UTC),
        opened=0.0,
        deadline=deadline,
    )


def test_a_gate_is_open_until_its_deadline_and_not_a_moment_longer() -> None:
    book = GateBook()
    book.open([gate("dev", deadline=100.0)])

    assert book.at("dev", 99.9) is not None
    assert book.at("dev", 100.0) is None


def test_opening_a_label_again_puts_the_new_gate_in_the_place_of_the_old_one() -> None:
    book, old, new = GateBook(), gate("dev"), gate("dev", sign_in=2)
    book.open([old])
    book.open([new])

    assert book.at("dev", 0.0) is new
    assert book.opened_by(1) == ()


def test_closing_an_old_gate_leaves_the_one_that_came_after_it() -> None:
    book, old, new = GateBook(), gate("dev"), gate("dev", sign_in=2)
    book.open([old])
    book.open([new])
    book.close([old])

    assert book.at("dev", 0.0) is new


def test_the_next_deadline_is_the_nearest_one() -> None:
    book = GateBook()
    book.open([gate("a", deadline=30.0), gate("b", deadline=10.0)])

    assert book.next_deadline() == 10.0


@pytest.mark.parametrize(
    "now, difference",
    [
        (profile("dev"), None),
        (
            profile("dev", replace(TARGET, start_url=StartUrl("https://x.awsapps.com/start"))),
            ("start URL", "https://hoge.awsapps.com/start", "https://x.awsapps.com/start"),
        ),
        (
            profile("dev", replace(TARGET, region=Region("eu-west-1"))),
            ("Region", "us-east-1", "eu-west-1"),
        ),
        (
            profile("dev", role=replace(ROLE, account_id=AccountId("222222222222"))),
            ("account", "111111111111", "222222222222"),
        ),
        (
            profile("dev", role=replace(ROLE, role_name=RoleName("ReadOnly"))),
            ("role", "Admin", "ReadOnly"),
        ),
    ],
)
def test_a_gate_says_where_the_config_is_another_by_now(
    now: GuardedProfile, difference: tuple[str, str, str] | None
) -> None:
    assert gate("dev").difference(now) == difference


def labels(asked: GuardedProfile, terms: dict[str, Terms], *others: GuardedProfile) -> list[str]:
    by_name = {ProfileName(name): each for name, each in terms.items()}
    return [one.name for one in opened_with(asked, [asked, *others], by_name, "you@example.com")]


def test_a_sign_in_opens_the_profiles_of_its_session_and_environment() -> None:
    terms = {"dev": Terms("dev"), "dev-2": Terms("dev"), "prod": Terms("prod")}

    found = labels(profile("dev"), terms, profile("dev-2"), profile("prod"))

    assert found == ["dev", "dev-2"]


def test_a_profile_of_another_session_does_not_open_with_it() -> None:
    terms = {"dev": Terms("dev"), "dev-2": Terms("dev")}

    assert labels(profile("dev"), terms, profile("dev-2", ELSEWHERE)) == ["dev"]


def test_a_profile_that_may_not_open_does_not_open_along() -> None:
    terms = {"dev": Terms("dev"), "dev-2": Terms("dev", denied_by="dev")}

    assert labels(profile("dev"), terms, profile("dev-2")) == ["dev"]


def test_a_profile_for_somebody_else_does_not_open_along() -> None:
    terms = {"dev": Terms("dev"), "dev-2": Terms("dev", persons=frozenset(["x@example.com"]))}

    assert labels(profile("dev"), terms, profile("dev-2")) == ["dev"]


def test_a_profile_that_any_sign_in_opens_goes_with_one_to_another_environment() -> None:
    terms = {"dev": Terms("dev"), "ops": Terms("ops", opens_with=OpensWith.SESSION_SIGN_IN)}

    assert labels(profile("dev"), terms, profile("ops")) == ["dev", "ops"]
