"""What holds for every test: nothing of the machine's reaches it, and no run differs from another."""

import functools
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sekisho.adapters.bubblewrap import find_bubblewrap
from sekisho.errors import SandboxRefused
from tests.issued import LogLines, leaks
from tests.postgresql import Server, shared_server, stop_shared_server

pytest_plugins = ["pytester"]

_TIMED = (HealthCheck.too_slow,)  # a busy machine is no fault

settings.register_profile(
    "deterministic", derandomize=True, deadline=None, database=None, suppress_health_check=_TIMED
)
settings.register_profile(
    "search", max_examples=5000, deadline=None, print_blob=True, suppress_health_check=_TIMED
)
"""`./dev test --hypothesis-profile=search` looks for what the usual run does not meet."""
settings.load_profile("deterministic")

_CHANGES_WHAT_IS_TESTED = (
    "AWS_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "XDG_",
    "COLUMNS",  # stands for a terminal, and pytest-xdist sets it
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the path of an AWS CLI v2, which is not on PyPI, and whether to write golden files."""
    parser.addoption(
        "--aws-cli-v2", metavar="PATH", help="also run the tests that need the AWS CLI v2"
    )
    parser.addoption(
        "--update-golden", action="store_true", help="write the files of tests/golden anew"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Give the run an empty home, and take the machine's AWS and proxy settings away."""
    home = tempfile.TemporaryDirectory(prefix="sekisho-tests-")
    config.add_cleanup(home.cleanup)
    for name in list(os.environ):
        if name.upper().startswith(_CHANGES_WHAT_IS_TESTED):
            del os.environ[name]
    os.environ["HOME"] = home.name


@functools.cache
def _without_sandboxes() -> str | None:
    """Why this machine makes no sandboxes; `None`: it does."""
    try:
        find_bubblewrap(os.environ)
    except SandboxRefused as error:
        return f"{error.what}; {error.do}"
    return None


def _nginx() -> str | None:
    """The machine's nginx; `None`: there is none."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@pytest.fixture(scope="session")
def sandbox() -> None:
    """Asks for a machine that makes sandboxes; tests that do are left out on any other."""


@pytest.fixture(scope="session")
def nginx() -> str:
    """The program; tests that ask for it are left out where there is none."""
    found = _nginx()
    assert found is not None
    return found


def pytest_report_header() -> str:
    """Say what is left out, and why."""
    why = _without_sandboxes()
    proxy = "tested" if _nginx() else "NOT TESTED: nginx is not installed"
    return f"sandboxes: {'tested' if why is None else f'NOT TESTED: {why}'}; behind nginx: {proxy}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that need an AWS CLI v2, unless `--aws-cli-v2` says where it is.

    And those of sandboxes and of nginx, where this machine has none.
    """
    lacking = set() if config.getoption("--aws-cli-v2") else {"aws_cli_v2"}
    lacking |= set() if _without_sandboxes() is None else {"sandbox"}
    lacking |= set() if _nginx() else {"nginx"}
    needing = [item for item in items if lacking & set(getattr(item, "fixturenames", ()))]
    if needing:
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The PostgreSQL server of this run."""
    return shared_server(_shared(tmp_path_factory.getbasetemp()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the server, when the last of the processes has ended."""
    if not hasattr(session.config, "workerinput"):
        factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
        stop_shared_server(factory.getbasetemp())


def _shared(base: Path) -> Path:
    """The folder that pytest-xdist's processes have in common."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def aws_cli_v2(pytestconfig: pytest.Config) -> Path:
    """The AWS CLI v2 that `--aws-cli-v2` names; a test that asks for it runs only then."""
    path = Path(pytestconfig.getoption("--aws-cli-v2")).expanduser().resolve()
    assert os.access(path, os.X_OK), f"--aws-cli-v2 names {path}, which cannot be run"
    return path


@pytest.fixture(scope="session", autouse=True)
def _no_secret_is_logged() -> Iterator[None]:
    """Search the whole log of all centers of this process for every secret that they issued."""
    logger, lines = logging.getLogger("sekisho.center"), LogLines()
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)

    yield

    logger.removeHandler(lines)
    assert leaks(lines.lines) == []
