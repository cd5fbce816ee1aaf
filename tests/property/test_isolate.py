"""Isolating changes which login a profile needs, and nothing else that botocore reads."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.credentials import SSOProvider
from botocore.exceptions import InvalidConfigError
from hypothesis import given, reject
from hypothesis import strategies as st

from sekisho.awsconfig.profiles import SsoProfile, interpret, sso_profiles
from sekisho.configure.groups import By
from sekisho.configure.isolate import Isolation, isolate
from sekisho.errors import ConfigError
from sekisho.model import ProfileName
from sekisho.reach.environments import guess_environments
from sekisho.reach.policy import NO_POLICY, Policy, parse_policy
from tests.property.sso_configs import NAMES, Oracle, botocores, configs, credentials

__all__ = ["botocores"]

OWNED = re.compile(r"\s*(sso_session|sso_start_url|sso_region)\s*[=:]", re.IGNORECASE)

ways = st.sampled_from(By)
DECLARED = parse_policy(
    b'[environment.hoge]\nprofiles = ["dev*", "stg"]\n[environment.prod]\nprofiles = ["*b"]\n',
    Path("policy.toml"),
)
policies = st.sampled_from([NO_POLICY, DECLARED])


@dataclass(frozen=True)
class Isolated:
    """A config, and how it is isolated."""

    config: bytes
    credentials: bytes | None
    by: By
    policy: Policy

    @property
    def plan(self) -> Isolation:
        return self.again(self.config)

    def again(self, config: bytes) -> Isolation:
        return isolate(config, self.credentials, NAMES, self.by, self.policy)

    def before(self) -> Sequence[SsoProfile]:
        return sso_profiles(interpret(self.config, self.credentials, NAMES))

    def after(self) -> Sequence[SsoProfile]:
        return sso_profiles(interpret(self.plan.after, self.credentials, NAMES))

    def groups(self) -> Mapping[ProfileName, str]:
        """What one login may open; a profile without a role is nothing that one could."""
        environments = guess_environments(self.before(), self.policy)
        found = {}
        for profile in self.before():
            found[profile.name] = str(profile.name)
            if profile.role is not None and self.by is By.ACCOUNT:
                found[profile.name] = profile.role.account_id
            if profile.role is not None and self.by is By.ENVIRONMENT:
                found[profile.name] = environments[profile.name]
        return found


def resolved(full: Mapping[str, Any]) -> dict[str, Any]:
    """What botocore's SSO provider makes of each profile, apart from where the token lies."""
    meanings = {}
    for name, settings in full["profiles"].items():
        provider = SSOProvider(lambda: full, client_creator=None, profile_name=name, token_cache={})
        try:
            sso = provider._load_sso_config()
        except InvalidConfigError:
            sso = "invalid"
        if isinstance(sso, dict):
            sso = {key: value for key, value in sso.items() if key != "sso_session"}
        meanings[name] = (sso, settings.get("region"), settings.get("output"))
    return meanings


@st.composite
def isolations(draw: st.DrawFn) -> Isolated:
    """A config and what isolating makes of it; what is refused is no example of anything else."""
    one = Isolated(draw(configs()), draw(credentials), draw(ways), draw(policies))
    try:
        one.again(one.config)
    except ConfigError:
        reject()
    return one


@given(one=isolations())
def test_botocore_gets_the_same_account_role_region_and_output_for_every_profile(
    one: Isolated, botocores: Oracle
) -> None:
    then = resolved(botocores.full(one.config, one.credentials))
    assert resolved(botocores.full(one.plan.after, one.credentials)) == then


@given(one=isolations())
def test_no_two_groups_share_a_token_and_no_profile_is_of_the_legacy_form(one: Isolated) -> None:
    groups = one.groups()

    after = one.after()
    assert [profile.name for profile in after] == [profile.name for profile in one.before()]
    assert all(profile.target.session is not None for profile in after)
    for token_key in {profile.token_key for profile in after}:
        opened = [profile for profile in after if profile.token_key == token_key and profile.role]
        assert len({groups[profile.name] for profile in opened}) <= 1


@given(one=isolations())
def test_what_was_parted_before_is_not_joined(one: Isolated) -> None:
    before = {profile.name: profile for profile in one.before()}
    after = {profile.name: profile for profile in one.after()}
    parted = [p for p in before.values() if p.target.session is not None and not shares(p, one)]
    assert all(after[profile.name].token_key == profile.token_key for profile in parted)


@given(one=isolations())
def test_profiles_of_one_group_that_shared_one_token_go_on_sharing_one(one: Isolated) -> None:
    """Unless their scopes were different: a session has but one list of them."""
    groups, after = one.groups(), {profile.name: profile.token_key for profile in one.after()}
    scopes = {
        name: profile.text("sso_registration_scopes")
        for name, profile in interpret(one.config, one.credentials, NAMES).profiles.items()
    }
    together: dict[object, set[object]] = {}
    for profile in one.before():
        target = profile.target
        key = (target.token_key, target.region, groups[profile.name], scopes[profile.name])
        together.setdefault(key, set()).add(after[profile.name])
    assert all(len(tokens) == 1 for tokens in together.values())


@given(one=isolations())
def test_isolating_twice_changes_nothing_more(one: Isolated) -> None:
    assert one.again(one.plan.after).after == one.plan.after


@given(one=isolations())
def test_every_line_but_the_keys_of_the_sign_in_stays_in_its_order(one: Isolated) -> None:
    after = iter(one.plan.after.decode().splitlines())

    stays = [line for line in one.config.decode().splitlines() if not OWNED.match(line)]
    assert all(line in after for line in stays)


@given(one=isolations())
def test_nothing_is_added_but_the_sections_of_the_new_sessions(one: Isolated) -> None:
    headers = [line for line in one.plan.after.splitlines() if line.startswith(b"[")]
    new = [f"[sso-session {own.target.session}]" for own in one.plan.sessions if not own.existed]
    there = [line for line in one.config.splitlines() if line.startswith(b"[")]
    assert Counter(headers) == Counter(there) + Counter(header.encode() for header in new)


@given(one=isolations())
def test_every_line_ending_is_the_files_own(one: Isolated) -> None:
    own = set(re.findall(rb"\r?\n", one.config))
    assert set(re.findall(rb"\r?\n", one.plan.after)) <= own


@given(one=isolations())
def test_an_old_key_is_one_that_was_used_and_is_mentioned_no_more(one: Isolated) -> None:
    before = {profile.name: profile for profile in one.before()}
    after = one.after()
    for old in one.plan.old_keys:
        users = [p for p in before.values() if p.target == old.target]
        assert {p.name for p in users} == set(old.profiles)
        assert {p.role for p in users if p.role is not None} == set(old.roles)
        assert old.target.token_key not in {p.token_key for p in after}


def shares(profile: SsoProfile, one: Isolated) -> bool:
    """Whether another group, or a profile that does not resolve, names the session of `profile`."""
    groups = one.groups()
    everybody = interpret(one.config, one.credentials, NAMES).profiles.values()
    return any(
        other.text("sso_session") == profile.target.session
        and groups.get(other.name) != groups[profile.name]
        for other in everybody
    )
