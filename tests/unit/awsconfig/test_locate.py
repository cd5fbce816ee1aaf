import os.path
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import locate

HOME = Path("/home/you")


def test_the_files_are_in_the_home_folder() -> None:
    files = locate({}, HOME)

    assert files.config == HOME / ".aws/config"
    assert files.credentials == HOME / ".aws/credentials"


def test_variables_name_other_files() -> None:
    files = locate({"AWS_CONFIG_FILE": "c", "AWS_SHARED_CREDENTIALS_FILE": "/x/d"}, HOME)

    assert (files.config, files.credentials) == (Path("c"), Path("/x/d"))


@pytest.mark.parametrize(
    "text",
    [
        "~/aws",
        "~",
        "$D/config",
        "${D}/c",
        "$TILDE/c",
        "$UNKNOWN/c",
        "${}",
        "a~/b",
        "~root/c",
        "~nobody-has-this-name/c",
    ],
)
def test_a_path_is_expanded_as_botocore_expands_it(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"HOME": str(HOME), "D": "/d d", "TILDE": "~", "AWS_CONFIG_FILE": text}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    as_botocore = os.path.expanduser(os.path.expandvars(text))  # noqa: PTH111  # botocore's own

    assert locate(environ, HOME).config == Path(as_botocore)


def test_a_variable_set_to_nothing_means_no_file() -> None:
    assert not locate({"AWS_CONFIG_FILE": ""}, HOME).config.name
