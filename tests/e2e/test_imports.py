"""What each command may import: a command pays only for what it uses."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
region = us-east-1
"""
PROGRAM = """
import sys
from sekisho.__main__ import main
sys.argv = ["sekisho", *sys.argv[1:]]
try:
    main()
finally:
    print("IMPORTED", *sys.modules, file=sys.stderr)
"""
WATCHED = {
    "botocore", "boto3", "starlette", "uvicorn", "sqlalchemy", "jinja2", "argon2", "yaml",
    "keyring", "cryptography", "questionary", "prompt_toolkit", "rich", "urllib3", "truststore",
    "click", "jmespath", "platformdirs", "filelock", "json", "re", "xml", "difflib", "ssl", "socket",
    "importlib.metadata", "webbrowser", "http.server", "subprocess",
}  # fmt: skip
"""What costs: whatever of it a command may not have is named by its absence below."""
ALWAYS = {"click", "json", "re"}
NETWORK = {"ssl", "socket", "json", "re"}
XML = {"xml"}
ALLOWED = {
    ("credential-process", "--profile", "dev"): ALWAYS,
    ("whoami", "--profile", "dev"): ALWAYS | XML,
    ("export", "--profile", "dev"): ALWAYS,
    ("profiles",): ALWAYS,
    ("reach",): ALWAYS | {"rich", "platformdirs"},
    ("logout", "--profile", "dev", "--local"): ALWAYS,
    ("status",): ALWAYS,
    ("lint",): ALWAYS | {"platformdirs"},
    ("explain", "--profile", "dev"): ALWAYS,
    ("roles", "--profile", "dev"): ALWAYS | {"rich"},
    ("isolate", "--dry-run"): ALWAYS | {"difflib"},
    ("configure", "sso-session", "--no-input"): ALWAYS | XML | {"difflib"},
}
"""With a config, and nobody signed in: so nothing has to be sent."""


@pytest.mark.parametrize("command", ALLOWED, ids=" ".join)
def test_a_command_imports_nothing_that_it_does_not_use(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(CONFIG)

    assert imported(tmp_path, *command) <= ALLOWED[command]


def test_one_call_needs_the_network_and_no_more(tmp_path: Path) -> None:
    program = "import sekisho.adapters.http, sys; print('IMPORTED', *sys.modules, file=sys.stderr)"

    assert loaded(tmp_path, program) <= NETWORK


def imported(home: Path, *command: str) -> set[str]:
    return loaded(home, PROGRAM, *command)


def loaded(home: Path, program: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={"HOME": str(home), "PYTHONPATH": ":".join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said, _, modules = done.stderr.rpartition("IMPORTED ")
    assert modules, said
    assert "Traceback" not in said
    return set(modules.split()) & WATCHED
