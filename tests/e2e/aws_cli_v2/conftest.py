"""The AWS CLI v2 beside sekisho: one home folder, one center, whose calls are noted.

`./dev test --aws-cli-v2 PATH tests/e2e/aws_cli_v2` runs this room; without the option it is left
out, since the AWS CLI v2 is not on PyPI.
"""

import hashlib
import json
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.adapters.http import NetworkHttp
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from tests.e2e.aws_cli_v2 import visiting_browser
from tests.e2e.aws_cli_v2.watched_center import WatchedCenter, watching
from tests.e2e.conftest import PASSWORD, PERSON, START_URL, Home, Result

CONFIG = """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[sso-session hoge-prod]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = hoge
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile stg]
sso_session = hoge
sso_account_id = 1234567891012
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile prod]
sso_session = hoge-prod
sso_account_id = 1234567891013
sso_role_name = ReadOnlyAccess
region = ap-northeast-1

[profile not-mine]
sso_session = hoge
sso_account_id = 1234567891013
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile old]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1
"""
_MOST_SECONDS = 60


class Talk:
    """A process whose output is read as it comes."""

    def __init__(self, command: tuple[str, ...], environ: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self._limit = threading.Timer(_MOST_SECONDS, self._process.kill)  # rather than hang
        self._limit.start()
        self.said = ""

    def wait_for(self, pattern: str) -> str:
        """Block until a line of the output is all `pattern`; return the line."""
        for line in self._process.stdout or ():
            self.said += line
            if re.fullmatch(pattern, line.strip()):
                return line.strip()
        raise AssertionError(f"{pattern} was not said: {self.said}")

    def finish(self) -> Result:
        """Block until it ends; its stdout has what it said on either stream."""
        with self._process as process:
            self.said += process.stdout.read() if process.stdout else ""
        self._limit.cancel()
        return Result(process.returncode, self.said, "")


@dataclass(frozen=True)
class Machine:
    """A person's home, with the AWS CLI v2 and sekisho in it."""

    home: Home
    program: Path
    center: WatchedCenter

    def aws(self, *arguments: str, **environ: str) -> Result:
        """Run the AWS CLI v2 to its end."""
        return self.home.run(str(self.program), *arguments, **environ)

    def sekisho(self, *arguments: str, **environ: str) -> Result:
        """Run sekisho to its end."""
        return self.home.sekisho(*arguments, **environ)

    def start_aws(self, *arguments: str, **environ: str) -> Talk:
        """Start the AWS CLI v2."""
        return Talk((str(self.program), *arguments), {**self.home.environ, **environ})

    def start_sekisho(self, *arguments: str) -> Talk:
        """Start sekisho."""
        return Talk((sys.executable, "-m", "sekisho", *arguments), self.home.environ)

    def aws_login(self, *arguments: str, press: str = "Allow") -> Result:
        """`aws sso login --no-browser`, with a person who signs in and presses a button."""
        return self._login(self.start_aws("sso", "login", "--no-browser", *arguments), press)

    def sekisho_login(self, *arguments: str, press: str = "Allow") -> Result:
        """`sekisho login --no-browser`, with a person who signs in and presses a button."""
        return self._login(self.start_sekisho("login", "--no-browser", *arguments), press)

    def _login(self, talk: Talk, press: str) -> Result:
        self.person(talk.wait_for(rf"{self.center.url}/(authorize|device)\?.*"), press=press)
        return talk.finish()

    def person(self, url: str, *, press: str = "Allow") -> None:
        """Sign in through the center's pages, and press a button."""
        visitor = Visitor(NetworkHttp({}), origins={self.center.url})
        sign_in_through_pages(visitor, url, PERSON, Secret(PASSWORD), press=press)

    def credential_process(self, profile: str) -> str:
        """The command that hands out a profile's credentials, as it stands in a config file."""
        command = [sys.executable, "-m", "sekisho", "credential-process", "--profile", profile]
        return shlex.join(command)

    def token_file(self, session: str | None) -> Path:
        """Where the token of a session lies; `None`: that of the legacy form."""
        name = hashlib.sha1((session or START_URL).encode(), usedforsecurity=False).hexdigest()
        return self.home.tokens / f"{name}.json"

    def token(self, session: str | None) -> dict[str, Any]:
        """What the token file holds."""
        held: dict[str, Any] = json.loads(self.token_file(session).read_bytes())
        return held

    def let_token_have(self, minutes: float, session: str | None = "hoge") -> None:
        """Write into the token file that the token has so many minutes left."""
        expires = datetime.now(UTC) + timedelta(minutes=minutes)
        held = {**self.token(session), "expiresAt": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}
        self.token_file(session).write_text(json.dumps(held), encoding="utf-8")

    def forget_role_credentials(self) -> None:
        """Remove what the AWS CLI keeps of roles."""
        for path in self.role_files():
            path.unlink()

    def role_files(self) -> list[Path]:
        """The role credentials that are cached."""
        return sorted((self.home.path / ".aws" / "cli" / "cache").glob("*.json"))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedCenter]:
    """A center of the test's own."""
    with watching(tmp_path / "center") as center:
        yield center


@pytest.fixture
def center(watched: WatchedCenter) -> str:
    """Its URL, which `home` points at."""
    return watched.url


@pytest.fixture
def machine(home: Home, aws_cli_v2: Path, watched: WatchedCenter) -> Machine:
    """A machine on which nobody is signed in."""
    home.write_config(CONFIG)
    browser = shlex.join([sys.executable, visiting_browser.__file__])
    home.environ.update(AWS_PAGER="", LANG="C.UTF-8", BROWSER=f"{browser} %s &")
    return Machine(home, aws_cli_v2, watched)
