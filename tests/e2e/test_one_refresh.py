"""One refresh, whatever runs: real processes, and a center whose refresh tokens work once.

Of the two hundred, most are forked where everything has been imported, and some are the whole
command. A cold command costs more than 0.2 s of a core before it asks for anything, so that two
hundred of them keep two cores for a minute, or for several beside other tests, and come to the lock
a few at a time. Forked ones meet there at one moment, which is the harder case; the commands among
them show that the command goes the same way.
"""

import contextlib
import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sekisho.errors import SignInNeeded
from sekisho.store import cachefile
from tests.e2e.refresh_machine import LOGIN, RefreshMachine, serving

ROOT = Path(__file__).parents[2]
TOKENS, COMMANDS = 180, 20
KILLS = 60
SEED = 20


@pytest.fixture(scope="module")
def single_use_center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("center")) as url:
        yield url


@pytest.fixture
def machine(tmp_path: Path, single_use_center: str) -> RefreshMachine:
    """Signed in, with a token that was good until a minute ago."""
    machine = RefreshMachine(tmp_path / "home", single_use_center)
    machine.sign_in()
    machine.expire()
    return machine


def started(machine: RefreshMachine, verb: str, *numbers: int) -> "subprocess.Popen[str]":
    program = [sys.executable, "-m", "tests.e2e.refreshing_processes", verb]
    return subprocess.Popen(
        [*program, str(machine.home), machine.url, *map(str, numbers)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_two_hundred_processes_with_one_expired_token_make_one_refresh_and_none_fails(
    machine: RefreshMachine,
) -> None:
    before = machine.calls()
    with started(machine, "crowd", TOKENS, COMMANDS) as crowd:
        statuses, complaints = crowd.communicate(timeout=120)

    assert json.loads(statuses or "[]") == [0] * (TOKENS + COMMANDS), complaints
    assert machine.calls() == [*before, 200]


@dataclass(frozen=True)
class Death:
    """Where the holder of the lock was killed."""

    status: int
    steps: int
    """How far it had come."""
    at_write: int
    """At which step it began to write; 0: it did not come to that."""


@contextlib.contextmanager
def killing(machine: RefreshMachine) -> Iterator[Callable[[int], Death]]:
    """Yield what lets one more process refresh the token, and kills it after so many steps."""
    with started(machine, "victims") as victims:
        assert victims.stdin is not None
        assert victims.stdout is not None

        def kill(steps: int) -> Death:
            print(steps, file=victims.stdin, flush=True)
            return Death(**json.loads(victims.stdout.readline() if victims.stdout else ""))

        yield kill
        victims.stdin.close()


def what_comes_next(machine: RefreshMachine) -> str:
    """What the next call of sekisho comes to: it goes on, or it asks plainly for a sign-in."""
    machine.calls()  # what the dead one has asked for is still under way
    cachefile.parse_token(machine.token_file.read_bytes())
    try:
        token, _ = machine.take()
    except SignInNeeded as asks:
        machine.sign_in()
        return "asks" if asks.do == LOGIN else f"asks for {asks.do}"
    finally:
        machine.expire()
    assert isinstance(machine.accounts_with(token), tuple)
    return "goes on"


def test_after_a_kill_of_the_locks_holder_the_next_call_goes_on_or_asks_for_a_sign_in(
    machine: RefreshMachine,
) -> None:
    drawn = random.Random(SEED)  # noqa: S311  # of places, not of secrets
    with killing(machine) as kill:
        end = kill(10**9)
        came = [what_comes_next(machine)]
        deaths = [end]
        for number in range(KILLS - 1):
            # Half of them on the way to the answer, half after it: the writing is short.
            first, last = (1, end.at_write) if number % 2 else (end.at_write, end.steps)
            deaths.append(kill(drawn.randint(first, last)))
            came.append(what_comes_next(machine))

    assert {death.status for death in deaths} == {-signal.SIGKILL}
    assert len(came) == KILLS
    assert set(came) == {"goes on", "asks"}
