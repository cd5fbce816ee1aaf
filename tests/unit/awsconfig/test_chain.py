"""Role chains: followed as botocore follows them, and refused with its sentences."""

from pathlib import Path

import pytest

from sekisho.awsconfig.chain import RoleChain, RoleLink, role_chain
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.errors import (
    ChainLoop,
    ConfigError,
    NotSso,
    ProfileNotFound,
    SessionNotFound,
    SettingsMissing,
    SourceProfileNotFound,
)

NAMES = ConfigFiles(Path("config"), Path("credentials"))
SSO = """\
[profile dev]
sso_session = hoge
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

"""
ARN = "arn:aws:iam::1234567891012:role"
DEPLOY = f"[profile deploy]\nrole_arn = {ARN}/deployer\nsource_profile = dev\n"


def config(text: str, credentials: str | None = None) -> AwsConfig:
    return interpret(
        (SSO + text).encode(), None if credentials is None else credentials.encode(), NAMES
    )


def chain(text: str, name: str = "deploy") -> RoleChain:
    found = role_chain(config(text), name)
    assert found is not None
    return found


def test_a_profile_that_assumes_no_role_is_no_chain() -> None:
    assert role_chain(config(""), "dev") is None


def test_a_profile_with_a_web_identity_is_no_chain() -> None:
    text = f"[profile ci]\nrole_arn = {ARN}/ci\nweb_identity_token_file = /token\n"

    assert role_chain(config(text), "ci") is None


def test_an_unknown_profile_is_not_found() -> None:
    with pytest.raises(ProfileNotFound):
        role_chain(config(""), "dve")


def test_one_link_leads_to_the_sso_profile() -> None:
    found = chain(DEPLOY + "output = yaml\n")

    assert found.source.name == "dev"
    assert [link.role_arn for link in found.links] == [f"{ARN}/deployer"]
    assert (found.region, found.output) == (None, "yaml")
    assert (found.file, found.line) == (Path("config"), 11)


def test_every_key_of_a_link_is_read_with_the_place_of_its_role() -> None:
    found = chain(
        DEPLOY + "role_session_name = me\nexternal_id = x-1\nduration_seconds = 900\n"
        "mfa_serial = arn:aws:iam::111122223333:mfa/me\nsource_identity = me@example.com\n"
        "region = eu-west-1\n"
    )

    assert found.links == (
        RoleLink(
            profile=found.name,
            role_arn=f"{ARN}/deployer",
            session_name="me",
            external_id="x-1",
            duration_seconds=900,
            mfa_serial="arn:aws:iam::111122223333:mfa/me",
            source_identity="me@example.com",
            place="config:12",
        ),
    )
    assert found.region == "eu-west-1"


def test_keys_that_are_not_there_are_left_to_others() -> None:
    link = chain(DEPLOY + "duration_seconds = soon\nexternal_id =\n").links[0]

    assert (link.session_name, link.external_id, link.duration_seconds) == (None, None, None)
    assert (link.mfa_serial, link.source_identity) == (None, None)


def test_several_links_come_in_the_order_in_which_they_are_assumed() -> None:
    found = chain(
        f"{DEPLOY}[profile a]\nrole_arn = {ARN}/a\nsource_profile = deploy\n"
        f"[profile b]\nrole_arn = {ARN}/b\nsource_profile = a\n",
        "b",
    )

    assert [link.profile for link in found.links] == ["deploy", "a", "b"]
    assert found.source.name == "dev"


def test_a_profile_that_assumes_a_role_is_a_chain_whatever_else_it_has() -> None:
    found = chain(f"{DEPLOY}sso_session = hoge\nsso_account_id = 1\nsso_role_name = Other\n")

    assert found.source.name == "dev"


def test_a_profile_may_be_its_own_source_only_with_static_keys() -> None:
    own = DEPLOY.replace("= dev", "= deploy") + (
        "sso_session = hoge\nsso_account_id = 1\nsso_role_name = Other\n"
    )

    assert chain(own + "aws_access_key_id = AKIAFAKE\n").source.name == "deploy"
    with pytest.raises(ChainLoop):
        chain(own)


def test_a_loop_is_found_and_named_with_its_place() -> None:
    text = (
        f"[profile a]\nrole_arn = {ARN}/a\nsource_profile = b\n"
        f"[profile b]\nrole_arn = {ARN}/b\nsource_profile = c\n"
        f"[profile c]\nrole_arn = {ARN}/c\nsource_profile = b\n"
    )

    with pytest.raises(ChainLoop) as refused:
        chain(text, "a")

    assert refused.value.what == (
        "Infinite loop in credential configuration detected. Attempting to load from profile b "
        "which has already been visited. Visited profiles: ['a', 'b', 'c']\n"
        "config:19: a -> b -> c -> b"
    )


def test_a_source_that_is_missing_is_named_with_the_nearest_there_is() -> None:
    with pytest.raises(SourceProfileNotFound) as refused:
        chain(DEPLOY.replace("= dev", "= dve"))

    assert refused.value.what == (
        'The source_profile "dve" referenced in the profile "deploy" does not exist.\n'
        "config:13: source_profile = dve"
    )
    assert refused.value.do.endswith("such as dev")


def test_a_chain_that_never_ends_is_given_up() -> None:
    links = "".join(
        f"[profile p{n}]\nrole_arn = {ARN}/r\nsource_profile = p{n + 1}\n" for n in range(5000)
    )

    with pytest.raises(ConfigError, match="more than 32 roles"):
        chain(links, "p0")


def test_a_role_without_any_source_is_refused_with_botocore_s_sentence() -> None:
    with pytest.raises(SettingsMissing) as refused:
        chain(DEPLOY.replace("source_profile = dev\n", ""))

    assert refused.value.what.startswith(
        "Partial credentials found in assume-role, missing: source_profile or credential_source"
    )


def test_two_kinds_of_source_are_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        chain(DEPLOY + "credential_source = Environment\n")

    assert refused.value.what.startswith(
        'The profile "deploy" contains both source_profile and credential_source.'
    )


def test_a_role_without_a_name_is_refused() -> None:
    with pytest.raises(SettingsMissing):
        chain("[profile deploy]\nrole_arn =\nsource_profile = dev\n")


def test_a_source_that_only_signs_in_must_have_a_role() -> None:
    with pytest.raises(SettingsMissing) as refused:
        chain(DEPLOY.replace("= dev", "= plain") + "[profile plain]\nsso_session = hoge\n")

    assert refused.value.what.startswith('The source profile "plain" must have credentials.')


@pytest.mark.parametrize(
    "text, why",
    [
        ("credential_source = Environment", "assumed with credential_source = Environment"),
        ("source_profile = ci", 'begins at the profile "ci", and it has neither sso_session'),
        ("source_profile = keys", 'begins at the profile "keys"'),
    ],
)
def test_a_chain_without_sso_points_to_the_aws_cli(text: str, why: str) -> None:
    others = "[profile ci]\ncredential_process = x\n[profile keys]\naws_access_key_id = AKIAFAKE\n"
    with pytest.raises(NotSso) as refused:
        chain(f"[profile deploy]\nrole_arn = {ARN}/r\n{text}\n{others}")

    assert refused.value.what.startswith('The profile "deploy" does not use SSO: ')
    assert why in refused.value.what
    assert "aws --profile deploy" in refused.value.do


def test_what_is_wrong_with_the_profile_it_begins_at_is_said_of_that_one() -> None:
    with pytest.raises(SessionNotFound, match="hgoe"):
        chain(f"{DEPLOY.replace('= dev', '= x')}[profile x]\nsso_session = hgoe\n")
