"""Which shards a mapping reads, from where, and in which order."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from local.mapping import EventKind, Timing
from tests.unit.mapping.factories import SHARD, refusal
from tests.unit.mapping.fakes import FakeShard


def test_a_split_shard_is_finished_before_its_children_are_read(run):
    run.kinesis.put("parent")
    run.kinesis.split(SHARD, "shardId-000000000001", "shardId-000000000002")
    run.kinesis.put("left", shard="shardId-000000000001")
    run.kinesis.put("right", shard="shardId-000000000002")
    first_read: list[bool] = []

    def script(data):
        if data == ["parent"]:
            time.sleep(0.1)
            first_read.append(bool(run.kinesis.reads["shardId-000000000001"]))

    run.script = script
    run.start()
    run.wait_until_idle()

    assert first_read == [False]
    assert run.stored[0] == "parent"
    assert sorted(run.stored) == ["left", "parent", "right"]


def test_a_merged_shard_waits_for_both_parents(run):
    other = "shardId-000000000001"
    run.kinesis.shards[other] = FakeShard(closed=True)
    run.kinesis.put("a")
    run.kinesis.put("b", shard=other)
    run.kinesis.shards[SHARD].closed = True
    run.kinesis.shards["shardId-000000000002"] = FakeShard(parents=(SHARD, other))
    run.kinesis.put("child", shard="shardId-000000000002")

    run.start()
    run.wait_until_idle()

    assert sorted(run.stored[:2]) == ["a", "b"]
    assert run.stored[2:] == ["child"]


def test_a_shard_that_left_the_stream_has_ended(run):
    run.kinesis.put("before")
    run.start()
    run.wait_until_idle()
    run.kinesis.split(SHARD, "shardId-000000000001")
    del run.kinesis.shards[SHARD]
    run.kinesis.put("after", shard="shardId-000000000001")

    run.wait_until_idle()

    assert run.stored == ["before", "after"]


def test_latest_skips_what_was_there_and_takes_what_comes(run):
    run.kinesis.put("before")
    run.start(starting_position="LATEST")
    run.kinesis.put("after")

    run.wait_until_idle()

    assert run.stored == ["after"]


def test_at_timestamp_starts_with_the_records_of_then(run):
    now = datetime.now(UTC)
    run.kinesis.put("before", arrived=now.timestamp() - 10)
    run.kinesis.put("after", arrived=now.timestamp() + 1)

    run.start(starting_position="AT_TIMESTAMP", starting_timestamp=now - timedelta(seconds=1))
    run.wait_until_idle()

    assert run.stored == ["after"]


def test_an_expired_iterator_is_renewed_after_the_last_record_read(run):
    run.kinesis.put("one")
    run.start()
    run.wait_until_idle()
    run.kinesis.scripted["get_records"].append(refusal("ExpiredIteratorException"))
    run.kinesis.put("two")

    run.wait_until_idle()

    assert run.stored == ["one", "two"]
    assert run.kinesis.iterators[-1]["ShardIteratorType"] == "AFTER_SEQUENCE_NUMBER"


def test_an_expired_latest_iterator_is_renewed_at_its_own_time(run):
    run.kinesis.scripted["get_records"].append(refusal("ExpiredIteratorException"))
    run.start(starting_position="LATEST")
    run.kinesis.put("after")

    run.wait_until_idle()

    assert run.stored == ["after"]
    assert [i["ShardIteratorType"] for i in run.kinesis.iterators] == ["LATEST", "AT_TIMESTAMP"]


def test_a_throttled_read_is_repeated(run):
    run.kinesis.scripted["get_records"] += [refusal("ProvisionedThroughputExceededException")] * 3
    run.kinesis.put("r")

    run.start()
    run.wait_until_idle()

    assert run.stored == ["r"]
    assert [e.kind for e in run.events].count(EventKind.THROTTLED) == 3


def test_a_shard_is_read_at_most_five_times_a_second(run):
    run.kinesis.read_limit = 1
    for n in range(6):
        run.kinesis.put(f"r{n}")

    run.start(timing=Timing())
    run.wait_until_idle()

    reads = run.kinesis.reads[SHARD]
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(reads))
