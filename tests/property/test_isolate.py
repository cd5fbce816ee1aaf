"""Isolating changes which login a profile needs, and nothing else that botocore reads."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.credentials import SSOProvider
from botocore.exceptions import InvalidConfigError
from hypothesis import given, reject
from hypothesis import strategies as st

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret, sso_profiles
from sekisho.configure.isolate import Isolation, isolate
from sekisho.errors import ConfigError

NAMES = ConfigFiles(Path("config"), Path("credentials"))
OWNED = re.compile(r"\s*(sso_session|sso_start_url|sso_region)\s*[=:]", re.IGNORECASE)

urls = st.sampled_from(
    [
        "https://hoge.awsapps.com/start",
        "https://hoge.awsapps.com/start/",
        "https://d-92670a1b2c.awsapps.com/start",
    ]
)
regions = st.sampled_from(["us-east-1", "eu-west-1"])
sessions = st.sampled_from(["hoge", "hoge-dev", "hoge-stg", "undefined"])
profiles = st.sampled_from(["dev", "stg", "default", "hoge-dev", "dev-2", '"a b"', "本番", "prod"])
roles = st.builds(
    "sso_account_id = {}\nsso_role_name{}\n".format,
    st.sampled_from(["123456789012", "210987654321", "1234567891011"]),
    st.sampled_from([" = R", ": R", "=R", " = Other Role"]),
)
portals = st.builds("sso_start_url = {}\nSSO_Region:{}\n".format, urls, regions)
scopes = st.sampled_from(
    ["", "", "sso_registration_scopes = sso:account:access\n", "sso_registration_scopes = a, b\n"]
)
rest = st.sampled_from(
    [
        "",
        "region = ap-northeast-1\noutput = json\n",
        "# a comment\n\n  ; another\nregion=us-west-2\n",
        "s3 =\n  addressing_style = path\n\n  # inside\n  use_accelerate_endpoint = true\n",
        "region = us-west-2\ncustom = first\n  second\n",
    ]
)
bodies = st.one_of(
    st.builds("{}{}{}".format, portals, roles, rest),
    st.builds("{}{}{}".format, roles, rest, portals),
    st.builds("sso_session = {}\n{}{}".format, sessions, roles, rest),
    st.builds("{}{}SSO_session={}\n".format, rest, portals, sessions),
    st.builds("{}sso_session = {}\n{}{}".format, portals, sessions, roles, scopes),
    st.just("role_arn = arn:aws:iam::123456789012:role/x\nsource_profile = dev\n"),
    st.just("sso_sssion = hoge\n"),
    rest,
)
defined = st.builds(
    "[sso-session {}]\nsso_start_url = {}\nsso_region = {}\n{}\n".format,
    st.sampled_from(["hoge", "hoge-dev", "hoge-stg", "'hoge-prod'"]),
    urls,
    regions,
    scopes,
)
common = st.sampled_from(
    ["", "", "", "[DEFAULT]\noutput = text\n", "[DEFAULT]\nregion = us-east-1\n"]
)


def _section(name: str, body: str) -> str:
    return f"[default]\n{body}\n" if name == "default" else f"[profile {name}]\n{body}\n"


@st.composite
def configs(draw: st.DrawFn) -> bytes:
    """A config file of several profiles and sessions, in any order."""
    names = draw(st.lists(profiles, min_size=1, max_size=5, unique=True))
    sections = [_section(name, draw(bodies)) for name in names]
    sections += draw(st.lists(defined, max_size=3, unique_by=lambda text: text.partition("\n")[0]))
    text = draw(common) + "".join(draw(st.permutations(sections)))
    text = draw(st.sampled_from([text, text.rstrip("\n"), f"# first\n\n{text}# last"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


credentials = st.one_of(
    st.none(),
    st.builds("[{}]\n{}".format, st.sampled_from(["dev", "keys"]), roles | rest).map(str.encode),
)


@dataclass(frozen=True)
class Oracle:
    """botocore with two files of its own; making its session costs more than all else here."""

    files: ConfigFiles
    session: botocore.session.Session

    def full(self, config: bytes, credentials_: bytes | None) -> Mapping[str, Any]:
        self.files.config.write_bytes(config)
        self.files.credentials.write_bytes(credentials_ or b"")
        self.session._config = None  # what it has read before
        full: Mapping[str, Any] = self.session.full_config
        return full


@pytest.fixture(scope="module")
def botocores(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    folder = tmp_path_factory.mktemp("aws")
    files = ConfigFiles(folder / "config", folder / "credentials")
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(files.config))
    session.set_config_variable("credentials_file", str(files.credentials))
    return Oracle(files, session)


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


def isolated(config: bytes, credentials_: bytes | None) -> Isolation:
    """Return the plan; what is refused is no example of anything else."""
    try:
        return isolate(config, credentials_, NAMES)
    except ConfigError:
        reject()


@given(config=configs(), credentials=credentials)
def test_botocore_gets_the_same_account_role_region_and_output_for_every_profile(
    config: bytes, credentials: bytes | None, botocores: Oracle
) -> None:
    after = isolated(config, credentials).after

    then = resolved(botocores.full(config, credentials))
    assert resolved(botocores.full(after, credentials)) == then


@given(config=configs(), credentials=credentials)
def test_no_two_profiles_share_a_token_and_none_is_of_the_legacy_form(
    config: bytes, credentials: bytes | None
) -> None:
    after = sso_profiles(interpret(isolated(config, credentials).after, credentials, NAMES))

    before = sso_profiles(interpret(config, credentials, NAMES))
    assert [profile.name for profile in after] == [profile.name for profile in before]
    assert len({profile.token_key for profile in after}) == len(after)
    assert all(profile.target.session is not None for profile in after)


@given(config=configs(), credentials=credentials)
def test_isolating_twice_changes_nothing_more(config: bytes, credentials: bytes | None) -> None:
    once = isolated(config, credentials).after

    assert isolate(once, credentials, NAMES).after == once


@given(config=configs(), credentials=credentials)
def test_every_line_but_the_keys_of_the_sign_in_stays_in_its_order(
    config: bytes, credentials: bytes | None
) -> None:
    after = iter(isolated(config, credentials).after.decode().splitlines())

    stays = [line for line in config.decode().splitlines() if not OWNED.match(line)]
    assert all(line in after for line in stays)


@given(config=configs(), credentials=credentials)
def test_nothing_is_added_but_the_sections_of_the_new_sessions(
    config: bytes, credentials: bytes | None
) -> None:
    plan = isolated(config, credentials)

    headers = [line for line in plan.after.splitlines() if line.startswith(b"[")]
    new = [f"[sso-session {own.target.session}]" for own in plan.sessions if not own.existed]
    there = [line for line in config.splitlines() if line.startswith(b"[")]
    assert Counter(headers) == Counter(there) + Counter(header.encode() for header in new)


@given(config=configs(), credentials=credentials)
def test_every_line_ending_is_the_files_own(config: bytes, credentials: bytes | None) -> None:
    after = isolated(config, credentials).after

    own = set(re.findall(rb"\r?\n", config))
    assert set(re.findall(rb"\r?\n", after)) <= own


@given(config=configs(), credentials=credentials)
def test_an_old_key_is_one_that_was_used_and_is_mentioned_no_more(
    config: bytes, credentials: bytes | None
) -> None:
    plan = isolated(config, credentials)

    before = {p.name: p for p in sso_profiles(interpret(config, credentials, NAMES))}
    after = sso_profiles(interpret(plan.after, credentials, NAMES))
    for old in plan.old_keys:
        users = [p for p in before.values() if p.target == old.target]
        assert {p.name for p in users} == set(old.profiles)
        assert {p.role for p in users if p.role is not None} == set(old.roles)
        assert old.target.token_key not in {p.token_key for p in after}
