"""What binds a token (design §3, "Binding"): each difference is refused, and names both values."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sekisho.errors import Mismatch, TokenNotAdopted
from sekisho.model import Region, SessionName, SignInTarget, StartUrl
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.records import check_binding, parse_record, render_record, same_place

TARGET = SignInTarget(
    StartUrl("https://hoge.awsapps.com/start"), Region("us-east-1"), SessionName("hoge"), None
)
OIDC = "https://oidc.us-east-1.amazonaws.com"
PORTAL = "https://portal.sso.us-east-1.amazonaws.com"
LOGIN = "sekisho login --profile dev"


def check(
    token: CachedToken,
    record: TokenRecord | None,
    target: SignInTarget = TARGET,
    *,
    oidc: str = OIDC,
    portal: str = PORTAL,
    overridden: bool = False,
) -> TokenRecord | None:
    return check_binding(
        token, record, target, oidc=oidc, portal=portal, overridden=overridden, login=LOGIN
    )


def test_a_token_with_its_own_record_passes_with_the_person(
    token: CachedToken, record: TokenRecord
) -> None:
    assert check(token, record) is record


def test_the_person_of_a_token_that_another_tool_wrote_over_ours_is_unknown(
    token: CachedToken, record: TokenRecord
) -> None:
    refreshed = replace(token, access_token=Secret("FAKEACCESSTOKEN2"))

    assert check(refreshed, record) is None


def test_a_record_goes_on_binding_the_token_that_replaced_its_own(
    token: CachedToken, record: TokenRecord
) -> None:
    refreshed = replace(token, access_token=Secret("FAKEACCESSTOKEN2"))

    with pytest.raises(Mismatch):
        check(refreshed, record, portal="http://127.0.0.1:8765", overridden=True)


def test_a_token_without_a_record_goes_to_aws(token: CachedToken) -> None:
    assert check(token, None) is None


def test_a_token_without_a_record_goes_to_no_overridden_endpoint(token: CachedToken) -> None:
    with pytest.raises(TokenNotAdopted) as refusal:
        check(token, None, portal="http://127.0.0.1:8765", overridden=True)

    assert "http://127.0.0.1:8765" in refusal.value.what
    assert refusal.value.do.startswith(f"{LOGIN} --adopt")


@pytest.mark.parametrize(
    "what, changed, old, new",
    [
        (
            "start URL",
            {"target": replace(TARGET, start_url=StartUrl("https://hoge.awsapps.com/start/"))},
            "https://hoge.awsapps.com/start,",
            "https://hoge.awsapps.com/start/",
        ),
        (
            "Region",
            {"target": replace(TARGET, region=Region("eu-west-1"))},
            "us-east-1",
            "eu-west-1",
        ),
        ("OIDC endpoint", {"oidc": "http://127.0.0.1:1"}, OIDC, "http://127.0.0.1:1"),
        ("portal endpoint", {"portal": "http://127.0.0.1:2"}, PORTAL, "http://127.0.0.1:2"),
    ],
)
def test_a_token_for_something_else_is_refused_and_both_values_are_named(
    token: CachedToken,
    record: TokenRecord,
    what: str,
    changed: dict[str, Any],
    old: str,
    new: str,
) -> None:
    bare = replace(token, start_url=None, region=None)

    with pytest.raises(Mismatch) as refusal:
        check(bare, record, **changed)

    assert f"another {what}: " in refusal.value.what
    assert old in refusal.value.what
    assert new in refusal.value.what
    assert refusal.value.do == LOGIN


@pytest.mark.parametrize(
    "what, target",
    [
        ("start URL", replace(TARGET, start_url=StartUrl("https://other.awsapps.com/start"))),
        ("Region", replace(TARGET, region=Region("eu-west-1"))),
    ],
)
def test_what_the_token_file_itself_says_is_compared_too(
    token: CachedToken, what: str, target: SignInTarget
) -> None:
    with pytest.raises(Mismatch, match=f"another {what}"):
        check(token, None, target)


def test_what_another_tool_left_out_of_the_file_is_not_compared(token: CachedToken) -> None:
    assert check(replace(token, start_url=None, region=None), None) is None


def test_a_record_reads_as_it_was_written(record: TokenRecord) -> None:
    unknown = replace(record, person=None, issued=())

    assert parse_record(render_record(record)) == record
    assert parse_record(render_record(unknown)) == unknown


def test_a_record_that_says_nothing_of_a_refusal_knows_of_none(record: TokenRecord) -> None:
    refused = replace(record, refused="a-digest")
    earlier = render_record(refused).replace(b'"refused"', b'"unknown"')

    assert parse_record(render_record(refused)) == refused
    assert parse_record(earlier) == record


def test_a_record_of_version_1_binds_the_token_and_lists_no_credentials(
    record: TokenRecord,
) -> None:
    old = render_record(record).replace(b'"version": 2', b'"version": 1')

    assert record.issued
    assert parse_record(old) == replace(record, issued=())


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda _: b"[]",
        lambda data: data.replace(b'"version": 2', b'"version": 3'),
        lambda data: data.replace(b'"region"', b'"reg"'),
        lambda data: data.replace(b'"hoge@hoge.com"', b"7"),
        lambda data: data.replace(b'"issued": [', b'"issued": [7, '),
        lambda data: data.replace(b'"issued"', b'"issue"'),
        lambda data: data.replace(b'"refused": null', b'"refused": 7'),
    ],
)
def test_a_damaged_record_is_none(record: TokenRecord, damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError):
        parse_record(damage(render_record(record)))


def test_two_records_of_one_place_may_differ_in_person_and_token(record: TokenRecord) -> None:
    assert same_place(record, replace(record, person=None, token_sha256="other", issued=()))


@pytest.mark.parametrize("field", ["start_url", "region", "oidc_endpoint", "portal_endpoint"])
def test_a_place_is_start_url_region_and_both_endpoints(record: TokenRecord, field: str) -> None:
    elsewhere: dict[str, Any] = {field: "elsewhere"}

    assert not same_place(record, replace(record, **elsewhere))
