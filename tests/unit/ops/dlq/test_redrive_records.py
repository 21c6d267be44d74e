"""Records and rule errors go back from the on-failure bucket: an object leaves it only after all that it holds."""

from __future__ import annotations

import json

import pytest

from local.endpoints import Clients, Credentials
from local.ledger.quarantine import count_failures
from ops.dlq import bucket
from tests.unit.ops.deployment import Calls
from tests.unit.ops.dlq.failed_records import A, B, C, index_key, shown
from tests.unit.ops.dlq.plant import BUCKET


def test_records_go_back_with_their_keys_in_their_order(dlq, plant):
    key = plant.give_up(A, B)
    plant.give_up(C, number=2)

    status, output, _ = dlq("redrive", "--source", "records")

    assert (status, output) == (0, "records: 2 messages with 3 records redriven to stream readings, 0 kept\n")
    assert plant.records() == [A, B, C]
    assert plant.keys("aws/") == []
    assert plant.versions(key) == 1


def test_what_was_redriven_is_remembered_and_is_no_failure(dlq, plant):
    key = plant.give_up(A, A)
    since = shown(dlq)[0]["since"]

    dlq("redrive")

    assert plant.keys() == [index_key(*A)]
    (entry,) = plant.read(index_key(*A))["history"]
    assert (entry["from"], entry["dead_since"]) == (key, since)
    assert entry["redriven_at"] >= since
    assert shown(dlq) == []


def test_a_record_that_fails_again_keeps_its_history(dlq, plant):
    plant.give_up(A, B)
    dlq("redrive")
    plant.give_up(C, A, number=2)
    dlq("redrive")
    plant.give_up(A, number=3)

    (message,) = shown(dlq)
    (source,) = [source for source in json.loads(dlq("list", "--json")[1]) if source["source"] == "records"]

    assert [entry["from"][-1] for entry in message["parts"][0]["history"]] == ["1", "2"]
    assert (source["redriven"], source["redriven_most_often"]) == (1, 2)
    assert "failed since" in dlq("show")[1]


@pytest.mark.parametrize("remembered", [b"", b"{", b'{"history": 1}'])
def test_a_memory_that_is_none_of_ours_is_begun_anew(dlq, plant, remembered):
    plant.put(index_key(*A), remembered)
    plant.give_up(A)

    assert dlq("redrive")[0] == 0
    assert len(plant.read(index_key(*A))["history"]) == 1


def test_failures_are_counted_without_what_is_remembered(dlq, plant):
    plant.give_up(A)
    dlq("redrive")
    plant.give_up(B)
    plant.fail_rule()

    class Account(Clients):
        def client(self, service, credentials=None):
            return plant.s3

    account = Account("", "", "", "", Credentials("", ""), None)  # type: ignore[arg-type]  # nothing else is asked

    assert count_failures(account, BUCKET) == 2


def test_a_dry_run_changes_nothing_and_names_unreadable_messages(dlq, plant, monkeypatch):
    plant.give_up(A, B)
    plant.put("aws/lambda/broken", b"{")
    calls = Calls(monkeypatch)

    status, output, error = dlq("redrive", "--dry-run", "--source", "records")

    assert (status, output) == (1, "records: 1 messages with 2 records would be redriven to stream readings, 1 kept\n")
    assert "aws/lambda/broken kept: " in error
    assert set(calls.made) == {"ListObjectsV2", "GetObject"}


def test_a_limit_leaves_the_later_objects(dlq, plant):
    for n in range(5):
        plant.give_up((f"press-{n}", b"1"), number=n)

    assert dlq("redrive", "--limit", "3")[0] == 0
    assert (len(plant.records()), len(plant.keys("aws/"))) == (3, 2)


def test_small_objects_share_a_call_large_ones_take_several(dlq, plant, monkeypatch):
    for n in range(4):
        plant.give_up((f"press-{n}", b"1"), number=n)
    plant.give_up(*((f"press-{n}", b"%d" % n) for n in range(600)), number=9)
    calls = Calls(monkeypatch)

    assert "5 messages with 604 records" in dlq("redrive", "--source", "records")[1]
    assert calls.made.count("PutRecords") == 3
    assert len(plant.records()) == 604
    assert plant.keys("aws/") == []


def test_unreadable_objects_are_kept_and_block_no_others(dlq, plant):
    plant.put("aws/lambda/0", b"{")
    plant.give_up(A)

    status, _, error = dlq("redrive")

    assert status == 1
    assert "records: aws/lambda/0 kept: " in error
    assert plant.records() == [A]
    assert plant.keys("aws/") == ["aws/lambda/0"]


def test_memory_does_not_grow_with_the_bucket(dlq, plant, monkeypatch):
    for n in range(3 * bucket._THREADS):
        plant.give_up((f"press-{n}", b"1"), number=n)
    calls = Calls(monkeypatch)
    monkeypatch.setattr(bucket, "RECORDS_PER_CALL", 1)

    dlq("redrive", "--source", "records")

    read = [n for n, operation in enumerate(calls.made) if operation == "GetObject"]
    assert calls.made.index("PutRecords") < read[bucket._THREADS]
