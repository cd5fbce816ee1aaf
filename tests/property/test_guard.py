"""Guarding changes where credentials come from, and nothing else that botocore reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import CredentialResolver, ProfileProviderBuilder, SSOProvider
from hypothesis import given, reject
from hypothesis import strategies as st

from sekisho.awsconfig.profiles import (
    AwsConfig,
    SsoProfile,
    guarded_profile,
    guarded_profiles,
    interpret,
    sso_profiles,
)
from sekisho.configure.guard import Guarding, guard
from sekisho.errors import ConfigError
from sekisho.model import Delivery
from tests.property.sso_configs import NAMES, Oracle, botocores, configs, credentials

__all__ = ["botocores"]

PROGRAM = "/opt/my tools/sekisho"
OWNED = re.compile(
    r"\s*((sekisho_|sso_)\w+|credential_process)\s*[=:]|\[sso-session|\s*#", re.IGNORECASE
)
"""What guarding may change: keys, headers of sessions, and the comment above one."""
ANSWERS = """\
#!/bin/sh
test "$1 $2" = "credential-process --profile" || exit 1
printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "fake"}' "$3"
"""

SAME = """\
[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""
KEPT = """\
[profile kept]
credential_process = sekisho credential-process --profile kept
sekisho_sso_session = hoge
sekisho_account_id = 1
sekisho_role_name = R
"""
guarded_already = st.sampled_from(["", "", SAME, SAME.replace("us-east-1", "us-x"), KEPT])


@dataclass(frozen=True)
class Guarded:
    """A config, and which of its profiles are to be guarded how."""

    config: bytes
    credentials: bytes | None
    delivery: Delivery
    names: Sequence[str]

    def again(self, config: bytes) -> Guarding:
        return guard(
            config,
            self.credentials,
            NAMES,
            delivery=self.delivery,
            program=PROGRAM,
            names=self.names,
        )

    @cached_property
    def plan(self) -> Guarding:
        return self.again(self.config)

    def before(self) -> AwsConfig:
        return interpret(self.config, self.credentials, NAMES)

    def after(self) -> AwsConfig:
        return interpret(self.plan.after, self.credentials, NAMES)

    def moved(self) -> list[SsoProfile]:
        return [p for p in sso_profiles(self.before()) if guarded_profile(self.after(), p.name)]


@st.composite
def guardings(draw: st.DrawFn) -> Guarded:
    """A config and what guarding makes of it; what is refused is no example of anything else."""
    more = draw(guarded_already).encode()
    config, secret = draw(configs()), draw(credentials)
    if more:
        config += b"\n" + more
    try:
        there = sso_profiles(interpret(config, secret, NAMES))
        named = [profile.name for profile in there if profile.role]
        names = draw(st.lists(st.sampled_from(named), unique=True)) if named else []
        one = Guarded(config, secret, draw(st.sampled_from([*Delivery][1:])), names)
        assert one.plan is not None
    except ConfigError:
        reject()
    return one


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something to be started as sekisho: its answer names the profile that it was asked for."""
    path = tmp_path_factory.mktemp("my tools") / "sekisho"
    path.write_text(ANSWERS)
    path.chmod(0o700)
    return path


def sso_of(full: Mapping[str, Any], name: str) -> Any:
    """What botocore's SSO provider makes of a profile."""
    provider = SSOProvider(lambda: full, client_creator=None, profile_name=name, token_cache={})
    return provider._load_sso_config()


@given(one=guardings())
def test_each_profile_is_guarded_for_the_role_that_botocore_read_in_it(
    one: Guarded, botocores: Oracle
) -> None:
    full, after = botocores.full(one.config, one.credentials), one.after()
    for profile in one.moved():
        sso, result = sso_of(full, profile.name), guarded_profile(after, profile.name)

        assert result is not None
        assert result.role.account_id == sso["sso_account_id"]
        assert result.role.role_name == sso["sso_role_name"]
        assert result.target.start_url == sso["sso_start_url"]
        assert result.target.region == sso["sso_region"]
        assert result.delivery is one.delivery


@given(one=guardings())
def test_botocore_starts_the_process_for_each_of_them_and_names_the_profile(
    one: Guarded, botocores: Oracle, program: Path
) -> None:
    plan = guard(
        one.config,
        one.credentials,
        NAMES,
        delivery=one.delivery,
        program=str(program),
        names=one.names,
    )
    botocores.full(plan.after, one.credentials)
    for profile in one.moved()[:2]:
        builder = ProfileProviderBuilder(botocores.session, cache={}, region_name="us-east-1")
        resolver = CredentialResolver(builder.providers(profile.name, disable_env_vars=True))

        found = resolver.load_credentials()

        assert (found.method, found.access_key) == ("custom-process", profile.name)


@given(one=guardings())
def test_the_other_profiles_mean_the_same_to_botocore(one: Guarded, botocores: Oracle) -> None:
    before = botocores.full(one.config, one.credentials)
    after = botocores.full(one.plan.after, one.credentials)
    changed = set(one.plan.profiles)
    names = [profile.text("sso_session") for profile in one.after().profiles.values()]

    assert list(before["profiles"]) == list(after["profiles"])
    for name, settings in before["profiles"].items():
        if name not in changed:
            assert after["profiles"][name] == settings
    for name, session in before["sso_sessions"].items():
        if name in names:
            assert after["sso_sessions"][name] == session


@given(one=guardings())
def test_region_output_and_all_else_stay(one: Guarded) -> None:
    after = one.after()
    for name, profile in one.before().profiles.items():
        kept = {k: s.value for k, s in profile.settings.items() if not OWNED.match(f"{k} =")}
        result = after.profiles[name].settings
        assert {k: s.value for k, s in result.items() if not OWNED.match(f"{k} =")} == kept


@given(one=guardings())
def test_no_session_of_aws_is_left_that_guarded_profiles_alone_name(one: Guarded) -> None:
    """Unless sekisho's own session of that name says something else."""
    after = one.after()
    native = {profile.text("sso_session") for profile in after.profiles.values()}
    for profile in guarded_profiles(after):
        session = profile.target.session
        assert session is not None
        if session in after.sessions and session not in native:
            ours, theirs = after.guard_sessions[session], after.sessions[session]
            assert ours.text("sso_start_url") != theirs.text("sso_start_url") or ours.text(
                "sso_region"
            ) != theirs.text("sso_region")


@given(one=guardings())
def test_guarding_twice_changes_nothing_more(one: Guarded) -> None:
    assert one.again(one.plan.after).after == one.plan.after


@given(one=guardings())
def test_every_other_line_stays_in_its_order(one: Guarded) -> None:
    after = iter(one.plan.after.decode().splitlines())

    stays = [line for line in one.config.decode().splitlines() if not OWNED.match(line)]
    assert all(line in after for line in stays)


@given(one=guardings())
def test_comments_stay_where_they_are(one: Guarded) -> None:
    after = iter(one.plan.after.decode().splitlines())

    comments = [line for line in one.config.decode().splitlines() if line.strip()[:1] in "#;"]
    assert all(line in after for line in comments)


@given(one=guardings())
def test_every_line_ending_is_the_files_own(one: Guarded) -> None:
    own = set(re.findall(rb"\r?\n", one.config))
    assert set(re.findall(rb"\r?\n", one.plan.after)) <= own
