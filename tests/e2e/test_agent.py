"""A real agent, in a process of its own, between real programs and a real center."""

import os
import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.adapters.agent_process import start_agent
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.errors import AgentNotStarted
from tests.e2e.agent_machine import DEV, AgentMachine, agent_machine
from tests.e2e.conftest import PERSON, Home


@pytest.fixture
def machine(home: Home) -> Iterator[AgentMachine]:
    with agent_machine(home) as made:
        yield made


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text(encoding="utf-8")


def test_what_is_opened_is_handed_out_and_nothing_else(machine: AgentMachine) -> None:
    opened = machine.open("dev")

    assert [gate["profile"] for gate in opened["gates"]] == ["dev"]
    assert opened["person"] == PERSON
    assert machine.release("dev")["document"]["AccountId"] == DEV
    refused = machine.release("stg")
    assert (refused["kind"], refused["exit_status"]) == ("GateClosed", 3)


def test_no_token_is_in_any_file_of_the_home(machine: AgentMachine) -> None:
    machine.open("dev")
    document = machine.release("dev")["document"]

    files = [path for path in machine.home.path.rglob("*") if path.is_file()]
    text = b"".join(path.read_bytes() for path in files).decode(errors="replace")
    assert "accessToken" not in text
    assert document["SecretAccessKey"] not in text
    assert document["SessionToken"] not in text
    assert not machine.home.tokens.exists()


def test_the_socket_and_its_folder_are_the_users_alone(machine: AgentMachine) -> None:
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (machine.socket, machine.socket.parent)]

    assert modes == [0o600, 0o700]


def test_the_agent_is_nobodys_child_and_has_nothing_of_whoever_started_it(home: Home) -> None:
    home.environ["SECRET_OF_MINE"] = "hunter2"
    home.environ["PYTHONPATH"] = "/somewhere"
    with agent_machine(home) as machine:
        pid = machine.state()["pid"]
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")

        assert f"PPid:\t{os.getpid()}" not in status
        assert Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1:4] == [
            b"-I",
            b"-m",
            b"sekisho",
        ]
        if os.geteuid() == 0:  # the kernel lets nobody else look
            assert "hunter2" not in environment_of(pid)
            assert "PYTHONPATH" not in environment_of(pid)


