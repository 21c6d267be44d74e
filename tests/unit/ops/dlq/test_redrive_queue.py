"""Messages go back to the queue that gave them up: none is lost, and each brings its history."""

from __future__ import annotations

import json
import re

import pytest

from tests.unit.ops.deployment import Calls
from tests.unit.ops.dlq.failing import Answers

TEXT = {"DataType": "String", "StringValue": "x"}
BYTES = {"DataType": "Binary", "BinaryValue": b"\x00\xff"}


def history_of(message):
    return json.loads(message["MessageAttributes"]["history"]["StringValue"])


def test_each_queue_gets_its_own_back(dlq, plant):
    for n in range(23):
        plant.send("queue_dlq_url", f"{n:02}")
    plant.send("bridge_dlq_url", "b")

    status, output, _ = dlq("redrive")

    assert status == 0
    assert output.splitlines()[:2] == [
        "queue: 23 messages redriven to queue queue, 0 kept",
        "bridge: 1 messages redriven to queue bridge_queue, 0 kept",
    ]
    assert plant.bodies("queue_url") == [f"{n:02}" for n in range(23)]
    assert plant.bodies("bridge_queue_url") == ["b"]
    assert plant.bodies("queue_dlq_url") == plant.bodies("bridge_dlq_url") == []


def test_only_the_place_that_is_named_is_touched(dlq, plant):
    plant.send("queue_dlq_url", "a")
    plant.send("bridge_dlq_url", "b")

    dlq("redrive", "--source", "bridge")

    assert (plant.bodies("queue_dlq_url"), plant.bodies("queue_url")) == (["a"], [])
    assert plant.bodies("bridge_queue_url") == ["b"]


def test_a_message_keeps_its_attributes_and_gets_a_history(dlq, plant):
    plant.send("queue_dlq_url", "a", text=TEXT, bytes=BYTES)

    dlq("redrive")

    (message,) = plant.messages("queue_url")
    assert message["MessageAttributes"]["text"] == TEXT
    assert message["MessageAttributes"]["bytes"]["BinaryValue"] == b"\x00\xff"
    (entry,) = history_of(message)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entry["redriven_at"])
    assert entry["from"] == "queue_dlq"


def test_a_message_that_fails_again_comes_back_with_its_history(dlq, plant):
    plant.send("queue_dlq_url", "a")
    for _ in range(2):
        dlq("redrive")
        plant.move("queue_url", "queue_dlq_url")

    (message,) = json.loads(dlq("show", "--json")[1])
    (source, *_) = json.loads(dlq("list", "--json")[1])

    first, second = message["parts"][0]["history"]
    assert first["redriven_at"] < second["redriven_at"]
    assert (source["redriven"], source["redriven_most_often"]) == (1, 2)
    assert dlq("show")[1].count("redriven 20") == 2


@pytest.mark.parametrize("history", ["", "{", "[1]", '{"a": 1}', "null"])
def test_a_history_that_is_none_of_ours_is_begun_anew(dlq, plant, history):
    attribute = {"DataType": "String", "StringValue": history or " "}
    plant.send("queue_dlq_url", "a", history=attribute)

    assert dlq("redrive")[0] == 0
    assert len(history_of(plant.messages("queue_url")[0])) == 1


def test_a_history_does_not_grow_without_end(dlq, plant):
    old = [{"redriven_at": f"2020-01-01T00:00:{n:02}.000Z", "from": "queue_dlq"} for n in range(20)]
    plant.send("queue_dlq_url", "a", history={"DataType": "String", "StringValue": json.dumps(old)})

    dlq("redrive")

    kept = history_of(plant.messages("queue_url")[0])
    assert kept[:-1] == old[1:]
    assert kept[-1]["redriven_at"] > "2025"


def test_a_dry_run_leaves_everything_as_it_is(dlq, plant):
    for n in range(3):
        plant.send("queue_dlq_url", f"{n}")

    status, output, _ = dlq("redrive", "--dry-run", "--source", "queue")

    assert (status, output) == (0, "queue: 3 messages would be redriven to queue queue, 0 kept\n")
    assert dlq("redrive", "--dry-run", "--source", "queue", "--limit", "2")[1].startswith("queue: 2 messages")
    assert (plant.bodies("queue_dlq_url"), plant.bodies("queue_url")) == (["0", "1", "2"], [])


def test_a_limit_leaves_the_others(dlq, plant):
    for n in range(25):
        plant.send("queue_dlq_url", f"{n}")

    assert dlq("redrive", "--limit", "13")[1].startswith("queue: 13 messages redriven")
    assert (len(plant.bodies("queue_dlq_url")), len(plant.bodies("queue_url"))) == (12, 13)


def test_long_messages_go_in_calls_that_the_queue_takes(dlq, plant, monkeypatch):
    for n in range(4):
        plant.send("queue_dlq_url", f"{n}" * 200_000)
    calls = Calls(monkeypatch)

    assert dlq("redrive")[0] == 0
    assert calls.made.count("SendMessageBatch") == 4
    assert len(plant.bodies("queue_url")) == 4


def test_what_the_queue_does_not_take_stays_and_is_told(dlq, plant, monkeypatch):
    for body in ("good", "bad", "fine"):
        plant.send("queue_dlq_url", body)

    def refuse(request, ask):
        bad = [entry for entry in request["Entries"] if entry["MessageBody"] == "bad"]
        answer = ask(request | {"Entries": [entry for entry in request["Entries"] if entry not in bad]})
        return answer | {
            "Failed": [{"Id": e["Id"], "Code": "InvalidMessageContents", "SenderFault": True} for e in bad]
        }

    Answers(monkeypatch)["SendMessageBatch"] = refuse

    status, output, error = dlq("redrive")

    assert status == 1
    assert output.startswith("queue: 2 messages redriven to queue queue, 1 kept")
    assert "kept: InvalidMessageContents" in error
    assert plant.bodies("queue_dlq_url") == ["bad"]
    assert plant.bodies("queue_url") == ["fine", "good"]


def test_a_queue_that_takes_nothing_is_not_asked_without_end(dlq, plant, monkeypatch):
    for n in range(25):
        plant.send("queue_dlq_url", f"{n}")
    calls = Calls(monkeypatch)

    def refuse(request, _ask):
        return {"Failed": [{"Id": e["Id"], "Code": "AccessDenied", "SenderFault": True} for e in request["Entries"]]}

    Answers(monkeypatch)["SendMessageBatch"] = refuse

    assert dlq("redrive", "--source", "queue")[0] == 1
    assert calls.made.count("ReceiveMessage") == 1
    assert len(plant.bodies("queue_dlq_url")) == 25


def test_messages_that_return_meanwhile_wait_for_the_next_run(dlq, plant, monkeypatch):
    for n in range(12):
        plant.send("queue_dlq_url", f"{n:02}")
    answers = Answers(monkeypatch)

    def fail_again(request, ask):
        del answers["DeleteMessageBatch"]
        answer = ask(request)
        plant.move("queue_url", "queue_dlq_url")
        return answer

    answers["DeleteMessageBatch"] = fail_again

    assert dlq("redrive", "--source", "queue")[1].startswith("queue: 12 messages")
    assert len(plant.bodies("queue_dlq_url")) == 10
    assert len(plant.bodies("queue_url")) == 2
