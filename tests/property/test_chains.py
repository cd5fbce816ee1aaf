"""botocore is the oracle: it follows the same source profiles, and refuses the same chains."""

from collections.abc import Callable
from pathlib import Path

import botocore.session
import pytest
from botocore.credentials import create_credential_resolver
from botocore.exceptions import (
    BotoCoreError,
    InfiniteLoopConfigError,
    InvalidConfigError,
    PartialCredentialsError,
)
from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret
from sekisho.errors import ChainLoop, ConfigError, NotSso, SettingsMissing

SESSION = """\
[sso-session s]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""
SSO = "sso_session = s\nsso_account_id = 1\nsso_role_name = R\n"
STATIC = "aws_access_key_id = AKIAFAKE\naws_secret_access_key = fake\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/r\n"
ELSEWHERE = "credential_source = Environment\n"

Outcome = str | tuple[str, ...]
"""The profiles that were followed, the SSO profile last; or what else came of it, in a word."""
Oracle = Callable[[str, str], Outcome]

_sources = st.sampled_from("abcde").map("source_profile = {}\n".format)
_others = st.sampled_from(("", "", SSO, STATIC, SSO + STATIC, ELSEWHERE))
_links = st.tuples(st.just(ROLE), _sources, _others).map("".join)
_ends = st.sampled_from(
    (SSO, SSO, STATIC, ROLE, ROLE + ELSEWHERE, ROLE + "web_identity_token_file = /nowhere\n")
)
_profiles = st.dictionaries(st.sampled_from("abcd"), st.one_of(_links, _ends), min_size=1)


@pytest.fixture(scope="module")
def botocores(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    folder = tmp_path_factory.mktemp("aws")
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(folder / "config"))
    session.set_config_variable("credentials_file", str(folder / "credentials"))

    def outcome(text: str, name: str) -> Outcome:
        (folder / "config").write_text(text)
        session._config = session._profile_map = None  # what it has read before
        session.set_config_variable("profile", name)
        provider = create_credential_resolver(session).get_provider("assume-role")
        try:
            credentials = provider.load()
        except InfiniteLoopConfigError:
            return "loop"
        except PartialCredentialsError:
            return "partial"
        except InvalidConfigError:
            return "invalid"
        except BotoCoreError:
            return "elsewhere"
        if credentials is None:
            return "no chain"
        while credentials.method == "assume-role":
            credentials = credentials._refresh_using.__self__._source_credentials
        return tuple(provider._visited_profiles) if credentials.method == "sso" else "elsewhere"

    return outcome


@given(profiles=_profiles)
@example(profiles={"a": f"{ROLE}source_profile = a\n{SSO}{STATIC}"})
@example(profiles={"a": f"{ROLE}source_profile = b\n", "b": f"{ROLE}source_profile = b\n{STATIC}"})
@example(profiles={"a": f"{ROLE}source_profile = b\n", "b": f"{ROLE}source_profile = a\n{SSO}"})
@example(
    profiles={"a": f"{ROLE}source_profile = b\n", "b": f"{ROLE}source_profile = c\n", "c": SSO}
)
def test_a_chain_is_followed_as_botocore_follows_it(
    profiles: dict[str, str], botocores: Oracle
) -> None:
    text = SESSION + "".join(f"[profile {name}]\n{keys}" for name, keys in profiles.items())
    name = next(iter(profiles))

    assert _ours(text, name) == botocores(text, name)


def _ours(text: str, name: str) -> Outcome:
    config = interpret(text.encode(), None, ConfigFiles(Path("config"), Path("credentials")))
    try:
        chain = role_chain(config, name)
    except ChainLoop:
        return "loop"
    except SettingsMissing:
        return "partial"
    except NotSso:
        return "elsewhere"
    except ConfigError:
        return "invalid"
    if chain is None:
        return "no chain"
    return (*(link.profile for link in reversed(chain.links)), chain.source.name)
