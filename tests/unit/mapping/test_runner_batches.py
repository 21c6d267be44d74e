"""What becomes of records between the stream and the function."""

from __future__ import annotations

import base64
import time
from collections import Counter
from threading import Event, Lock

from local.mapping import EventKind
from tests.unit.mapping.factories import FunctionError, refusal
from tests.unit.mapping.fakes import FakeShard


def test_every_record_reaches_the_function_once_and_in_order(run):
    sent = [run.kinesis.put(f"r{n}") and f"r{n}" for n in range(250)]
    run.start(batch_size=100)
    late = [run.kinesis.put(f"late{n}") and f"late{n}" for n in range(10)]

    stats = run.wait_until_idle()

    assert run.stored == sent + late
    assert (stats.read, stats.processed, stats.pending, stats.failures) == (260, 260, 0, 0)


def test_a_poison_record_is_isolated_others_are_stored_once(run):
    def script(data):
        if "poison" in data:
            raise FunctionError("cannot digest")

    run.script = script
    for n in range(16):
        run.kinesis.put("poison" if n == 6 else f"r{n}")

    run.start(bisect_on_function_error=True, maximum_retry_attempts=2, on_failure_arn="arn:aws:s3:::failures")
    stats = run.wait_until_idle()

    assert run.stored == [f"r{n}" for n in range(16) if n != 6]
    assert run.given_up() == [["poison"]]
    assert (stats.processed, stats.discarded, stats.sent_to_destination, stats.retries) == (15, 1, 1, 2)


def test_a_partial_failure_is_retried_from_its_checkpoint(run):
    failures = ["r2", "r2"]

    def handle(event):
        data = [base64.b64decode(e["kinesis"]["data"]).decode() for e in event["Records"]]
        if failures and failures[0] in data:
            at = data.index(failures.pop(0))
            run.stored += data[:at]
            return {"batchItemFailures": [{"itemIdentifier": event["Records"][at]["kinesis"]["sequenceNumber"]}]}
        run.stored += data
        return None

    run.clients.function.handler = handle
    for n in range(4):
        run.kinesis.put(f"r{n}")

    run.start(report_batch_item_failures=True, maximum_retry_attempts=3)
    stats = run.wait_until_idle()

    assert run.stored == ["r0", "r1", "r2", "r3"]
    assert [len(call) for call in run.clients.function.calls] == [4, 2, 2]
    assert (stats.processed, stats.failures, stats.retries) == (4, 2, 2)


def test_retries_end_at_their_limit_and_the_shard_goes_on(run):
    def script(data):
        if "bad" in data:
            raise FunctionError("no")

    run.script = script
    run.kinesis.put("bad")
    run.kinesis.put("good")

    run.start(batch_size=1, maximum_retry_attempts=3)
    stats = run.wait_until_idle()

    assert run.stored == ["good"]
    assert len(run.clients.function.calls) == 5, "one invocation and three retries, then the next record"
    assert (stats.discarded, stats.sent_to_destination) == (1, 0)
    assert [e.detail for e in run.events if e.kind is EventKind.DISCARDED] == ["RetryAttemptsExhausted"]


def test_a_failing_batch_holds_up_its_shard_and_no_other(run):
    healed = Event()

    def script(data):
        if "stuck" in data and not healed.is_set():
            raise FunctionError("not yet")

    run.script = script
    run.kinesis.shards["shardId-000000000001"] = FakeShard()
    run.kinesis.put("stuck")
    run.kinesis.put("behind")
    run.kinesis.put("other", shard="shardId-000000000001")
    run.start(batch_size=1)
    run.until(lambda: "other" in run.stored)

    assert run.stored == ["other"]
    healed.set()
    run.wait_until_idle()
    assert run.stored == ["other", "stuck", "behind"]


def test_throttled_and_failed_calls_of_lambda_use_no_retry(run):
    refusals = [refusal("TooManyRequestsException", 429)] * 3 + [refusal("ServiceException", 500)] * 2

    def script(_data):
        if refusals:
            raise refusals.pop()

    run.script = script
    run.kinesis.put("r")

    run.start(maximum_retry_attempts=0)
    stats = run.wait_until_idle()

    assert run.stored == ["r"]
    assert (stats.undelivered, stats.batches, stats.retries, stats.discarded) == (5, 1, 0, 0)


def test_records_older_than_their_limit_are_not_sent(run):
    run.kinesis.put("old", arrived=time.time() - 3600)
    run.kinesis.put("new")

    run.start(maximum_record_age_seconds=60, on_failure_arn="arn:aws:s3:::failures")
    stats = run.wait_until_idle()

    assert (run.stored, run.given_up()) == (["new"], [["old"]])
    assert stats.discarded == 1


def test_unlimited_retries_end_with_the_streams_retention(run):
    def script(_data):
        raise FunctionError("never")

    run.script = script
    run.kinesis.put("r", arrived=time.time() - 24 * 3600 + 0.5)

    run.start(on_failure_arn="arn:aws:s3:::failures")
    stats = run.wait_until_idle()

    assert stats.retries > 0
    assert run.given_up() == [["r"]]


def test_parallel_lanes_keep_the_order_of_each_key(run):
    running: Counter[str] = Counter()
    most, lock = [0], Lock()

    def script(_data):
        with lock:
            running["now"] += 1
            most[0] = max(most[0], running["now"])
        time.sleep(0.005)
        with lock:
            running["now"] -= 1

    run.script = script
    for n in range(200):
        run.kinesis.put(f"{n % 8}:{n:03d}", key=f"machine-{n % 8}")

    run.start(batch_size=5, parallelization_factor=4)
    run.wait_until_idle()

    assert len(run.stored) == 200
    for key in range(8):
        own = [data for data in run.stored if data.startswith(f"{key}:")]
        assert own == sorted(own)
    assert 1 < most[0] <= 4
