"""A guarded profile whose gate is open: what `credential-process` costs through the agent."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.login import Login

__all__ = ["open_gate"]

_CONFIG = """\
[profile dev]
credential_process = sekisho credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = 1234567891011
sekisho_role_name = AdministratorAccess
region = ap-northeast-1

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
"""


@contextmanager
def open_gate(login: Login) -> Iterator[dict[str, str]]:
    """Sign in by the agent, at the center of `login`; give the environment to ask it in."""
    with tempfile.TemporaryDirectory(prefix="sekisho-gate-") as made:
        folder = Path(made)
        (folder / "config").write_text(_CONFIG, encoding="utf-8")
        environ = {
            **login.environ,
            "AWS_CONFIG_FILE": str(folder / "config"),
            "XDG_RUNTIME_DIR": made,
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "settings"),
        }
        _run("login", "--profile", "dev", environ=environ)
        try:
            yield environ
        finally:
            _run("agent", "stop", environ=environ)


def _run(*arguments: str, environ: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "sekisho", *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
