"""The center over https, on a real socket, and the tools that follow its start URL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.adapters.clock import SystemClock
from sekisho.adapters.http import NetworkHttp
from sekisho.aws.start_url import Portal, resolve_start_url
from sekisho.center.serve import serve
from sekisho.center.settings import CenterSettings, TlsFiles
from sekisho.errors import CertificateUnusable, FileUnreadable
from sekisho.model import Region, StartUrl
from sekisho.wire.http import Headers, Request
from tests.unit.adapters.peers import CERTIFICATE, CERTIFICATES

KEY = CERTIFICATES / "test-only-key.pem"
ALIAS = "https://d-sekisho0.awsapps.com/start"
REGION = Region("eu-central-1")
SCRIPT = """
import sys
from pathlib import Path
from sekisho.adapters.clock import SystemClock
from sekisho.center.serve import serve
from sekisho.center.settings import CenterSettings, TlsFiles

folder, certificate, key = map(Path, sys.argv[1:])
settings = CenterSettings(f"sqlite:///{folder}/center.sqlite3", folder / "keys.json")
tls = TlsFiles(certificate, key)
serve(settings, host="127.0.0.1", port=0, clock=SystemClock(), tls=tls)
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a center of its own answers by https."""
    folder = tmp_path_factory.mktemp("tls")
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(CERTIFICATE), str(KEY)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        first = process.stdout.readline() if process.stdout else ""

        yield first.removeprefix("center ready: ").strip()

        process.terminate()


@pytest.fixture
def http() -> NetworkHttp:
    return NetworkHttp({}, CERTIFICATE)


def test_it_says_that_it_is_https(url: str, http: NetworkHttp) -> None:
    assert url.startswith("https://127.0.0.1:")
    assert http.send(Request("GET", f"{url}/healthz")).status == 200


@pytest.mark.parametrize("path", ["/start", "/start/", "/start#/", "/start/#/"])
def test_its_own_start_url_leads_sekisho_to_the_alias(
    url: str, http: NetworkHttp, path: str
) -> None:
    portal = resolve_start_url(StartUrl(f"{url}{path}"), REGION, http)

    assert portal == Portal(StartUrl(ALIAS), REGION)


def test_a_person_at_the_same_url_comes_to_the_portal(url: str, http: NetworkHttp) -> None:
    answer = http.send(Request("GET", f"{url}/start", Headers({"Accept": "text/html"})))

    assert (answer.status, answer.headers["Location"]) == (303, "/signin?next=%2Fstart")


def test_its_cookies_stay_with_https_and_with_this_host(url: str, http: NetworkHttp) -> None:
    cookie = http.send(Request("GET", f"{url}/signin")).headers["Set-Cookie"]

    assert cookie.startswith("__Host-sekisho-visitor-")
    assert "Secure" in cookie


def settings(folder: Path) -> CenterSettings:
    return CenterSettings(f"sqlite:///{folder}/center.sqlite3", folder / "keys.json")


@pytest.mark.parametrize(
    "certificate, key, reason",
    [
        (KEY, CERTIFICATE, "they are no PEM, or not these"),
        (CERTIFICATE, CERTIFICATE, "they are no PEM, or not these"),
    ],
)
def test_files_that_are_none_are_refused_before_anything_is_made(
    tmp_path: Path, certificate: Path, key: Path, reason: str
) -> None:
    with pytest.raises(CertificateUnusable, match=reason):
        serve(
            settings(tmp_path),
            host="127.0.0.1",
            port=0,
            clock=SystemClock(),
            tls=TlsFiles(certificate, key),
        )

    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = TlsFiles(tmp_path / "none.pem", KEY)

    with pytest.raises(FileUnreadable, match="none.pem"):
        serve(settings(tmp_path), host="127.0.0.1", port=0, clock=SystemClock(), tls=missing)
