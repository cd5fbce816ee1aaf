"""The cache files' text: written as botocore writes it, read as widely as it is written."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dateutil.parser  # type: ignore[import-untyped]
import pytest
from botocore.tokens import _sso_json_dumps
from botocore.utils import JSONFileCache, SSOTokenLoader

from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.store import cachefile
from sekisho.store.interface import CachedToken, Registration

AT = datetime(2026, 11, 22, 13, 16, 19, tzinfo=UTC)


def test_a_token_file_is_what_botocore_writes_for_it(tmp_path: Path, token: CachedToken) -> None:
    loader = SSOTokenLoader(cache=JSONFileCache(str(tmp_path), dumps_func=_sso_json_dumps))
    loader.save_token(
        "unused",
        {
            "startUrl": "https://hoge.awsapps.com/start",
            "region": "us-east-1",
            "accessToken": "FAKEACCESSTOKEN",
            "expiresAt": token.expires_at,
            "clientId": "FAKECLIENTID",
            "clientSecret": "FAKECLIENTSECRET",
            "registrationExpiresAt": "2027-02-20T05:16:19Z",
            "refreshToken": "FAKEREFRESHTOKEN",
        },
        session_name="hoge",
    )
    (written,) = tmp_path.iterdir()

    assert cachefile.render_token(token) == written.read_bytes()


def test_a_legacy_token_file_is_the_one_the_aws_cli_was_seen_to_write(token: CachedToken) -> None:
    legacy = replace(token, refresh_token=None)

    assert cachefile.render_token(legacy) == (
        b'{"startUrl": "https://hoge.awsapps.com/start", "region": "us-east-1", '
        b'"accessToken": "FAKEACCESSTOKEN", "expiresAt": "2026-11-22T13:16:19Z", '
        b'"clientId": "FAKECLIENTID", "clientSecret": "FAKECLIENTSECRET", '
        b'"registrationExpiresAt": "2027-02-20T05:16:19Z"}'
    )


def test_botocore_loads_the_token_that_was_written(tmp_path: Path, token: CachedToken) -> None:
    loader = SSOTokenLoader(cache=JSONFileCache(str(tmp_path)))
    name = loader._generate_cache_key("unused", "hoge")
    (tmp_path / f"{name}.json").write_bytes(cachefile.render_token(token))

    loaded = loader("unused", session_name="hoge")
    assert loaded["accessToken"] == "FAKEACCESSTOKEN"
    assert dateutil.parser.parse(loaded["expiresAt"]) == AT


def test_a_token_reads_as_it_was_written_but_for_fractions_of_seconds(token: CachedToken) -> None:
    read = cachefile.parse_token(cachefile.render_token(token))

    assert read == replace(token, expires_at=AT)


def test_a_pkce_registration_is_the_one_the_aws_cli_was_seen_to_write() -> None:
    registration = Registration(
        client_id="FAKECLIENTID",
        client_secret=Secret("FAKECLIENTSECRET"),
        expires_at=datetime(2027, 2, 20, 5, 16, 19, tzinfo=UTC),
        scopes=("sso:account:access",),
        grant_types=("authorization_code", "refresh_token"),
    )
    written = cachefile.render_registration(registration)

    assert written == (
        b'{"clientId": "FAKECLIENTID", "clientSecret": "FAKECLIENTSECRET", '
        b'"expiresAt": "2027-02-20T05:16:19Z", "scopes": ["sso:account:access"], '
        b'"grantTypes": ["authorization_code", "refresh_token"]}'
    )
    assert cachefile.parse_registration(written) == registration


def test_a_device_registration_names_neither_scopes_nor_grant_types() -> None:
    registration = Registration("FAKECLIENTID", Secret("FAKECLIENTSECRET"), AT, None, None)
    written = cachefile.render_registration(registration)

    assert list(json.loads(written)) == ["clientId", "clientSecret", "expiresAt"]
    assert cachefile.parse_registration(written) == registration


def test_role_credentials_are_what_the_aws_cli_was_seen_to_write(
    credentials: RoleCredentials,
) -> None:
    written = cachefile.render_role_credentials(credentials)

    assert written == (
        b'{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAFAKE00000004", '
        b'"SecretAccessKey": "fakesecret4", "SessionToken": "FAKESESSIONTOKEN4", '
        b'"Expiration": "2026-11-22T10:16:20Z", "AccountId": "1234567891011"}}'
    )


def test_role_credentials_of_another_account_are_refused(credentials: RoleCredentials) -> None:
    written = cachefile.render_role_credentials(credentials)
    other = Role(AccountId("1234567891012"), RoleName("AdministratorAccess"))

    with pytest.raises(ValueError, match="another account"):
        cachefile.parse_role_credentials(written, other)


def test_what_an_assumed_role_left_behind_is_no_sso_role(credentials: RoleCredentials) -> None:
    with pytest.raises(ValueError, match="no credentials of an SSO role"):
        cachefile.parse_role_credentials(b'{"Credentials": {}}', credentials.role)


@pytest.mark.parametrize(
    "spelt",
    [
        "2026-11-22T13:16:19Z",
        "2026-11-22T13:16:19UTC",
        "2026-11-22T13:16:19 UTC",
        "2026-11-22T13:16:19+00:00",
        "2026-11-22T22:16:19+09:00",
        "2026-11-22T22:16:19+0900",
        "2026-11-22T13:16:19.000Z",
        "2026-11-22T13:16:19.000000000Z",
        "2026-11-22 13:16:19+00:00",
    ],
)
def test_a_time_with_a_zone_reads_as_botocore_reads_it(spelt: str) -> None:
    token = cachefile.parse_token(_token_with(expiresAt=spelt))

    assert token.expires_at == dateutil.parser.parse(spelt) == AT


@pytest.mark.parametrize(
    "spelt",
    ["2026-11-22T13:16:19", "2026-11-22", "garbage", "UTC", "0001-01-01T00:00:00+10:00", "Z", ""],
)
def test_a_time_without_a_zone_is_refused_and_not_shown(spelt: str) -> None:
    with pytest.raises(
        ValueError, match=r"^expiresAt is (no time with a zone|missing, or no text)$"
    ):
        cachefile.parse_token(_token_with(expiresAt=spelt))


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"accessToken": "FAKE", "expiresAt": "2026-11-22T13:1', "[]", "null", "1", "{}"],
)
def test_half_a_file_and_what_is_no_token_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        cachefile.parse_token(text.encode())


@pytest.mark.parametrize("token", ["FAKE\r\nX-Injected: 1", "トークン", "\x00", "\ud800", "", 7])
def test_a_token_that_no_header_can_carry_is_refused(token: object) -> None:
    with pytest.raises(ValueError, match=r"^accessToken is"):
        cachefile.parse_token(_token_with(accessToken=token))


def test_a_refusal_shows_nothing_of_the_file() -> None:
    with pytest.raises(ValueError) as refusal:
        cachefile.parse_token(b'{"accessToken": "FAKEACCESSTOKEN", ')

    assert "FAKE" not in str(refusal.value)


def test_other_tools_may_leave_out_and_add_keys() -> None:
    token = cachefile.parse_token(_token_with(toolVersion={"nested": [1]}, clientId=None))

    assert (token.start_url, token.region, token.client_id) == (None, None, None)
    assert token.refresh_token is None


def _token_with(**fields: object) -> bytes:
    whole = {"accessToken": "FAKEACCESSTOKEN", "expiresAt": "2026-11-22T13:16:19Z", **fields}
    return json.dumps(whole, indent=2).encode()
