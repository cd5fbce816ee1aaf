"""botocore is the oracle: same files, same meaning, same refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.exceptions
import botocore.session
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, Setting, interpret
from sekisho.errors import ConfigUnreadable
from tests.property.config_files import STORY, config_files

NAMES = ConfigFiles(Path("config"), Path("credentials"))
Meaning = dict[str, list[tuple[str, dict[str, Any]]]]

thorough = settings(max_examples=3 * settings().max_examples)


@dataclass(frozen=True)
class Oracle:
    """botocore with two files of its own; making its session costs more than all else here."""

    files: ConfigFiles
    session: botocore.session.Session

    def meaning(self, config: bytes, credentials: bytes | None) -> Meaning | None:
        self.files.config.write_bytes(config)
        if credentials is None:
            self.files.credentials.unlink(missing_ok=True)
        else:
            self.files.credentials.write_bytes(credentials)
        self.session._config = None  # what it has read before
        try:
            full = self.session.full_config
        except botocore.exceptions.ConfigParseError:
            return None
        return {key: list(full[key].items()) for key in ("profiles", "sso_sessions", "services")}


@pytest.fixture(scope="module")
def botocores(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    folder = tmp_path_factory.mktemp("aws")
    files = ConfigFiles(folder / "config", folder / "credentials")
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(files.config))
    session.set_config_variable("credentials_file", str(files.credentials))
    return Oracle(files, session)


@thorough
@given(data=config_files)
@example(data=STORY.encode())
@example(data=b"[DEFAULT]\nx =\n  nonsense\n[profile a]\nx = 1\n")
@example(data=b"[DEFAULT]\nx =\n  nonsense\n[profile a]\n")
@example(data=b"[DEFAULT]\nx = 1\n[DEFAULT]\ny = 2\n[profile a]\n")
@example(data=b"[DEFAULT]\nx = 1\n[DEFAULT]\nX = 2\n")
@example(data=b"[a]\nx =\n\n\n  b = c\n\n# no\n  d = e\n\n")
@example(data=b"[a]\nx =\n  b = c\x0bnonsense\n")
def test_a_config_file_means_what_it_means_to_botocore(data: bytes, botocores: Oracle) -> None:
    assert _ours(data, None) == botocores.meaning(data, None)


@thorough
@given(config=config_files, credentials=config_files)
@example(config=STORY.encode(), credentials=b"[stg east]\nregion = x\n[profile dev]\nREGION=y\n")
def test_both_files_together_mean_what_they_mean_to_botocore(
    config: bytes, credentials: bytes, botocores: Oracle
) -> None:
    assert _ours(config, credentials) == botocores.meaning(config, credentials)


@given(text=st.text("[]=: \t\n\r#;ab\"'\\\x0b\x85", max_size=24))
def test_short_texts_of_special_characters_mean_the_same(text: str, botocores: Oracle) -> None:
    data = text.encode()

    assert _ours(data, None) == botocores.meaning(data, None)


@given(header=st.text("profilesdan-t \t\"'\\]", max_size=12).map("profile".__add__))
def test_any_header_names_the_same_profile(header: str, botocores: Oracle) -> None:
    data = f"[{header}]\nx = 1\n".encode()

    assert _ours(data, None) == botocores.meaning(data, None)


def _ours(config: bytes, credentials: bytes | None) -> Meaning | None:
    try:
        meaning: AwsConfig = interpret(config, credentials, NAMES)
    except ConfigUnreadable:
        return None
    return {
        "profiles": [(name, _plain(one.settings)) for name, one in meaning.profiles.items()],
        "sso_sessions": [(name, _plain(one.settings)) for name, one in meaning.sessions.items()],
        "services": [(name, _plain(one)) for name, one in meaning.services.items()],
    }


def _plain(settings_by_key: Mapping[str, Setting]) -> dict[str, Any]:
    return {key: setting.value for key, setting in settings_by_key.items()}
