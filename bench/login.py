"""`sekisho login` without the person's time: all but what happens in the browser.

The center runs in a process of its own, and a robot is the browser, as in `sekisho demo`. What
the robot takes is noted by itself and subtracted; the start of its Python is not.
"""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.pairs import seconds
from sekisho.demo.stage import stage

__all__ = ["Login", "stage_for_login"]

_CONFIG = """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = hoge-dev
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1
"""
_PERSON = Path(__file__).with_name("person.py")


class Login:
    """One sign-in after another (PKCE), in one home and to one center."""

    def __init__(self, environ: dict[str, str], noted: Path) -> None:
        self.environ = environ
        self._noted = noted

    def without_the_person(self) -> float:
        """Sign in; return the seconds that were not the person's."""
        self._noted.unlink(missing_ok=True)
        whole = seconds(
            (sys.executable, "-m", "sekisho", "login", "--profile", "dev"), self.environ
        )
        return whole - float(self._noted.read_text())


@contextmanager
def stage_for_login() -> Iterator[Login]:
    """Start the center, with a home whose `dev` signs in by PKCE; clear all away afterwards."""
    with stage(interactive=False) as scene:
        (scene.home / ".aws" / "config").write_text(_CONFIG, encoding="utf-8")
        browser = scene.home / "browser"
        command = f"{shlex.quote(sys.executable)} {shlex.quote(str(_PERSON))}"
        browser.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        browser.chmod(0o700)
        noted = scene.home / "person"
        environ = {
            **scene.environ,
            "BROWSER": shlex.quote(str(browser)),
            "SEKISHO_BENCH_PERSON": str(noted),
        }
        yield Login(environ, noted)
