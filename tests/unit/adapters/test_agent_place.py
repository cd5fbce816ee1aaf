"""The agent's place: one holder, one socket, and nobody else's folder."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sekisho.adapters.agent_place import is_answered, listening, scope_socket, taken
from sekisho.errors import AgentNotStarted, AgentRunning


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="sekisho-") as name:  # a socket's path has to be short
        yield Path(name) / "run"


def test_a_place_that_is_taken_is_nobody_elses(folder: Path) -> None:
    path = folder / "agent.sock"
    with taken(path), pytest.raises(AgentRunning, match=f"process {os.getpid()}"), taken(path):
        pass


def test_a_place_that_was_left_can_be_taken_again(folder: Path) -> None:
    path = folder / "agent.sock"
    with taken(path):
        pass
    with taken(path):
        assert path.with_suffix(".lock").exists()


def test_the_folder_is_made_for_this_user_alone(folder: Path) -> None:
    with taken(folder / "agent.sock"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_others_could_enter_is_closed_to_them(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    with taken(folder / "agent.sock"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_a_link_is_refused(folder: Path) -> None:
    folder.symlink_to(folder.parent)

    with pytest.raises(AgentNotStarted, match="it is a link"), taken(folder / "agent.sock"):
        pass


def test_a_lock_that_is_a_link_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "agent.lock").symlink_to(folder.parent / "elsewhere")

    with pytest.raises(AgentNotStarted), taken(folder / "agent.sock"):
        pass

    assert not (folder.parent / "elsewhere").exists()


def test_a_socket_that_was_left_behind_is_replaced(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    path = folder / "agent.sock"
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(path))
    with listening(path):
        assert is_answered(path, 1.0)


def test_the_socket_is_for_this_user_alone_and_gone_afterwards(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    path = folder / "agent.sock"
    with listening(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    assert not path.exists()


def test_a_socket_that_somebody_put_in_its_place_is_left(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    path = folder / "agent.sock"
    with listening(path):
        path.unlink()
        path.write_text("mine")

    assert path.exists()


def test_a_path_that_no_socket_can_have_is_refused(folder: Path) -> None:
    with pytest.raises(AgentNotStarted, match="103 bytes"), listening(folder / ("x" * 100)):
        pass


def test_nobody_answers_where_nobody_listens(folder: Path) -> None:
    assert not is_answered(folder / "agent.sock", 0.0)


def test_the_socket_of_a_scope_cannot_be_guessed(folder: Path) -> None:
    assert scope_socket(folder) != scope_socket(folder)
