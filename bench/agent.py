"""`./dev bench agent`: how many releases a second a real agent answers, how fast, and what it costs.

A center in this process, an agent as `sekisho login` starts it, one open gate, and the audit log on
the disk. The load is a process of its own with sixteen connections (`bench.agent_load`).
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.agent_page import write_agent
from bench.sections import Measured
from sekisho.adapters.agent_process import start_agent
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.testing import IdentityCenter, open_identity_center

_CLIENTS = 16
_LEAST_A_SECOND = 5_000
_PACED = 1_000
_MOST_P99_MS = 3.0
_MOST_MEGABYTES = 60
_IDLE_SECONDS = 150
_MOST_WAKE_UPS = 3
_MOST_ENDPOINT_MS = 5.0
_CONFIG = """\
[profile dev]
credential_process = sekisho credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = 111111111111
sekisho_role_name = AdministratorAccess

[sekisho-session hoge]
sso_start_url = {start_url}
sso_region = {region}
"""


def main() -> None:
    """Measure, print, and write the section of docs/performance.md."""
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-") as name:
        folder = Path(name)
        with open_identity_center(folder) as center:
            rows = _measure(center, folder)
    for row in rows:
        print(f"{row.what:<58}{row.shown:>12}  {row.verdict}", flush=True)
    write_agent(rows, cores=os.cpu_count() or 1)


def _measure(center: IdentityCenter, folder: Path) -> list[Measured]:
    config = folder / "config"
    config.write_text(_CONFIG.format(start_url=center.start_url, region=center.region))
    environ = {
        **center.environ,
        "NO_PROXY": "127.0.0.1",
        **{f"XDG_{each}": str(folder) for each in ("RUNTIME_DIR", "STATE_HOME", "CONFIG_HOME")},
    }
    start_agent(environ, ConfigFiles(config, folder / "credentials"))
    path = folder / "sekisho" / "agent.sock"
    pid = int(_ask(path, "status")["pid"])
    try:
        rows = _rows(center, path, config, pid)
        return [*rows, *_endpoint({**environ, "AWS_CONFIG_FILE": str(config)})]
    finally:
        os.kill(pid, signal.SIGTERM)


def _rows(center: IdentityCenter, path: Path, config: Path, pid: int) -> list[Measured]:
    _open(center, path, config)
    before = _cpu_seconds(pid)
    fast = _load(path, config, 0)
    each = (_cpu_seconds(pid) - before) / fast["answers"]
    load = os.getloadavg()[0]
    paced = _load(path, config, _PACED)
    memory = _status(pid, "VmRSS") / 1024
    woken = _status(pid, "voluntary_ctxt_switches")
    time.sleep(_IDLE_SECONDS)
    woken = _status(pid, "voluntary_ctxt_switches") - woken
    return [
        Measured(
            f"releases a second, {_CLIENTS} clients",
            f"{fast['per_second']:,.0f}",
            f"at least {_LEAST_A_SECOND:,}",
            met=fast["per_second"] >= _LEAST_A_SECOND,
        ),
        Measured(f"p99 at {_PACED:,} a second", f"{paced['p99']:.2f} ms",
            f"under {_MOST_P99_MS:g} ms", met=paced["p99"] < _MOST_P99_MS),
        Measured("median of the same", f"{paced['median']:.2f} ms"),
        Measured("the agent's own time for one release", f"{each * 1e6:.0f} µs"),
        Measured("load average of the machine meanwhile", f"{load:.1f}"),
        Measured("memory after that", f"{memory:.0f} MB", f"under {_MOST_MEGABYTES} MB",
            met=memory < _MOST_MEGABYTES),
        Measured(f"wake-ups in {_IDLE_SECONDS} idle seconds, one gate open", f"{woken}",
            f"at most {_MOST_WAKE_UPS}", met=woken <= _MOST_WAKE_UPS),
    ]  # fmt: skip


def _endpoint(environ: dict[str, str]) -> list[Measured]:
    """What a program waits for that gets a guarded profile's credentials from the endpoint."""
    command = [sys.executable, "-m", "sekisho", "exec", "--profile", "dev", "--endpoint", "--"]
    done = subprocess.run(
        [*command, sys.executable, "-m", "bench.endpoint_load"],
        capture_output=True, check=True, text=True, env={**os.environ, **environ},
    )  # fmt: skip
    measured = json.loads(done.stdout)
    what = "exec --endpoint, p99 of one question,"
    limit = f"under {_MOST_ENDPOINT_MS:g} ms"
    return [
        Measured(f"{what} {how}", f"{ms:.2f} ms", limit, met=ms < _MOST_ENDPOINT_MS)
        for how, ms in (
            ("one connection", measured["kept"]),
            ("a connection each", measured["anew"]),
        )
    ]


def _load(path: Path, config: Path, per_second: int) -> dict[str, float]:
    command = (sys.executable, "-m", "bench.agent_load", path, config, _CLIENTS, per_second)
    done = subprocess.run([*map(str, command)], capture_output=True, check=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _open(center: IdentityCenter, path: Path, config: Path) -> None:
    with socket.socket(socket.AF_UNIX) as asked, asked.makefile("rwb") as lines:
        asked.connect(str(path))

        def say(**fields: Any) -> None:
            lines.write(json.dumps({**fields, "version": 1}).encode() + b"\n")
            lines.flush()

        say(ask="open", profile="dev", config=str(config))
        while (said := json.loads(lines.readline()))["answer"] != "opened":
            if said["answer"] == "browse":
                say(ask="browsed", opened=True)
                threading.Thread(target=center.person().allow, args=(said["url"],)).start()


def _ask(path: Path, ask: str) -> Any:
    with socket.socket(socket.AF_UNIX) as asked, asked.makefile("rb") as lines:
        asked.connect(str(path))
        asked.sendall(json.dumps({"ask": ask, "version": 1}).encode() + b"\n")
        return json.loads(lines.readline())


def _cpu_seconds(pid: int) -> float:
    """Return the time that the agent has had of a processor."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _status(pid: int, name: str) -> int:
    """Return a number that the kernel keeps of the agent's main thread."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


if __name__ == "__main__":
    main()
