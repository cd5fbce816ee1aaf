"""What is said of gates: a login that is asked for a policy and a name, refusals, and a logout."""

import os
import pty
import sys
from collections.abc import Iterator

import msgspec
import pytest

from sekisho.guard.answers import Approve, Closed, Confirm, Ended, Failed, Opened, ShowUrl, Waiting
from tests.golden.conftest import Golden, transcript
from tests.unit.cli.guarded import GuardedHome, gate, home, state

__all__ = ["home"]

URL = "https://oidc.us-east-1.amazonaws.com/authorize?client_id=fake"
UNTIL = "2099-01-01T00:00:00Z"
POLICY = Approve(
    "/home/you/.config/sekisho/policy.toml",
    "ab" * 32,
    '[environment.prod]\nprofiles = ["*-prod"]\nopens_with = "confirm"\nclose_after = "1h"\n',
    '[environment.prod]\nprofiles = ["*-prod"]\nopens_with = "session-sign-in"\n',
)
CONFIRM = Confirm("prod", "123456789012", "ReadOnlyAccess", "production")
PROD = msgspec.structs.replace(gate("prod", "123456789012"), closes_at=UNTIL)
DEV = msgspec.structs.replace(gate(), closes_at="2099-01-02T00:00:00Z")
OPENED = Opened((PROD, DEV), "hoge@hoge.com", "", was_open=False)
UNKNOWN = Opened((PROD,), None, "the role of prod is not assigned", was_open=False)
REFUSED = Failed(
    "PolicyRefused",
    "the policy does not let prod open: [environment.prod] says deny = true",
    "if the policy is wrong, edit /home/you/.config/sekisho/policy.toml",
    "",
    4,
)
ENDED = (
    Ended("hoge", ("prod", "dev"), True, "", UNTIL),
    Ended("hoge", ("stg",), False, "Could not connect to the endpoint", None),
)


@pytest.fixture
def person() -> Iterator[None]:
    """Somebody who has typed a yes, and the profile's name."""
    ours, theirs = pty.openpty()
    os.write(ours, b"y\nprod\n")
    before = sys.stdin
    with os.fdopen(theirs, encoding="utf-8") as keyboard:
        sys.stdin = keyboard
        yield
        sys.stdin = before
    os.close(ours)


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("color", ["never", "always"])
def test_an_opening_is_talked_through_as_it_was(
    home: GuardedHome,
    golden: Golden,
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    color: str,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    told = (ShowUrl(URL, True), Waiting(600), OPENED)
    elsewhere = state(endpoints=("http://127.0.0.1:8765",))
    with home.agent((elsewhere,), (POLICY,), (CONFIRM,), told):
        run = home.run("login", "--profile", "prod", "--color", color)

    name = f"gate-opened-{columns}" if color == "never" else f"gate-opened-painted-{columns}"
    golden.holds(name, transcript(("login", "--profile", "prod"), run))


@pytest.mark.parametrize("columns", [80, 60])
def test_what_does_not_open_is_told_as_it_was(
    home: GuardedHome, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    login = ("login", "--profile", "prod")
    shown = [transcript(("whoami",), home.run("whoami", "--profile", "prod"))]
    turns = ((POLICY,), (CONFIRM,), (REFUSED,), (UNKNOWN,))
    for turn in turns:
        with home.agent((state(),), turn):
            shown.append(transcript(login, home.run(*login, "--no-input")))
        home.socket.unlink()

    golden.holds(f"gate-refused-{columns}", "\n".join(shown).replace(str(home.runtime), "/run"))


@pytest.mark.parametrize("columns", [80, 60])
def test_the_end_of_gates_is_told_as_it_was(
    home: GuardedHome, golden: Golden, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    commands = (("logout", "--profile", "prod"), ("logout", "--all"))
    shown = [transcript(command, home.run(*command)) for command in commands]
    with home.agent((Closed(()),), (Closed(ENDED),), (Closed(ENDED),)):
        again = (commands[0], *commands)
        shown += [transcript(command, home.run(*command)) for command in again]

    golden.holds(f"gate-closed-{columns}", "\n".join(shown))
