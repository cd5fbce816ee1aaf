"""The connection to the agent, and what is refused before anything is said over it."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.adapters.agent_line import UnixAgentLine, connect
from sekisho.errors import AgentMissing, AgentNotOurs, AgentNotUnderstood, AgentSilent
from sekisho.guard.place import peer_uid
from sekisho.guard.protocol import MOST_ANSWER_BYTES

LOGIN = "sekisho login --profile dev"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "run"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def path(folder: Path) -> str:
    """Short enough for a socket."""
    return os.path.relpath(folder / "agent.sock")


@pytest.fixture
def listener(path: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        yield listening


@pytest.fixture
def pair() -> Iterator[tuple[UnixAgentLine, socket.socket]]:
    ours, theirs = socket.socketpair()
    line = UnixAgentLine(ours, "agent.sock", LOGIN)
    with theirs:
        yield line, theirs
    line.close()


def test_lines_go_both_ways(path: str, listener: socket.socket) -> None:
    line = connect(path, login=LOGIN)
    agent, _ = listener.accept()
    line.send(b"one\n")
    heard = agent.recv(100)
    agent.sendall(b"two\nthr")
    agent.sendall(b"ee\n")

    assert heard == b"one\n"
    assert [line.receive(10), line.receive(10)] == [b"two\n", b"three\n"]
    agent.close()
    line.close()


def test_the_kernel_says_whose_the_other_end_is(pair: tuple[UnixAgentLine, socket.socket]) -> None:
    assert peer_uid(pair[1]) == os.getuid()


def test_without_a_socket_every_gate_is_closed(path: str) -> None:
    with pytest.raises(AgentMissing) as raised:
        connect(path, login=LOGIN)

    assert raised.value.do == LOGIN
    assert path in raised.value.what


def test_so_is_it_where_a_dead_agent_left_its_socket(path: str, listener: socket.socket) -> None:
    listener.close()

    with pytest.raises(AgentMissing):
        connect(path, login=LOGIN)


def test_a_folder_that_others_may_enter_is_asked_nothing(
    folder: Path, path: str, listener: socket.socket
) -> None:
    folder.chmod(0o755)
    listener.setblocking(False)

    with pytest.raises(AgentNotOurs, match="can be entered by others") as raised:
        connect(path, login=LOGIN)

    assert path in raised.value.what
    with pytest.raises(BlockingIOError):  # nobody has come
        listener.accept()


def test_a_path_that_cannot_be_looked_at_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(AgentNotOurs, match="Not a directory"):
        connect(os.path.relpath(tmp_path / "file" / "run" / "agent.sock"), login=LOGIN)


def test_a_silent_agent_is_waited_for_no_longer_than_said(
    pair: tuple[UnixAgentLine, socket.socket],
) -> None:
    with pytest.raises(AgentSilent) as raised:
        pair[0].receive(0.01)

    assert "sekisho agent stop" in raised.value.do


def test_half_a_line_is_none(pair: tuple[UnixAgentLine, socket.socket]) -> None:
    line, agent = pair
    agent.sendall(b"half")

    with pytest.raises(AgentSilent):
        line.receive(0.01)


def test_an_agent_that_ends_meanwhile_has_closed_every_gate(
    pair: tuple[UnixAgentLine, socket.socket],
) -> None:
    line, agent = pair
    agent.sendall(b"half")
    agent.close()

    with pytest.raises(AgentMissing, match="has just ended"):
        line.receive(10)
    with pytest.raises(AgentMissing):
        line.send(b"one\n")


def test_a_line_without_an_end_is_not_read_for_ever(
    pair: tuple[UnixAgentLine, socket.socket],
) -> None:
    line, agent = pair
    endless = threading.Thread(target=_say_for_ever, args=(agent,), daemon=True)
    endless.start()

    with pytest.raises(AgentNotUnderstood, match="too long"):
        line.receive(60)

    line.close()
    endless.join(10)
    assert not endless.is_alive()


def _say_for_ever(agent: socket.socket) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
        while True:
            agent.sendall(b"x" * MOST_ANSWER_BYTES)
