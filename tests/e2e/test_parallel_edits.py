"""Many sekisho processes that edit one config at once: every edit is there, and nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path

from sekisho.awsconfig.document import parse
from tests.e2e.conftest import START_URL, Home

BEFORE = """\
# kept by hand
[profile old]
region = eu-west-1
  # and indented
"""
LEGACY = f"""\
[profile dev]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
"""
MANY = 64
ROOT = Path(__file__).parents[2]


def session(name: str, region: str = "us-east-1") -> tuple[str, ...]:
    return (
        *("configure", "sso-session", "--sso-session", name, "--sso-start-url", START_URL),
        *("--sso-region", region, "--sso-registration-scopes", "sso:account:access"),
    )


def at_once(home: Home, commands: list[tuple[str, ...]]) -> None:
    """Run all the commands at once, each in a process of its own; none of them may fail."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.editing_processes", "crowd"],
        cwd=ROOT,
        env=home.environ,
        input=json.dumps(commands),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [0] * len(commands), done.stderr


def test_as_many_editors_as_there_are_all_have_their_edit_in_the_file(home: Home) -> None:
    home.write_config(BEFORE + LEGACY)
    sessions = [(*session(f"s{number}"), "--no-input") for number in range(1, MANY)]
    commands = [("isolate", "--yes"), *sessions]

    at_once(home, commands)

    config = home.config.read_text()
    assert config.startswith(BEFORE)
    assert {section.header for section in parse(config.encode()).sections} == {
        *("profile old", "profile dev", "sso-session hoge-dev"),
        *(f"sso-session s{number}" for number in range(1, MANY)),
    }
    assert config.count(START_URL) == MANY


class Asked:
    """The wizard at its last question, about a session that is there already."""

    def __init__(self, home: Home) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sekisho", *session("hoge", "eu-west-1")],
            env=home.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.said = ""
        while not self.said.endswith("Change it? [y/N] "):
            letter = self.process.stderr.read(1) if self.process.stderr else ""
            assert letter, self.said
            self.said += letter

    def answer(self, text: str) -> tuple[int, str]:
        """Return the exit status, and what stderr said from then on."""
        with self.process:
            _, said = self.process.communicate(text, timeout=60)
        return self.process.returncode, said


def test_what_was_shown_is_written_on_top_of_what_another_process_wrote(home: Home) -> None:
    home.config.unlink()
    assert home.sekisho(*session("hoge"), "--no-input").status == 0
    before = home.config.read_text()
    asked = Asked(home)
    other = home.sekisho(*session("fuga"), "--no-input")
    status, said = asked.answer("y\n")

    assert other.status == 0, other.stderr
    assert status == 0, said
    assert f"Somebody else has changed {home.config} meanwhile; theirs stays." in said
    shown = [line[1:] for line in asked.said.splitlines() if line.startswith("+sso")]
    assert shown == ["sso_region = eu-west-1"]
    written = home.config.read_text()
    assert written.startswith(before.replace("us-east-1", "eu-west-1"))
    assert "[sso-session fuga]" in written


def test_where_another_process_wrote_the_same_section_nothing_is_written(home: Home) -> None:
    assert home.sekisho(*session("hoge"), "--no-input").status == 0
    asked = Asked(home)
    assert home.sekisho(*session("hoge", "ap-northeast-1"), "--yes").status == 0
    theirs = home.config.read_bytes()
    status, said = asked.answer("y\n")

    assert status == 2
    assert "was changed by somebody else meanwhile; nothing was written" in said
    assert home.config.read_bytes() == theirs
