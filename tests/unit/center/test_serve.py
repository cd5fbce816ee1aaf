import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.adapters.clock import SystemClock
from sekisho.center.serve import bound, serve, url_of
from sekisho.center.settings import CenterSettings
from sekisho.errors import FileLocked, PortTaken, UsageError

SCRIPT = """
import sys
from pathlib import Path
from sekisho.adapters.clock import SystemClock
from sekisho.center.serve import serve
from sekisho.center.settings import CenterSettings

folder = Path(sys.argv[1])
settings = CenterSettings(f"sqlite:///{folder}/center.sqlite3", folder / "keys.json")
serve(settings, host=sys.argv[2], port=0, clock=SystemClock(), under_test=len(sys.argv) > 3)
"""
DRAINED = SCRIPT.replace("under_test=len(sys.argv) > 3", "drain_seconds=60")


def _settings(folder: Path) -> CenterSettings:
    return CenterSettings(f"sqlite:///{folder}/center.sqlite3", folder / "keys.json")


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator["subprocess.Popen[str]"]:
    host = getattr(request, "param", "127.0.0.1")
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), host],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    yield process
    process.kill()
    process.communicate()


def _url(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first.startswith("center ready: http://"), process.communicate()[1]
    return first.removeprefix("center ready: ").strip()


def _ask_until_refused(url: str) -> None:
    while True:  # a signal arrives when it arrives
        urllib.request.urlopen(url, timeout=30).close()


@pytest.mark.parametrize("served", ["127.0.0.1", "localhost"], indirect=True)
def test_the_first_line_is_the_url_at_which_it_already_answers(
    served: "subprocess.Popen[str]",
) -> None:
    url = _url(served)
    with urllib.request.urlopen(f"{url}/healthz", timeout=30) as answer:
        assert answer.status == 200

    assert url.startswith("http://127.0.0.1:")


def test_sigterm_is_an_ordinary_end_even_with_a_connection_open(
    served: "subprocess.Popen[str]",
) -> None:
    port = int(_url(served).rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as idle:
        idle.send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        served.send_signal(signal.SIGTERM)
        stdout, stderr = served.communicate(timeout=30)

    assert served.returncode == 0, stderr
    assert stdout == ""


def test_told_to_stop_it_serves_on_until_the_balancer_knows_or_it_is_told_again(
    tmp_path: Path,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DRAINED, str(tmp_path), "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        url = _url(process)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(urllib.error.HTTPError) as raised:
            _ask_until_refused(f"{url}/healthz")
        said = raised.value.read()
        with urllib.request.urlopen(f"{url}/signin", timeout=30) as answer:
            served = answer.status
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert (raised.value.code, said) == (503, b"stopping\n")
    assert (served, process.returncode) == (200, 0)


def test_one_process_serves_one_sqlite_file(
    served: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    _url(served)

    with pytest.raises(FileLocked, match=str(served.pid)):
        serve(_settings(tmp_path), host="127.0.0.1", port=0, clock=SystemClock())


def test_a_center_under_test_says_its_token_next_and_still_stops_while_it_holds_an_answer_back(
    tmp_path: Path,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), "127.0.0.1", "under-test"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        url = _url(process)
        second = process.stdout.readline() if process.stdout else ""
        token = second.removeprefix("test controls: ").strip()
        fault = urllib.request.Request(
            f"{url}/_test/faults",
            json.dumps({"operation": "ListAccounts", "latency_ms": 600_000}).encode(),
            {"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(fault, timeout=30) as answer:
            assert answer.status == 200
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        with socket.create_connection(address) as held:
            held.sendall(b"GET /assignment/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)

    assert second.startswith("test controls: ")
    assert len(token) >= 40
    assert process.returncode == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_without_tls_or_proxy_it_is_for_this_machine_only(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match="by plain http"):
        serve(_settings(tmp_path), host=host, port=0, clock=SystemClock())

    assert not list(tmp_path.iterdir())


def test_ipv6s_loopback_is_served() -> None:
    with bound("::1", 0) as listening:
        assert url_of(listening).startswith("http://[::1]:")


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=str(port)) as raised:
            serve(_settings(tmp_path), host="127.0.0.1", port=port, clock=SystemClock())

    assert raised.value.do == "choose another --port; --port 0 picks a free one"
