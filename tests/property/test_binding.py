"""What was issued for one request is never used for another (design §2, promise 2)."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import Mismatch, SekishoError, SignInNeeded
from sekisho.store import keys
from tests.property.binding_world import Asked, BoundWorld

# Few values, each of them with near misses of it: spellings, neighbours, other partitions.
URL = "https://hoge.awsapps.com/start"
VALUES: dict[str, list[Any]] = {
    "session": ["corp", "Corp", "corp ", "prod", URL, None],
    "start_url": [URL, f"{URL}/", f"{URL}#", f"{URL}#/", "https://HOGE.awsapps.com/start",
                  "https://fuga.awsapps.com/start"],
    "region": ["us-east-1", "us-east-2", "us-gov-west-1", "cn-north-1"],
    "account": ["123456789012", "123456789013"],
    "role": ["AdministratorAccess", "administratoraccess", "ReadOnlyAccess"],
    "override": ["", "http://127.0.0.1:8765", "http://127.0.0.1:8766", "https://sso.example.com"],
}  # fmt: skip
DIMENSIONS = sorted(VALUES)
PEOPLE = ["hoge@hoge.com", "fuga@hoge.com"]

requests = st.builds(Asked, **{name: st.sampled_from(values) for name, values in VALUES.items()})
people = st.sampled_from(PEOPLE)


def near(one: Asked) -> list[Asked]:
    """All requests that differ from `one` in one thing."""
    return [
        replace(one, **{name: value})
        for name in DIMENSIONS
        for value in VALUES[name]
        if value != getattr(one, name)
    ]


AT_AWS = Asked("corp", URL, "us-east-1", "123456789012", "AdministratorAccess", "")
BASES = {
    "a session at AWS": AT_AWS,
    "a session elsewhere": replace(AT_AWS, override="http://127.0.0.1:8765"),
    "a session named as its start URL": replace(AT_AWS, session=URL),
    "the legacy form": replace(AT_AWS, session=None),
    "the legacy form in China": replace(AT_AWS, session=None, region="cn-north-1"),
}
every_base = pytest.mark.parametrize("one", BASES.values(), ids=BASES)


@contextmanager
def world() -> Iterator[BoundWorld]:
    with tempfile.TemporaryDirectory() as folder:
        yield BoundWorld(Path(folder))


def is_of_one_sign_in(one: Asked, other: Asked) -> bool:
    return replace(one, account="", role="") == replace(other, account="", role="")


@every_base
def test_what_differs_in_one_thing_gets_neither_the_token_nor_the_credentials(one: Asked) -> None:
    for other in near(one):
        with world() as here:
            here.sign_in(one, PEOPLE[0])
            token, credentials = here.token(one), here.credentials(one)
            here.credentials_file_is_copied(one, other)
            refused = refusal(here, other)
            if is_of_one_sign_in(one, other):
                assert here.token(other) == token
                assert here.credentials(other).access_key_id != credentials.access_key_id
            else:
                assert isinstance(refused, SignInNeeded | Mismatch), other
            assert here.credentials(one) == credentials


@every_base
def test_a_refusal_names_both_values(one: Asked) -> None:
    for other in near(one):
        name = next(name for name in DIMENSIONS if getattr(one, name) != getattr(other, name))
        values = (getattr(one, name), getattr(other, name))
        if name == "override":
            values = (one.route.oidc.url, other.route.oidc.url)
        with world() as here:
            here.sign_in(one, PEOPLE[0])
            refused = refusal(here, other)

        assert isinstance(refused, Mismatch) == (
            name in {"start_url", "region", "override"}
            and one.target.token_key == other.target.token_key
        )
        assert refused is None or refused.do.startswith("sekisho login --profile dev")
        if isinstance(refused, Mismatch):
            assert all(value in refused.what for value in values)


def refusal(here: BoundWorld, asked: Asked) -> SekishoError | None:
    try:
        here.token(asked)
        here.credentials(asked)
    except SekishoError as refused:
        return refused
    return None


HAPPENINGS = ["sign in", "ask", "ask", "ask for a token", "another tool signs in",
              "another tool caches", "a credentials file is copied", "time passes"]  # fmt: skip
stories = st.lists(requests, min_size=2, max_size=3).flatmap(
    lambda known: st.lists(
        st.tuples(
            st.sampled_from(HAPPENINGS),
            st.sampled_from([each for one in known for each in [*[one] * 9, *near(one)]]),
            st.sampled_from(known),
            people,
        ),
        max_size=8,
    ).map(lambda events: [("sign in", known[0], known[0], PEOPLE[0]), *events])
)


@settings(max_examples=settings().max_examples * 2)
@given(stories)
def test_whatever_happens_what_is_served_is_of_that_request_and_of_who_signed_in_last(
    story: list[tuple[str, Asked, Asked, str]],
) -> None:
    with world() as here:
        for happening, asked, other, person in story:
            match happening:
                case "sign in":
                    here.sign_in(asked, person)
                case "another tool signs in":
                    here.another_tool_signs_in(asked, person)
                case "another tool caches":
                    here.another_tool_caches(asked)
                case "a credentials file is copied":
                    here.credentials_file_is_copied(asked, other)
                case "time passes":
                    here.clock.advance(50 * 60)
                case "ask for a token":
                    assert_the_token_is_of(here, asked)
                case "ask":
                    assert_the_credentials_are_of(here, asked)


def assert_the_token_is_of(here: BoundWorld, asked: Asked) -> None:
    try:
        token = here.token(asked)
    except (SignInNeeded, Mismatch):
        return
    origin = here.origins[token.access_token.reveal()]

    assert origin.target == asked.target
    assert (origin.oidc, origin.portal) == (asked.route.oidc.url, asked.route.portal.url)


def assert_the_credentials_are_of(here: BoundWorld, asked: Asked) -> None:
    try:
        served = here.credentials(asked)
    except (SignInNeeded, Mismatch):
        return
    origin, role = here.issued[served.access_key_id]
    on_disk = keys.token_file(here.store.home, asked.target.token_key).read_bytes()
    now = next(o for text, o in here.origins.items() if f'"{text}"'.encode() in on_disk)

    assert role == served.role == asked.route.role
    assert origin.target == asked.target
    assert (origin.oidc, origin.portal) == (asked.route.oidc.url, asked.route.portal.url)
    assert origin.person == now.person
