"""Whatever fails in the middle: nothing is lost, and at worst something goes twice."""

from __future__ import annotations

import pytest

from tests.unit.ops.deployment import Calls
from tests.unit.ops.dlq.failed_records import A, B, C, index_key
from tests.unit.ops.dlq.failing import Answers


def throttle(data):
    """The stream takes everything but this."""

    def answer(request, ask):
        good = [record for record in request["Records"] if record["Data"] != data]
        if good:
            ask(request | {"Records": good})
        failed = {"ErrorCode": "ProvisionedThroughputExceededException"}
        return {"Records": [{} if record in good else failed for record in request["Records"]]}

    return answer


def test_an_object_stays_whole_until_its_last_record_was_taken(dlq, plant, monkeypatch):
    plant.give_up(A, B)
    plant.give_up(C, number=2)
    answers = Answers(monkeypatch)
    answers["PutRecords"] = throttle(B[1])
    monkeypatch.setattr("lambda_src.common.aws.retry.BASE_SECONDS", 0)

    status, output, error = dlq("redrive", "--source", "records")

    assert status == 1
    assert output == "records: 1 messages redriven to stream readings, 1 kept\n"
    assert "kept: the stream is throttled; try again later" in error
    assert [key[-1] for key in plant.keys("aws/")] == ["1"]
    assert plant.keys("redriven/") == [index_key(*C)]

    answers.clear()
    assert dlq("redrive", "--source", "records")[0] == 0
    assert sorted(plant.records()) == sorted([A, C, A, B])


@pytest.mark.parametrize("operation", ["PutRecords", "PutObject", "DeleteObject"])
def test_an_interruption_loses_nothing_and_repeats_at_worst(dlq, plant, monkeypatch, operation):
    plant.give_up(A, B)
    calls = Calls(monkeypatch)

    def before(called):
        if called == operation:
            calls.before = lambda _operation: None
            raise KeyboardInterrupt

    calls.before = before
    assert dlq("redrive", "--source", "records")[0] == 130
    assert len(plant.keys("aws/")) == 1

    assert dlq("redrive", "--source", "records")[0] == 0
    assert set(plant.records()) == {A, B}
    assert len(plant.records()) == (2 if operation == "PutRecords" else 4)
    assert plant.keys("aws/") == []
    assert set(plant.keys("redriven/")) == {index_key(*A), index_key(*B)}


def test_a_stream_that_refuses_is_told_in_its_words(dlq, plant, monkeypatch):
    plant.give_up(A)
    Calls(monkeypatch).fail("PutRecords", code="AccessDeniedException")

    status, output, error = dlq("redrive", "--source", "records")

    assert (status, output) == (1, "records: 0 messages redriven to stream readings, 0 kept\n")
    assert "AccessDeniedException" in error
    assert len(plant.keys("aws/")) == 1


@pytest.mark.parametrize("error", ["failed", "interrupted"])
def test_messages_sent_but_not_deleted_are_repeated_not_lost(dlq, plant, monkeypatch, error):
    for n in range(12):
        plant.send("queue_dlq_url", f"{n:02}")
    calls = Calls(monkeypatch)

    def before(operation):
        if operation == "DeleteMessageBatch":
            calls.before = lambda _operation: None
            raise KeyboardInterrupt

    if error == "failed":
        calls.fail("DeleteMessageBatch", code="AccessDenied")
    else:
        calls.before = before

    status, output, _ = dlq("redrive")
    assert status == (1 if error == "failed" else 130)
    assert output.startswith("queue: 0 messages")

    assert dlq("redrive", "--source", "queue")[1].startswith("queue: 12 messages")
    arrived = plant.bodies("queue_url")
    assert len(arrived) == 22
    assert set(arrived) == {f"{n:02}" for n in range(12)}
    assert plant.bodies("queue_dlq_url") == []
