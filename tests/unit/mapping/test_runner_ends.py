"""Who signs, and how a mapping ends: by its owner or by an error."""

from __future__ import annotations

from threading import Event

import pytest
from botocore.exceptions import ClientError

from tests.unit.mapping.factories import FunctionError, refusal


def test_the_role_reads_the_stream_root_invokes_the_function(run):
    run.kinesis.put("r")
    run.start()
    run.wait_until_idle()

    assert run.clients.signed == {("kinesis", "processor"), ("lambda", "root")}


@pytest.mark.parametrize("operation", ["describe_stream_summary", "list_shards", "get_shard_iterator"])
def test_a_missing_permission_at_the_start_is_raised_there(run, operation):
    run.kinesis.scripted[operation].append(refusal("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDeniedException"):
        run.start()


def test_a_missing_permission_later_stops_the_runner_and_is_raised(run):
    runner = run.start()
    run.kinesis.scripted["get_records"].append(refusal("AccessDeniedException"))
    assert runner._progress.stopping.wait(5)

    for ask in (runner.check, runner.idle_for, runner.stop):
        with pytest.raises(ClientError, match="AccessDeniedException"):
            ask()


def test_a_destination_that_refuses_stops_the_runner(run):
    def script(_data):
        raise FunctionError("no")

    run.script = script
    run.clients.store.refuses = refusal("AccessDenied", 403)
    run.kinesis.put("r")
    runner = run.start(maximum_retry_attempts=0, on_failure_arn="arn:aws:s3:::failures")
    assert runner._progress.stopping.wait(5)

    with pytest.raises(ClientError, match="AccessDenied"):
        runner.stop()
    assert runner.stats.pending == 1, "a record that is nowhere to be found is not counted as given up"


def test_stopping_finishes_what_is_under_way(run):
    in_flight = Event()

    def script(_data):
        in_flight.set()
        assert run.stopping.wait(5)

    run.script = script
    run.kinesis.put("first")
    run.kinesis.put("second")
    runner = run.start(batch_size=1)
    assert in_flight.wait(5)

    runner.stop(timeout=5)

    assert run.stored == ["first"]
    assert (runner.stats.processed, runner.stats.pending) == (1, 1)


def test_stopping_is_bounded(run):
    in_flight, release = Event(), Event()

    def script(_data):
        in_flight.set()
        release.wait(10)

    run.script = script
    run.kinesis.put("r")
    runner = run.start()
    assert in_flight.wait(5)

    with pytest.raises(TimeoutError, match=r"still running after 0\.1 s: lane-"):
        runner.stop(timeout=0.1)
    release.set()


def test_a_mapping_is_not_idle_during_a_records_window(run):
    runner = run.start(window_seconds=1)
    run.wait_until_idle()
    run.kinesis.put("r")
    run.until(lambda: runner.stats.pending > 0)

    assert runner.idle_for() == 0.0
    run.wait_until_idle()
    assert run.stored == ["r"]
