"""Two different requests never share a cached object (design §2, promise 2)."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import (
    AccountId,
    Form,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
    TokenKey,
)
from sekisho.store import keys

HOME, STATE = Path("/home/you"), Path("/home/you/.local/state/sekisho")

# Few letters, among them those that JSON and file names escape, so that near misses are common.
words = st.text(alphabet='a"\\,: é/', min_size=1, max_size=3)
token_keys = st.builds(TokenKey, st.sampled_from(Form), words)
roles = st.builds(Role, st.builds(AccountId, words), st.builds(RoleName, words))
targets = st.builds(
    SignInTarget,
    st.builds(StartUrl, words),
    st.builds(Region, words),
    st.none() | st.builds(SessionName, words),
    st.none() | st.lists(words, max_size=2).map(tuple),
)


@given(token_keys, token_keys)
def test_two_tokens_share_a_file_only_where_the_aws_cli_has_them_share_it(
    one: TokenKey, other: TokenKey
) -> None:
    same = keys.token_file(HOME, one) == keys.token_file(HOME, other)

    assert same == (one.value == other.value)


@given(token_keys, token_keys)
def test_two_tokens_never_share_a_record(one: TokenKey, other: TokenKey) -> None:
    same = keys.record_file(STATE, HOME, one) == keys.record_file(STATE, HOME, other)

    assert same == (one == other)


@given(token_keys, roles, token_keys, roles)
def test_two_requests_never_share_role_credentials(
    key: TokenKey, role: Role, other_key: TokenKey, other_role: Role
) -> None:
    same = keys.role_file(HOME, key, role) == keys.role_file(HOME, other_key, other_role)

    assert same == ((key, role) == (other_key, other_role))


@given(token_keys, roles, token_keys, roles)
def test_two_requests_never_wait_for_each_others_lock(
    key: TokenKey, role: Role, other_key: TokenKey, other_role: Role
) -> None:
    same = keys.role_lock(STATE, key, role) == keys.role_lock(STATE, other_key, other_role)

    assert same == ((key, role) == (other_key, other_role))


@given(targets, targets)
def test_two_sign_ins_never_share_a_registration(one: SignInTarget, other: SignInTarget) -> None:
    same = keys.registration_file(HOME, one) == keys.registration_file(HOME, other)

    assert same == (one == other)
