"""Real processes on loopback: sekisho, its center, Chromium, boto3 and the AWS CLI."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sekisho.wire.http import Headers, Response
from tests.issued import leaks, note

PERSON = "hoge@hoge.com"
PASSWORD = "correct horse battery staple"
START_URL = "https://hoge.awsapps.com/start"
ROLES = """
roles:
  - account: hoge-stg
    name: deployer
    trusted: [{account: hoge-dev, permission_set: AdministratorAccess}]
  - account: hoge-dev
    name: releaser
    trusted: [{account: hoge-stg, role: deployer, external_id: "x-1"}]
"""
"""Beside the story's organisation: what role chains may end in."""
_MOST_SECONDS = 60
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Result:
    """What a finished command left behind."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Home:
    """A scratch home folder, and commands run in it."""

    path: Path
    environ: dict[str, str]

    @property
    def config(self) -> Path:
        return self.path / ".aws" / "config"

    @property
    def tokens(self) -> Path:
        return self.path / ".aws" / "sso" / "cache"

    def write_config(self, text: str) -> None:
        self.config.parent.mkdir(exist_ok=True)
        self.config.write_text(text, encoding="utf-8")

    def run(self, *command: str, **environ: str) -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            command,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_MOST_SECONDS,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def sekisho(self, *arguments: str, **environ: str) -> Result:
        """Run sekisho to its end."""
        return self.run(sys.executable, "-m", "sekisho", *arguments, **environ)

    def start(self, *arguments: str) -> "Running":
        """Start sekisho, to be talked to while it runs."""
        return Running(
            subprocess.Popen(
                [sys.executable, "-m", "sekisho", *arguments],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
        )


class Running:
    """A sekisho process whose stderr is read as it comes."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []
        self._limit = threading.Timer(_MOST_SECONDS, process.kill)  # rather than hang
        self._limit.start()

    def wait_for_url(self, prefix: str) -> str:
        """Block until a line of stderr is a URL that begins with `prefix`; return it."""
        for line in self.process.stderr or ():
            self.said.append(line)
            if line.strip().startswith(prefix):
                return line.strip()
        raise AssertionError(f"no URL was shown: {''.join(self.said)}")

    def finish(self) -> Result:
        """Block until it ends."""
        with self.process:
            stdout, stderr = self.process.communicate(timeout=_MOST_SECONDS)
        self._limit.cancel()
        return Result(self.process.returncode, stdout, "".join(self.said) + stderr)


@pytest.fixture(scope="session")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The center in a process of its own, with the story's organisation; its URL."""
    with served_center(tmp_path_factory.mktemp("center"), organisation() + ROLES) as url:
        yield url


def organisation() -> str:
    """The story's directory file."""
    scene = resources.files("sekisho.demo") / "scene"
    return (scene / "directory.yaml").read_text(encoding="utf-8")


@contextlib.contextmanager
def served_center(folder: Path, directory: str) -> Iterator[str]:
    """Serve a center in a process of its own; its URL."""
    (folder / "directory.yaml").write_text(directory, encoding="utf-8")
    arguments = [
        "center",
        "serve",
        "--port",
        "0",
        "--limits",
        "off",
        "--directory",
        str(folder / "directory.yaml"),
    ]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "sekisho", *arguments],
            env={"HOME": str(folder), "PATH": os.environ["PATH"], "XDG_STATE_HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        ) as process,
    ):
        first = process.stdout.readline() if process.stdout else ""
        assert first.startswith("center ready: "), (folder / "log").read_text(encoding="utf-8")

        yield first.removeprefix("center ready: ").strip()

        process.terminate()
        assert process.wait(timeout=10) == 0
    assert leaks((folder / "log").read_text(encoding="utf-8").splitlines()) == []


@pytest.fixture
def home(tmp_path: Path, center: str) -> Iterator[Home]:
    """A scratch home with the story's config, its endpoints pointing at the center."""
    environ = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "AWS_ENDPOINT_URL_SSO_OIDC": center,
        "AWS_ENDPOINT_URL_SSO": center,
        "AWS_ENDPOINT_URL_STS": center,
        "AWS_ENDPOINT_URL_SIGNIN": center,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "BROWSER": "true",  # there is a browser to come back from; `--no-browser` opens none
        "PYTHONUTF8": "1",
    }
    home = Home(tmp_path, environ)
    scene = resources.files("sekisho.demo") / "scene"
    home.write_config((scene / "config").read_text(encoding="utf-8"))
    yield home
    for cached in tmp_path.rglob("*.json"):  # what the center issued to this home
        note(Response(200, Headers({}), cached.read_bytes()))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium: `./dev test` finds or installs it, and names it in SEKISHO_CHROMIUM."""
    path = os.environ.get("SEKISHO_CHROMIUM") or shutil.which("chromium")
    assert path, "there is no Chromium; run the tests by `./dev test`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh browser profile with one tab."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def aws_cli() -> str:
    """The AWS CLI from PyPI, in a venv of its own: `./dev test` makes it."""
    path = os.environ.get("SEKISHO_AWS_CLI") or shutil.which("aws")
    assert path, "there is no AWS CLI; run the tests by `./dev test`"
    return path


@pytest.fixture(scope="session")
def node() -> str:
    """Node.js, which comes with the lock file; `./dev test` names it in SEKISHO_NODE."""
    path = os.environ.get("SEKISHO_NODE") or shutil.which("node")
    assert path, "there is no Node.js; run the tests by `./dev test`"
    return path


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """What `tests/js/package-lock.json` says, installed; `./dev test` names it."""
    path = os.environ.get("SEKISHO_NODE_MODULES")
    assert path, "there are no node_modules; run the tests by `./dev test`"
    return Path(path)


def sign_in(page: Page, url: str) -> None:
    """Sign in through the center's pages, as a person does, and allow what is asked for."""
    page.goto(url)
    page.get_by_label("User name").fill(PERSON)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    if page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Allow").click()
