from collections.abc import Callable
from pathlib import Path

import botocore.session
import pytest
from botocore.configprovider import ConfiguredEndpointProvider

from sekisho.awsconfig.endpoints import endpoint_overrides
from sekisho.awsconfig.settings import AwsConfig
from sekisho.errors import ConfigError

ConfigOf = Callable[..., AwsConfig]

CONFIG = """\
[default]
endpoint_url = http://127.0.0.1:1

[profile both]
services = local
endpoint_url = http://127.0.0.1:2

[profile services-only]
services = local

[profile neither]
region = x

[profile flags]
use_fips_endpoint = true
use_dualstack_endpoint = false

[profile ignoring]
ignore_configured_endpoint_urls = True
services = nowhere

[profile dangling]
services = nowhere

[profile empty]
services = empty

[profile flat]
services = flat

[services local]
sso =
  endpoint_url = http://127.0.0.1:3/
sso_oidc =
  endpoint_url =
  other = x
dynamodb =
  endpoint_url = http://127.0.0.1:4
[services empty]
[services flat]
sso = http://127.0.0.1:5
"""


@pytest.mark.parametrize("profile", ["both", "services-only", "neither", "default"])
@pytest.mark.parametrize("client", ["sso", "sso-oidc", "sts"])
def test_a_service_has_the_endpoint_that_botocore_gives_it(
    profile: str, client: str, config_of: ConfigOf, tmp_path: Path
) -> None:
    path = tmp_path / "config"
    path.write_text(CONFIG)
    session = botocore.session.Session(profile=profile)
    session.set_config_variable("config_file", str(path))
    scoped = session.get_scoped_config()
    theirs = ConfiguredEndpointProvider(session.full_config, scoped, client, environ={}).provide()

    ours = endpoint_overrides(config_of(CONFIG), profile)

    assert (ours.get(client.replace("-", "_")) or ours.get("")) == theirs


def test_without_a_profile_it_is_the_defaults(config_of: ConfigOf) -> None:
    assert endpoint_overrides(config_of(CONFIG), None) == {"": "http://127.0.0.1:1"}
    assert endpoint_overrides(config_of(""), None) == {}


def test_flags_are_handed_on_as_they_are_written(config_of: ConfigOf) -> None:
    assert endpoint_overrides(config_of(CONFIG), "flags") == {
        "use_fips_endpoint": "true",
        "use_dualstack_endpoint": "false",
    }


def test_where_configured_urls_are_ignored_the_services_are_not_even_looked_for(
    config_of: ConfigOf,
) -> None:
    assert endpoint_overrides(config_of(CONFIG), "ignoring") == {
        "ignore_configured_endpoint_urls": "True"
    }


@pytest.mark.parametrize(
    "profile, name, line", [("dangling", "nowhere", 23), ("empty", "empty", 26)]
)
def test_a_services_section_that_is_missing_or_empty_is_refused_in_awss_words(
    profile: str, name: str, line: int, config_of: ConfigOf
) -> None:
    with pytest.raises(ConfigError) as refused:
        endpoint_overrides(config_of(CONFIG), profile)

    assert refused.value.what == (
        "The profile is configured to use the services section but the "
        f'"{name}" services configuration does not exist.\n/home/you/.aws/config:{line}'
    )


def test_a_service_without_a_nested_block_is_refused_and_not_passed_over(
    config_of: ConfigOf,
) -> None:
    with pytest.raises(ConfigError, match=r"/home/you/\.aws/config:41: sso is no nested block"):
        endpoint_overrides(config_of(CONFIG), "flat")
