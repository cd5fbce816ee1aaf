"""A company's own start URL leads the AWS CLI v2 to the center (`spec/identity-center.md` §10: 9)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from tests.e2e.aws_cli_v2.conftest import Machine
from tests.e2e.conftest import PASSWORD, PERSON
from tests.unit.adapters.peers import CERTIFICATE, CERTIFICATES, answering, peer

REDIRECT = (
    b"HTTP/1.1 302 Found\r\nLocation: https://hoge.awsapps.com/start/\r\nContent-Length: 0\r\n\r\n"
)


def test_one_redirect_of_a_head_request_is_followed(machine: Machine) -> None:
    with peer(answering(REDIRECT), tls=True) as company:
        start_url = f"{company.https}/start"
        config = machine.home.config.read_text(encoding="utf-8")
        machine.home.write_config(config.replace("https://hoge.awsapps.com/start", start_url))
        machine.home.environ["AWS_CA_BUNDLE"] = str(CERTIFICATE)
        ours = machine.sekisho_login("--profile", "dev")
        kept = machine.token("hoge")["startUrl"]
        theirs = machine.aws_login("--profile", "dev")

    assert theirs.status == 0, theirs.stdout
    assert ours.status == 0, ours.stdout
    assert kept == machine.token("hoge")["startUrl"] == start_url
    assert set(company.heads()) == {"HEAD /start HTTP/1.1"}
    assert machine.center.calls.count("RegisterClient 200") == 1
    assert machine.aws("sts", "get-caller-identity", "--profile", "dev").status == 0


@pytest.fixture
def https_center(tmp_path: Path) -> Iterator[str]:
    """The center by https, in a process of its own; its URL."""
    folder = tmp_path / "https-center"
    folder.mkdir()
    scene = resources.files("sekisho.demo") / "scene"
    directory = folder / "directory.yaml"
    directory.write_text((scene / "directory.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    tls = ("--tls-cert", str(CERTIFICATE), "--tls-key", str(CERTIFICATES / "test-only-key.pem"))
    serve = (sys.executable, "-m", "sekisho", "center", "serve", "--port", "0")
    with subprocess.Popen(
        [*serve, *tls, "--directory", str(directory)],
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        first = process.stdout.readline() if process.stdout else ""

        yield first.removeprefix("center ready: ").strip()

        process.terminate()


def test_the_centers_own_https_start_url_is_one(machine: Machine, https_center: str) -> None:
    config = machine.home.config.read_text(encoding="utf-8")
    start_url = f"{https_center}/start"
    machine.home.write_config(config.replace("https://hoge.awsapps.com/start", start_url))
    machine.home.environ.update(
        {
            "AWS_ENDPOINT_URL": https_center,
            "AWS_CA_BUNDLE": str(CERTIFICATE),
            "BROWSER": f"{sys.executable} -m sekisho.testing.robot %s &",
            "SEKISHO_TEST_USER": PERSON,
            "SEKISHO_TEST_PASSWORD": PASSWORD,
        }
    )
    for name in ("AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_STS"):
        machine.home.environ.pop(name, None)

    login = machine.aws("sso", "login", "--profile", "dev")
    identity = machine.aws("sts", "get-caller-identity", "--profile", "dev")

    assert login.status == 0, login.stdout + login.stderr
    assert machine.token("hoge")["startUrl"] == start_url
    assert identity.status == 0, identity.stderr
    assert machine.sekisho("whoami", "--profile", "dev", "--output", "json").status == 3
