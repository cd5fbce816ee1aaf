"""The pytest plugin: fixtures for tests of anything that signs in to IAM Identity Center.

pytest finds it by itself once sekisho is installed. Until a test asks for one of its fixtures it
costs the import of this module, which imports nothing else of sekisho.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sekisho.testing.aws_home import AwsHome
    from sekisho.testing.identity_center import IdentityCenter
    from sekisho.testing.person import Person

__all__ = [
    "aws_home",
    "identity_center",
    "identity_center_directory",
    "person",
    "pytest_configure",
]

_MARKER = "identity_center"
_FIXED_BY_BOTOCORE = (
    "botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR",
    "botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR",
)
"""botocore asks for the home folder once, when it is imported, and this process has had another:
without this, boto3 in the test would read the real tokens of whoever runs it."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(*, directory, revocation, limits): what the fixture identity_center starts "
        "with; see sekisho.testing.open_identity_center",
    )


@pytest.fixture
def identity_center_directory() -> str | Path | Mapping[str, object]:
    """Return the directory of `identity_center`. Override it to have another organisation.

    A mapping, YAML text, or the `Path` of a directory file.
    """
    from sekisho.testing.identity_center import DIRECTORY

    return DIRECTORY


@pytest.fixture
def identity_center(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["IdentityCenter"]:
    """Run an IAM Identity Center of this test's own, at a real port of 127.0.0.1."""
    try:
        from sekisho.testing.identity_center import open_identity_center
    except ModuleNotFoundError as error:
        from sekisho.errors import MissingExtra

        missing = MissingExtra("the fixture identity_center", extra="center")
        pytest.fail(f"{missing.what} ({error})\ndo: {missing.do}", pytrace=False)
    marker = request.node.get_closest_marker(_MARKER)
    options = {} if marker is None else dict(marker.kwargs)
    if "directory" not in options:
        options["directory"] = request.getfixturevalue("identity_center_directory")
    folder = tmp_path_factory.mktemp("identity-center")
    with open_identity_center(folder, **options) as center:
        yield center


@pytest.fixture
def aws_home(
    identity_center: "IdentityCenter",
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> "AwsHome":
    """Move this process into a scratch home whose AWS endpoints are `identity_center`.

    For processes that the test starts there is `aws_home.environ`.
    """
    from sekisho.testing.aws_home import AwsHome, environ_of

    path = tmp_path_factory.mktemp("aws-home")
    environ = environ_of(path, identity_center.environ, os.environ)
    for name in set(os.environ) - set(environ):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    home = AwsHome(
        path, environ, start_url=identity_center.start_url, region=identity_center.region
    )
    for name in _FIXED_BY_BOTOCORE:
        monkeypatch.setattr(name, str(home.token_cache))
    identity_center.clock.ages(home.age)
    return home


@pytest.fixture
def person(identity_center: "IdentityCenter") -> "Person":
    """Return the first user of the directory, at a browser."""
    return identity_center.person()
