import os
import socket
from pathlib import Path

import pytest

from sekisho.guard.place import MOST_BYTES, fault, socket_path

STATE = "/home/you/.local/state/sekisho"


def test_the_socket_lies_in_the_runtime_folder() -> None:
    path = socket_path({"XDG_RUNTIME_DIR": "/run/user/1000/"}, STATE)

    assert path == "/run/user/1000/sekisho/agent.sock"


@pytest.mark.parametrize("runtime", [None, "", "run", "./run"])
def test_without_a_runtime_folder_it_lies_in_the_state_folder(runtime: str | None) -> None:
    environ = {} if runtime is None else {"XDG_RUNTIME_DIR": runtime}

    assert socket_path(environ, STATE) == f"{STATE}/run/agent.sock"


def test_a_named_socket_comes_first() -> None:
    environ = {"XDG_RUNTIME_DIR": "/run/user/1000", "SEKISHO_AGENT_SOCKET": "/tmp/only.sock"}

    assert socket_path(environ, STATE) == "/tmp/only.sock"


@pytest.fixture
def bound(tmp_path: Path) -> Path:
    folder = tmp_path / "sekisho"
    folder.mkdir(mode=0o700)
    path = folder / "agent.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))  # the folder's own path may be too long to bind
    return path


def test_a_socket_of_ones_own_is_safe(bound: Path) -> None:
    assert fault(os.path.relpath(bound), os.getuid()) is None


def test_a_folder_that_others_may_enter_is_not(bound: Path) -> None:
    bound.parent.chmod(0o710)

    assert fault(os.path.relpath(bound), os.getuid()) == "its folder can be entered by others"


def test_nor_is_somebody_elses(bound: Path) -> None:
    assert fault(os.path.relpath(bound), os.getuid() + 1) == "its folder belongs to somebody else"


def test_nor_is_a_folder_behind_a_symbolic_link(bound: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(bound.parent)

    found = fault(os.path.relpath(link / "agent.sock"), os.getuid())

    assert found == "its folder is a symbolic link, or no folder"


def test_nor_is_a_file_or_a_link_in_the_sockets_place(bound: Path) -> None:
    link = bound.with_name("link")
    link.symlink_to(bound)

    assert fault(os.path.relpath(link), os.getuid()) == "it is no socket"


def test_nor_is_a_path_that_no_socket_can_have() -> None:
    path = "/" + "x" * MOST_BYTES

    assert fault(path, os.getuid()) == "its path is longer than 103 bytes"


def test_an_absent_one_is_absent(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        fault(os.path.relpath(tmp_path / "agent.sock"), os.getuid())
