"""On what terms a gate opens, when several environments have a say in it."""

from datetime import timedelta
from pathlib import Path

from sekisho.guard.policy import DEFAULT_CLOSE_AFTER, Terms, terms_of
from sekisho.model import AccountId, ProfileName, Role, RoleName
from sekisho.reach.policy import NO_POLICY, OpensWith, Policy, parse_policy

PROD = ProfileName("prod")
ROLE = Role(AccountId("111111111111"), RoleName("Admin"))


def policy(text: str) -> Policy:
    return parse_policy(text.encode(), Path("policy.toml"))


def terms(text: str) -> Terms:
    return terms_of(policy(text), PROD, "prod")


def test_without_a_policy_the_defaults_hold() -> None:
    assert terms_of(NO_POLICY, PROD, "prod") == Terms("prod")


def test_a_gate_closes_after_eight_hours_unless_somebody_says_otherwise() -> None:
    assert timedelta(hours=8) == DEFAULT_CLOSE_AFTER


def test_an_environment_may_keep_a_gate_open_for_longer_than_the_default() -> None:
    found = terms('[environment.a]\nprofiles = ["prod"]\nclose_after = "2d"\n')

    assert found.close_after == timedelta(days=2)


def test_the_shortest_time_of_all_matching_environments_counts() -> None:
    found = terms(
        '[environment.a]\nprofiles = ["*"]\nclose_after = "90s"\n'
        '[environment.b]\nprofiles = ["prod"]\nclose_after = "2h"\n'
        '[environment.c]\nprofiles = ["dev"]\nclose_after = "1s"\n'
    )

    assert found.close_after == timedelta(seconds=90)


def test_confirm_goes_before_an_own_sign_in_and_that_before_any_of_the_session() -> None:
    any_of_them = '[environment.a]\nprofiles = ["*"]\nopens_with = "session-sign-in"\n'
    own = '[environment.b]\nprofiles = ["*"]\nopens_with = "own-sign-in"\n'
    confirm = '[environment.c]\nprofiles = ["*"]\nopens_with = "confirm"\n'

    found = [terms(text).opens_with for text in (any_of_them, any_of_them + own, own + confirm)]

    assert found == [OpensWith.SESSION_SIGN_IN, OpensWith.OWN_SIGN_IN, OpensWith.CONFIRM]


def test_one_environment_that_denies_is_enough() -> None:
    found = terms(
        '[environment.a]\nprofiles = ["*"]\n[environment.b]\nprofiles = ["prod"]\ndeny = true\n'
    )

    assert found.refuse(ROLE) == "[environment.b] says deny = true"


def test_an_account_has_to_be_in_every_list() -> None:
    found = terms(
        '[environment.a]\nprofiles = ["*"]\naccounts = ["111111111111", "222222222222"]\n'
        '[environment.b]\nprofiles = ["*"]\naccounts = ["222222222222"]\n'
    )

    assert found.refuse(ROLE) == "account 111111111111 is not one of 222222222222"


def test_a_role_that_is_not_listed_is_refused() -> None:
    found = terms('[environment.a]\nprofiles = ["*"]\nroles = ["ReadOnly"]\n')

    assert found.refuse(ROLE) == "role Admin is not one of ReadOnly"


def test_two_environments_that_want_two_persons_let_nobody_in() -> None:
    found = terms(
        '[environment.a]\nprofiles = ["*"]\nperson = "a@example.com"\n'
        '[environment.b]\nprofiles = ["*"]\nperson = "b@example.com"\n'
    )

    assert not found.lets_in("a@example.com")
    assert not found.lets_in("b@example.com")


def test_where_a_person_is_wanted_one_who_is_not_known_is_not_let_in() -> None:
    assert not terms('[environment.a]\nprofiles = ["*"]\nperson = "a@example.com"\n').lets_in(None)


def test_by_default_a_sign_in_opens_its_own_environment_and_no_other() -> None:
    assert Terms("dev").goes_with("dev")
    assert not Terms("prod").goes_with("dev")


def test_an_own_sign_in_goes_with_no_other() -> None:
    assert not Terms("dev", opens_with=OpensWith.OWN_SIGN_IN).goes_with("dev")
    assert not Terms("dev", opens_with=OpensWith.CONFIRM).goes_with("dev")


def test_a_session_sign_in_goes_with_every_other() -> None:
    assert Terms("dev", opens_with=OpensWith.SESSION_SIGN_IN).goes_with("prod")
