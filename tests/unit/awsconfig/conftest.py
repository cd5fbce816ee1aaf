from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))


@pytest.fixture
def config_of() -> Callable[..., AwsConfig]:
    """Read the texts of a config and a credentials file."""

    def read(config: str, credentials: str | None = None) -> AwsConfig:
        data = None if credentials is None else credentials.encode()
        return interpret(config.encode(), data, FILES)

    return read
