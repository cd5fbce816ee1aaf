"""Replicas that share a database count as one process does."""

import threading
import uuid
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.center.limits import Bucket, Buckets
from sekisho.center.storage.opening import open_database
from sekisho.center.storage.shared_buckets import SharedBuckets

SMALL = Bucket("small", burst=3, per_second=0.5)


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def replicas(
    database_for: Callable[[str], str],
) -> Iterator[tuple[SharedBuckets, SharedBuckets]]:
    url = database_for("shared")
    first, second = open_database(url), open_database(url)
    yield SharedBuckets(first), SharedBuckets(second)
    first.close()
    second.close()


@given(passed=st.lists(st.sampled_from([0.0, 0.25, 1.0, 2.0, 7.0, -3.0]), min_size=1, max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_replicas_count_as_one_process_does(
    replicas: tuple[SharedBuckets, SharedBuckets], passed: list[float]
) -> None:
    alone, now, whose = Buckets(), 1000.0, uuid.uuid4().hex
    answers, expected = [], []
    for turn, seconds in enumerate(passed):
        now += seconds
        answers.append(replicas[turn % 2].take(SMALL, whose, now))
        expected.append(alone.take(SMALL, whose, now))

    assert answers == expected


def test_callers_do_not_take_from_each_other(
    replicas: tuple[SharedBuckets, SharedBuckets],
) -> None:
    ours, theirs = replicas
    for _ in range(4):
        ours.take(SMALL, "hoge", 0.0)

    assert ours.take(SMALL, "hoge", 0.0) == 2
    assert theirs.take(SMALL, "fuga", 0.0) is None


def test_many_at_once_get_no_more_than_there_is(
    replicas: tuple[SharedBuckets, SharedBuckets],
) -> None:
    taken: list[int | None] = []

    def take(buckets: SharedBuckets) -> None:
        taken.extend(buckets.take(SMALL, "hoge", 0.0) for _ in range(5))

    threads = [threading.Thread(target=take, args=(replica,)) for replica in replicas * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken.count(None) == SMALL.burst