def test_two_that_start_an_agent_at_once_start_one(home: Home) -> None:
    with agent_machine(home) as machine:
        troubles: list[Exception] = []

        def start() -> None:
            try:
                machine.start()
            except AgentNotStarted as trouble:
                troubles.append(trouble)

        threads = [threading.Thread(target=start) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert troubles == []
        assert [line["kind"] for line in machine.audit()].count("agent-start") == 1


def test_an_agent_that_cannot_start_says_why(home: Home) -> None:
    environ = {**home.environ, "XDG_RUNTIME_DIR": str(home.path / ("long" * 30))}

    with pytest.raises(AgentNotStarted, match="longer than the 103 bytes"):
        start_agent(environ, ConfigFiles(home.config, home.path / "credentials"))


def test_stop_closes_everything_and_leaves_no_socket(machine: AgentMachine) -> None:
    machine.open("dev")
    pid = machine.state()["pid"]
    answer = machine.line().ask("stop")
    machine.wait_for_end(pid)

    assert answer["answer"] == "stopping"
    assert not machine.socket.exists()
    assert [line["kind"] for line in machine.audit()][-2:] == ["closing", "agent-stop"]


def test_a_socket_that_a_killed_agent_left_is_taken_over(machine: AgentMachine) -> None:
    pid = machine.state()["pid"]
    os.kill(pid, signal.SIGKILL)
    machine.wait_for_end(pid)
    machine.start()

    assert machine.state()["pid"] != pid
    assert machine.state()["gates"] == []
    os.kill(machine.state()["pid"], signal.SIGTERM)


def test_a_client_that_goes_while_the_person_signs_in_gives_the_port_back(
    machine: AgentMachine,
) -> None:
    line = machine.line()
    line.say("open", profile="dev", config=str(machine.home.config))
    line.hear_until("browse")
    line.say("browsed", opened=True)
    line.hear_until("waiting")
    line.close()

    opened = machine.open("dev")  # it is the next one's turn at once
    assert opened["answer"] == "opened"
    assert any("hung up" in (each["detail"] or "") for each in machine.audit())


def test_whoever_comes_second_is_told_who_came_first_and_has_their_turn(
    machine: AgentMachine,
) -> None:
    first, second = machine.line(), machine.line()
    first.say("open", profile="dev", config=str(machine.home.config))
    first.hear_until("browse")
    second.say("open", profile="stg", config=str(machine.home.config))
    told = second.hear()
    first.close()

    assert told["answer"] == "trouble"
    assert "another sign-in waits for its person: dev, asked for by" in told["reason"]
    assert second.hear_until("browse")


def test_openings_beyond_the_queue_are_refused(machine: AgentMachine) -> None:
    lines = [machine.line() for _ in range(7)]
    for line in lines:
        line.say("open", profile="dev", config=str(machine.home.config))
        line.hear_until("browse", "trouble", "failed")
    last = machine.line()
    last.say("open", profile="dev", config=str(machine.home.config))

    assert last.hear_until("failed")["kind"] == "AgentBusy"


def test_a_scope_hands_out_its_gate_and_ends_with_its_connection(machine: AgentMachine) -> None:
    machine.open("dev")
    asking = machine.line()
    made = asking.ask("scope", profiles=["dev"], config=str(machine.home.config), seconds=600)
    inside = machine.line(Path(made["socket"]))

    assert machine.release("dev", inside)["answer"] == "credentials"
    assert machine.release("stg", inside)["kind"] == "OutOfScope"
    assert inside.ask("close", profile="dev")["kind"] == "OutOfScope"
    assert inside.ask("stop")["kind"] == "OutOfScope"
    assert [gate["profile"] for gate in inside.ask("status")["gates"]] == ["dev"]
    asking.close()
    assert inside.hear() == {}
    assert not Path(made["socket"]).exists()


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b"{}\n",
        b'{"ask":"release"}\n',
        b'{"ask":"release","profile":"dev","config":"/c","version":2}\n',
        b'{"ask":"typed","text":"dev","version":1}\n',
        b"\xff\xfe\n",
        b"x" * 20_000 + b"\n",
        b"x" * 20_000,
        b"[" * 10_000 + b"\n",
    ],
)
def test_what_is_no_ask_is_refused_and_ends_the_connection(
    machine: AgentMachine, line: bytes
) -> None:
    bad = machine.line()
    bad.socket.sendall(line)

    assert bad.hear()["kind"] == "AgentNotUnderstood"
    assert bad.hear() == {}
    assert machine.state()["answer"] == "state"


def test_a_client_that_reads_nothing_blocks_nobody(machine: AgentMachine) -> None:
    machine.open("dev")
    deaf = machine.line()
    deaf.socket.setblocking(False)
    ask = b'{"ask":"status","version":1}\n' * 500
    for _ in range(200):
        try:
            deaf.socket.send(ask)
        except BlockingIOError:
            break

    assert machine.release("dev")["answer"] == "credentials"


def test_more_silent_connections_than_there_is_room_for_keep_nobody_out(
    machine: AgentMachine,
) -> None:
    machine.open("dev")
    silent = [machine.line() for _ in range(200)]

    assert machine.release("dev")["answer"] == "credentials"
    assert len(silent) == 200


def test_a_logout_ends_the_sign_in_at_the_service(machine: AgentMachine) -> None:
    machine.open("dev")
    closed = machine.line().ask("close", profile="dev")

    (ended,) = closed["sign_ins"]
    assert (ended["profiles"], ended["told_service"]) == (["dev"], True)
    assert machine.release("dev")["kind"] == "GateClosed"


def test_agent_status_and_stop_speak_of_the_agent_that_runs(machine: AgentMachine) -> None:
    machine.open("dev")
    shown = machine.home.sekisho("agent", "status", **machine.environ)
    stopped = machine.home.sekisho("agent", "stop", **machine.environ)
    after = machine.home.sekisho("agent", "status", **machine.environ)

    assert f"dev   {DEV}  AdministratorAccess  {PERSON}" in shown.stdout
    assert stopped.stdout == "The agent has ended, and every gate is closed.\n"
    assert after.stdout == "No agent runs, so every gate is closed.\n"
