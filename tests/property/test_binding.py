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

from sekisho.awsconfig.chain import RoleLink
from sekisho.errors import Mismatch, SekishoError, SignInNeeded
from sekisho.model import ProfileName
from sekisho.store import keys
from tests.property.binding_world import Asked, BoundWorld


def link(role_arn: str = "arn:aws:iam::123456789012:role/deployer", **more: Any) -> RoleLink:
    unsaid: dict[str, Any] = dict.fromkeys(
        ("session_name", "external_id", "duration_seconds", "mfa_serial", "source_identity")
    )
    return RoleLink(ProfileName("deploy"), role_arn, **{**unsaid, **more}, place="config:9")


SECOND = link("arn:aws:iam::123456789013:role/releaser")

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
    "chain": [(), (link(),), (SECOND,), (link(), SECOND), (SECOND, link()),
              (link("arn:aws-cn:iam::123456789012:role/deployer"),),
              (link("arn:aws:iam::123456789012:role/Deployer"),),
              (link(session_name="me"),), (link(external_id="me"),), (link(source_identity="me"),),
              (link(duration_seconds=3600),), (link(mfa_serial="me"),)],
    "sts_region": ["us-east-1", "us-east-2", "cn-north-1"],
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
    "a chain": replace(AT_AWS, chain=(link(),)),
    "a chain of two, elsewhere": replace(
        AT_AWS, override="http://127.0.0.1:8765", chain=(link(), SECOND)
    ),
}
every_base = pytest.mark.parametrize("one", BASES.values(), ids=BASES)


@contextmanager
def world() -> Iterator[BoundWorld]:
    with tempfile.TemporaryDirectory() as folder:
        yield BoundWorld(Path(folder))


def is_of_one_sign_in(one: Asked, other: Asked) -> bool:
    one, other = (replace(each, account="", role="", chain=()) for each in (one, other))
    return replace(one, sts_region="") == replace(other, sts_region="")


def is_one_request(one: Asked, other: Asked) -> bool:
    """Where STS is matters to chains alone."""
    return (one.route, one.steps) == (other.route, other.steps)


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
                again = here.credentials(other).access_key_id
                assert (again == credentials.access_key_id) == is_one_request(one, other)
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


HAPPENINGS = ["sign in", "ask", "ask", "ask", "ask for a token", "another tool signs in",
              "another tool caches", "a credentials file is copied", "sign out",
              "time passes", "a little time passes"]  # fmt: skip
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
                case "sign out":
                    here.signs_out(asked)
                case "time passes" | "a little time passes":
                    here.clock.advance(60 * (50 if happening == "time passes" else 10))
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
    origin, role, steps = here.issued[served.access_key_id]
    on_disk = keys.token_file(here.store.home, asked.target.token_key).read_bytes()
    now = next(o for text, o in here.origins.items() if f'"{text}"'.encode() in on_disk)

    assert role == asked.route.role
    assert steps == asked.steps
    assert asked.chain or served.role == role
    assert origin.target == asked.target
    assert (origin.oidc, origin.portal) == (asked.route.oidc.url, asked.route.portal.url)
    assert origin.person == now.person
