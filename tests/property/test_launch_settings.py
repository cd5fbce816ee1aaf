"""A command's config file says what the profile says, and nothing of where credentials come from."""

from pathlib import Path

from hypothesis import assume, example, given
from hypothesis import strategies as st

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.errors import ConfigUnreadable, EditRefused
from sekisho.launch.settings import is_about_credentials, settings_only
from sekisho.model import ProfileName
from tests.property.config_files import STORY, config_files

NAMES = ConfigFiles(Path("config"), Path("credentials"))
MIXED = b"""\
[profile a]
role_arn = x
s3 =
  addressing_style = path
cli_follow =
  a = b
credential_process = /opt/x
  --more
output = json
services = local
[services local]
sso =
  endpoint_url = http://127.0.0.1:8765
plain = 1
"""


def _read(data: bytes) -> AwsConfig | None:
    try:
        return interpret(data, None, NAMES)
    except ConfigUnreadable:
        return None


@given(data=config_files, region=st.sampled_from([None, "eu-west-1"]))
@example(data=STORY.encode(), region="eu-west-1")
@example(data=MIXED, region=None)
def test_it_says_all_that_the_profile_says_and_no_more(data: bytes, region: str | None) -> None:
    config = _read(data)
    assume(config is not None and config.profiles)
    assert config is not None
    for profile in config.profiles.values():
        try:
            text = settings_only(config, profile, region)
        except EditRefused:
            continue  # a name that cannot be written
        made = _read(text.encode())
        wanted = {
            key: kept.value
            for key, kept in profile.settings.items()
            if not is_about_credentials(key)
        } | ({"region": region} if region else {})

        assert made is not None, text
        assert set(made.profiles) == {"default", profile.name}
        for name in made.profiles:
            said = {
                key: kept.value for key, kept in made.profiles[ProfileName(name)].settings.items()
            }
            assert said == wanted
        assert not made.sessions


@given(data=config_files)
@example(data=STORY.encode())
@example(data=MIXED)
def test_the_services_that_it_names_come_with_it(data: bytes) -> None:
    config = _read(data)
    for profile in config.profiles.values() if config else ():
        assert config is not None
        named = profile.text("services")
        if named is None or named not in config.services:
            continue
        try:
            made = _read(settings_only(config, profile, None).encode())
        except EditRefused:
            continue

        assert made is not None
        assert _values(made, named) == _values(config, named)


def _values(config: AwsConfig, services: str) -> dict[str, object]:
    return {key: kept.value for key, kept in config.services[services].items()}
