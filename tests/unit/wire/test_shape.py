"""Whatever a service answers, reading gives a value or says what is wrong; it never breaks."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.model import AccountId, Role, RoleName
from sekisho.wire import oidc, portal, shape, sts
from sekisho.wire.http import Headers, Response
from sekisho.wire.rejection import rejection_of
from sekisho.wire.shape import NotThisShape

ROLE = Role(AccountId("1"), RoleName("r"))
READERS: dict[str, Callable[[Response], object]] = {
    "RegisterClient": oidc.registered_client_in,
    "StartDeviceAuthorization": oidc.device_authorization_in,
    "CreateToken": oidc.issued_token_in,
    "GetRoleCredentials": lambda response: portal.role_credentials_in(response, ROLE),
    "ListAccounts": portal.accounts_in,
    "ListAccountRoles": portal.roles_in,
    "GetCallerIdentity": sts.caller_identity_in,
}
NAMES = [
    "accessToken", "refreshToken", "expiresIn", "clientId", "clientSecret",
    "clientSecretExpiresAt", "deviceCode", "userCode", "verificationUri",
    "verificationUriComplete", "interval", "roleCredentials", "accessKeyId", "secretAccessKey",
    "sessionToken", "expiration", "accountList", "accountId", "accountName", "roleList",
    "roleName", "nextToken", "message", "__type",
]  # fmt: skip

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**9, 10**13)
    | st.floats()
    | st.text()
    | st.sampled_from(["x", "https://a.example/", "https://[", "http://a:b@c:d/"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8)
    ),
    max_leaves=20,
)
objects = st.dictionaries(st.sampled_from(NAMES), values, max_size=12)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@given(body=objects.map(lambda each: json.dumps(each).encode()) | st.binary())
@example(body=b'{"verificationUri": "https://["}')
@example(body=b'{"expiresIn": 1e999}')
@example(body=b'{"expiresIn": ' + b"9" * 5000 + b"}")
@example(body=b'{"clientId": "\\ud800"}')
@example(body=b"<?xml version='1.0' encoding='utf-7'?><r/>")
def test_any_answer_is_read_or_refused(read: Callable[[Response], object], body: bytes) -> None:
    response = Response(200, Headers(), body)
    with contextlib.suppress(NotThisShape):
        read(response)


@given(st.integers(300, 599), objects.map(lambda each: json.dumps(each).encode()) | st.binary())
def test_any_rejection_has_a_name(status: int, body: bytes) -> None:
    response = Response(status, Headers(), body)

    assert rejection_of(response).error
    assert sts.rejection_of(response).error


@pytest.mark.parametrize(
    ("value", "per_second", "read"),
    [
        (1_790_000_000, 1, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        (1_790_000_000_000, 1000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_unit_that_the_member_has(
    value: int, per_second: int, read: datetime
) -> None:
    assert shape.instant({"at": value}, "at", per_second=per_second) == read


@pytest.mark.parametrize(("value", "per_second"), [(1_790_000_000_000, 1), (1_790_000_000, 1000)])
def test_a_time_in_the_other_unit_is_refused(value: int, per_second: int) -> None:
    with pytest.raises(NotThisShape, match="at is out of range"):
        shape.instant({"at": value}, "at", per_second=per_second)
