"""More environments never make a gate easier to open, wherever they say what was said already."""

from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sekisho.guard.policy import Terms, terms_of
from sekisho.model import AccountId, ProfileName, Role, RoleName
from sekisho.reach.policy import OpensWith, Policy, parse_policy
from tests.property.policies import ENVIRONMENTS, policy_text

PROFILE = ProfileName("prod")
ACCOUNTS, ROLES, PERSONS = ("1", "2", "3"), ("a", "b"), ("x@example.com", "y@example.com", None)
EASIEST_FIRST = (OpensWith.SESSION_SIGN_IN, OpensWith.OWN_SIGN_IN, OpensWith.CONFIRM)


def said(policy: Policy) -> Terms:
    return terms_of(policy, PROFILE, "prod")


def opens(terms: Terms) -> set[tuple[str, str, str | None]]:
    """Everything that could be opened at all."""
    return {
        (account, role, person)
        for account in ACCOUNTS
        for role in ROLES
        for person in PERSONS
        if terms.refuse(Role(AccountId(account), RoleName(role))) is None and terms.lets_in(person)
    }


def parsed(environments: list[dict[str, object]]) -> Policy:
    return parse_policy(policy_text(environments).encode(), Path("policy.toml"))


@given(st.lists(ENVIRONMENTS, max_size=4), ENVIRONMENTS)
def test_another_environment_opens_nothing_that_was_not_open(
    before: list[dict[str, object]], added: dict[str, object]
) -> None:
    assert opens(said(parsed([*before, added]))) <= opens(said(parsed(before)))


@given(st.lists(ENVIRONMENTS, max_size=4), ENVIRONMENTS)
def test_another_environment_keeps_no_gate_open_for_longer_than_one_that_speaks_of_it(
    before: list[dict[str, object]], added: dict[str, object]
) -> None:
    spoken = any("close_after" in one for one in before)
    longest = said(parsed(before)).close_after if spoken else timedelta.max

    assert said(parsed([*before, added])).close_after <= longest


@given(st.lists(ENVIRONMENTS, max_size=4), ENVIRONMENTS)
def test_another_environment_never_makes_an_opening_easier(
    before: list[dict[str, object]], added: dict[str, object]
) -> None:
    first = said(parsed(before)).opens_with
    then = said(parsed([*before, added])).opens_with

    assert first is None or (
        then is not None and EASIEST_FIRST.index(then) >= EASIEST_FIRST.index(first)
    )


@given(st.lists(ENVIRONMENTS, max_size=4))
def test_the_order_of_the_environments_does_not_matter(
    environments: list[dict[str, object]],
) -> None:
    first, second = said(parsed(environments)), said(parsed(environments[::-1]))

    assert opens(first) == opens(second)
    assert (first.opens_with, first.close_after) == (second.opens_with, second.close_after)
