"""A home with two profiles that are open, and commands that are started in it."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sekisho.testing import AwsHome, Person
from tests.e2e.launched.gates import agent_of, open_gate
from tests.e2e.launched.launching import LONG, Launcher

DEV, PROD = "111111111111", "222222222222"
SECTION = """
[profile {name}]
credential_process = sekisho credential-process --profile {name}
sekisho_sso_session = guarded
sekisho_account_id = {account}
sekisho_role_name = ReadOnlyAccess
region = eu-west-1
"""


@pytest.fixture
def sekisho(aws_home: AwsHome, person: Person) -> Launcher:
    """Signed in; the profiles dev and prod are open."""
    aws_home.add_profile("dev", account_id=DEV, role_name="ReadOnlyAccess", region="eu-west-1")
    aws_home.add_profile("prod", account_id=PROD, role_name="ReadOnlyAccess")
    person.sign_in(aws_home)
    return Launcher(aws_home)


@dataclass(frozen=True)
class Guarded:
    """A home with two guarded profiles, whose gates are open."""

    sekisho: Launcher
    project: Path

    def run(self, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.sekisho.command("exec", *arguments),
            cwd=self.project,
            env={**self.sekisho.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )


@pytest.fixture
def guarded(aws_home: AwsHome, person: Person, tmp_path: Path) -> Iterator[Guarded]:
    target = aws_home.target()
    accounts = {"dev": DEV, "prod": PROD}
    aws_home.write_config(
        "".join(SECTION.format(name=name, account=account) for name, account in accounts.items())
        + f"\n[sekisho-session guarded]\nsso_start_url = {target.start_url}\n"
        f"sso_region = {target.region}\n"
    )
    sekisho = Launcher(aws_home)
    project = aws_home.path / "project"
    project.mkdir()
    with agent_of(sekisho.environ):
        open_gate("dev", person, sekisho.environ)
        open_gate("prod", person, sekisho.environ)
        yield Guarded(sekisho, project)
