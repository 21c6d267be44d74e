"""Calls side by side: all of them, in order, within the bound, and none left running."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from lambda_src.common.aws import clients
from lambda_src.common.aws.workers import CALLERS, Workers


def raise_(error):
    raise error


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_results_come_in_the_order_of_the_calls(threads):
    assert Workers(threads).run(partial(pow, n, 2) for n in range(20)) == [n * n for n in range(20)]
    assert Workers(threads).run([]) == []


def test_calls_run_at_once_in_pool_and_caller():
    together = threading.Barrier(4, timeout=60)

    names = Workers(3).run([lambda: (together.wait(), threading.current_thread().name)[1]] * 4)

    assert len(set(names)) == 4
    assert threading.current_thread().name in names


def test_never_more_calls_run_than_threads_and_one():
    running, most, lock = set(), [0], threading.Lock()
    together = threading.Barrier(3, timeout=60)

    def call(number):
        with lock:
            running.add(number)
            most[0] = max(most[0], len(running))
        together.wait()
        with lock:
            running.discard(number)

    Workers(2).run(partial(call, number) for number in range(9))

    assert most == [3]


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_calls_that_run_calls_do_not_block_each_other(threads):
    workers = Workers(threads)

    def outer(number):
        return workers.run(partial(lambda inner: (number, inner), inner) for inner in range(5))

    assert workers.run(partial(outer, number) for number in range(6)) == [
        [(number, inner) for inner in range(5)] for number in range(6)
    ]


@pytest.mark.parametrize("threads", [0, 2])
def test_the_first_error_is_raised_after_all_calls_have_ended(threads):
    done: list[int] = []
    calls = [
        partial(done.append, 0),
        partial(raise_, KeyError("first")),
        partial(raise_, ValueError("second")),
        *(partial(done.append, n) for n in range(3, 9)),
    ]

    with pytest.raises(KeyError, match="first"):
        Workers(threads).run(calls)

    assert sorted(done) == [0, *range(3, 9)]


def test_each_client_has_a_connection_for_every_caller():
    factories: Any = (clients.dynamodb, clients.s3, clients.sns, clients.timestream_write)
    for factory in factories:
        assert factory().meta.config.max_pool_connections == CALLERS
