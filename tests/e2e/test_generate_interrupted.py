"""Ctrl-C while the portal is asked: the process ends at once, and the config is as it was."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.unit.cli.conftest import CONFIG, CommandLine, sekisho

__all__ = ["sekisho"]

ACCOUNTS = json.dumps(
    {"accountList": [{"accountId": f"{number:012}"} for number in range(100)]}
).encode()


class HeldPortal:
    """Lists accounts, and then never answers."""

    def __init__(self) -> None:
        self.asked_for_roles = threading.Event()
        self.over = threading.Event()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/assignment/roles"):
                    portal.asked_for_roles.set()
                    portal.over.wait()
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(ACCOUNTS)))
                self.end_headers()
                self.wfile.write(ACCOUNTS)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldPortal]:
    held = HeldPortal()
    thread = threading.Thread(target=held.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for name in ("SSO", "SSO_OIDC"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", held.url)

    yield held

    held.over.set()
    held.server.shutdown()
    thread.join()
    held.server.server_close()


def test_an_interrupted_run_ends_at_once_and_leaves_the_config_as_it_was(
    sekisho: CommandLine, portal: HeldPortal
) -> None:
    sekisho.sign_in("hoge-dev", portal.url)
    command = [sys.executable, "-m", "sekisho", "generate", "--yes"]
    with subprocess.Popen(
        command, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert portal.asked_for_roles.wait(timeout=60)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert (running.returncode, out) == (130, ""), err
    assert "interrupted; nothing was left half-written" in err
    assert sekisho.config.read_text() == CONFIG
    assert not (sekisho.home / "state/sekisho/backups").exists()
