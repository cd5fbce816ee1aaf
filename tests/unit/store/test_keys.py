"""Where things lie: the AWS CLI's names, against botocore and against recorded check values."""

from pathlib import Path

import pytest
from botocore.credentials import AssumeRoleCredentialFetcher, SSOCredentialFetcher
from botocore.utils import SSOTokenLoader

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

HOME = Path("/home/you")
URL = StartUrl("https://h1.awsapps.com/start")
SESSION = TokenKey(Form.SSO_SESSION, "corp")
LEGACY = TokenKey(Form.LEGACY, URL)
READ_ONLY = Role(AccountId("111122223333"), RoleName("ReadOnly"))
UNICODE = Role(AccountId("111122223333"), RoleName("読む専用"))


@pytest.mark.parametrize(
    "key, name",
    [
        (SESSION, "ee0bfd2552fbd840c02cc48b6e823320543c450f"),
        (LEGACY, "36b393abbb45b37224609d4f2c9d95b448ee4252"),
    ],
)
def test_a_token_lies_where_the_aws_cli_was_seen_to_put_it(key: TokenKey, name: str) -> None:
    assert keys.token_file(HOME, key) == HOME / f".aws/sso/cache/{name}.json"


@pytest.mark.parametrize("value", ["hoge", "関所", "a b", "https://x.awsapps.com/start#/", "é"])
def test_botocore_gives_a_token_the_same_name(value: str) -> None:
    loader = SSOTokenLoader()
    session = keys.token_file(HOME, TokenKey(Form.SSO_SESSION, value)).stem
    legacy = keys.token_file(HOME, TokenKey(Form.LEGACY, value)).stem

    assert session == loader._generate_cache_key("https://unused", value)
    assert legacy == loader._generate_cache_key(value, None)


@pytest.mark.parametrize(
    "scopes, session, name",
    [
        (("sso:account:access",), "corp", "69439f2669b4371ad149e0687dc8af9a28775d4c"),
        (None, None, "b0ed76d3db49a320f6f303f32d3671da5bda5c8a"),
    ],
)
def test_a_registration_lies_where_the_aws_cli_was_seen_to_put_it(
    scopes: tuple[str, ...] | None, session: str | None, name: str
) -> None:
    target = SignInTarget(
        URL, Region("us-east-1"), SessionName(session) if session else None, scopes
    )

    assert keys.registration_file(HOME, target) == HOME / f".aws/sso/cache/{name}.json"


@pytest.mark.parametrize(
    "key, name",
    [
        (SESSION, "ef7c0373a8420e194e9d028ad5acc50a222b4714"),
        (LEGACY, "c9744c2b99a64cdb151ded9c19556b08795437cc"),
    ],
)
def test_role_credentials_lie_where_the_aws_cli_was_seen_to_put_them(
    key: TokenKey, name: str
) -> None:
    assert keys.role_file(HOME, key, READ_ONLY) == HOME / f".aws/cli/cache/{name}.json"


@pytest.mark.parametrize("role", [READ_ONLY, UNICODE])
@pytest.mark.parametrize("key", [SESSION, LEGACY])
def test_botocore_gives_role_credentials_the_same_name(key: TokenKey, role: Role) -> None:
    fetcher = SSOCredentialFetcher(
        start_url=URL,
        sso_region="us-east-1",
        role_name=role.role_name,
        account_id=role.account_id,
        client_creator=None,
        sso_session_name="corp" if key is SESSION else None,
    )

    assert keys.role_file(HOME, key, role).stem == fetcher._create_cache_key()


def test_a_session_named_like_a_start_url_has_a_record_of_its_own() -> None:
    session, legacy = TokenKey(Form.SSO_SESSION, URL), TokenKey(Form.LEGACY, URL)
    state = Path("/state")

    assert keys.token_file(HOME, session) == keys.token_file(HOME, legacy)
    assert keys.record_file(state, HOME, session) != keys.record_file(state, HOME, legacy)


def test_two_homes_with_one_state_folder_share_no_record() -> None:
    state = Path("/state")

    mine = keys.record_file(state, HOME, SESSION)
    assert mine != keys.record_file(state, Path("/home/other"), SESSION)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"RoleSessionName": "me", "ExternalId": "x/y:z"},
        {"SerialNumber": "arn:aws:iam::111122223333:mfa/me", "DurationSeconds": 3600},
        {"ExternalId": "", "RoleSessionName": "読む"},
    ],
    ids=["plain", "named", "mfa", "unicode"],
)
def test_botocore_gives_the_aws_clis_file_of_an_assumed_role_the_same_name(
    more: dict[str, str | int],
) -> None:
    arn = "arn:aws:iam::111122223333:role/team/deployer"
    fetcher = AssumeRoleCredentialFetcher(None, None, arn, extra_args=more)

    ours = keys.aws_cli_assumed_file(HOME, {"RoleArn": arn, **more})

    assert ours == HOME / f".aws/cli/cache/{fetcher._create_cache_key()}.json"
