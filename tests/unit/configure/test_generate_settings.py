"""`generate.toml`."""

from pathlib import Path

import pytest

from sekisho.configure.generate_names import parse_template
from sekisho.configure.generate_rules import AccountRule
from sekisho.configure.generate_settings import GenerateSettings, read_settings
from sekisho.configure.generate_wanted import By
from sekisho.errors import FileUnreadable, GenerateSettingsInvalid
from sekisho.model import Region


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "generate.toml"


def test_a_file_that_is_not_there_is_none(path: Path) -> None:
    assert read_settings(path) is None


def test_an_empty_file_settles_nothing(path: Path) -> None:
    path.touch()

    assert read_settings(path) == GenerateSettings()


def test_every_setting_is_read(path: Path) -> None:
    path.write_text(
        'sso_session = ["hoge", "fuga"]\ntemplate = "{role_name}"\nby = "environment"\n'
        'session_for = ["*-prod=hoge-prod"]\nregion = "eu-central-1"\n'
        'region_for = ["*-us-*=us-east-1", "1*=us-east-2"]\nrate = 7\n',
        encoding="utf-8",
    )

    settings = read_settings(path)

    assert settings is not None
    assert settings.template is not None
    names = {"role_name": "Admin"}
    assert settings.template.name(names) == parse_template("{role_name}").name(names)
    assert settings.sessions == ("hoge", "fuga")
    assert settings.by is By.ENVIRONMENT
    assert settings.session_rules == (AccountRule("*-prod", "hoge-prod"),)
    assert settings.region == Region("eu-central-1")
    assert settings.region_rules == (
        AccountRule("*-us-*", "us-east-1"),
        AccountRule("1*", "us-east-2"),
    )
    assert settings.rate == 7


def test_one_session_needs_no_list(path: Path) -> None:
    path.write_text('sso_session = "hoge"', encoding="utf-8")

    assert read_settings(path) == GenerateSettings(sessions=("hoge",))


@pytest.mark.parametrize(
    "text, said",
    [
        (b"template = ", "it is not TOML"),
        (b"\xff", "it is not TOML"),
        (b'regions = "x"', "there is no setting regions; there are sso_session, template, by,"),
        (b"prune = true", "there is no setting prune"),
        (b"template = 1", "template is a text"),
        (b'template = "{name}"', 'template "{name}": there is no field "name"'),
        (b'by = "account"', "by is one of session, environment"),
        (b'region = ""', "region is a text"),
        (b"sso_session = [1]", "sso_session is a list of texts"),
        (b'region_for = ["*-prod"]', 'region_for "*-prod": it is not PATTERN=REGION'),
        (b'[region_for]\n"*-prod" = "us-east-1"', "region_for is a list of texts"),
        (b"rate = 0", "rate is a number from 1 to 1000"),
        (b"rate = true", "rate is a number from 1 to 1000"),
        (b'rate = "20"', "rate is a number from 1 to 1000"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_name(path: Path, text: bytes, said: str) -> None:
    path.write_bytes(text)

    with pytest.raises(GenerateSettingsInvalid) as caught:
        read_settings(path)

    assert caught.value.what.startswith(f"{path}: ")
    assert said in caught.value.what


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_settings(tmp_path)
