import multiprocessing
import os
import signal
from pathlib import Path

from tests.flow.refreshing_process import (
    KEY,
    Service,
    die_in_the_exchange,
    put_expired_token,
    store_in,
    take,
    take_together,
)

PROCESSES = multiprocessing.get_context("spawn")
DEADLINE = 60


def test_processes_with_one_expired_token_make_one_refresh(tmp_path: Path) -> None:
    put_expired_token(tmp_path)
    together = PROCESSES.Barrier(4)
    workers = [PROCESSES.Process(target=take_together, args=(tmp_path, together)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(DEADLINE)
    taken = [path.read_text() for path in tmp_path.glob("took-*")]

    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    assert len(list(tmp_path.glob("asked-by-*"))) == 1
    assert len(taken) == 4
    assert len(set(taken)) == 1


def test_a_holder_that_is_killed_keeps_nobody_from_refreshing(tmp_path: Path) -> None:
    put_expired_token(tmp_path)
    victim = PROCESSES.Process(target=die_in_the_exchange, args=(tmp_path,))
    victim.start()
    victim.join(DEADLINE)
    after_the_kill = store_in(tmp_path).token(KEY)

    assert victim.exitcode == -signal.SIGKILL
    assert after_the_kill is not None
    assert after_the_kill.access_token.reveal() == "an-expired-token"
    assert take(tmp_path, Service(tmp_path)) == f"refreshed-by-{os.getpid()}"
