"""What lies in the sources of dead messages, without taking it away from anybody."""

from __future__ import annotations

import time

from tests.unit.ops.dlq.conftest import write_outputs
from tests.unit.ops.dlq.failed_records import shown

NO_BRIDGE = ("bridge_queue_url", "bridge_dlq_url")


def test_a_missing_source_is_invalid_input(dlq, plant):
    write_outputs(plant, *NO_BRIDGE)

    assert dlq("show", "--source", "bridge") == (
        2,
        "",
        "this deployment has no source 'bridge'; it has queue, records, rule\n",
    )
    assert dlq("show", "--source", "cellar")[0] == 2
    write_outputs(plant, "on_failure_bucket", "queue_url", "bridge_queue_url")
    assert dlq("list") == (2, "", "this deployment has no dead-letter queue and no on-failure bucket\n")


def test_whoever_looks_leaves_the_messages_for_others(dlq, plant):
    for n in range(25):
        plant.send("queue_dlq_url", f"{n:02}")

    dlq("list")
    assert len(shown(dlq, "--limit", "3")) == 3
    dlq("show", "--limit", "100")

    assert plant.bodies("queue_dlq_url") == [f"{n:02}" for n in range(25)]


def test_a_message_is_shown_with_what_is_known_of_it(dlq, plant):
    identity = plant.send("queue_dlq_url", '{"envelope": 1}')

    dlq("show")
    (message,) = shown(dlq)

    assert message.pop("since").endswith("Z")
    assert message == {
        "source": "queue",
        "id": identity,
        "receives": 2,
        "facts": {},
        "broken": None,
        "parts": [{"data": '{"envelope": 1}', "history": []}],
    }
    assert f"queue {identity}" in dlq("show")[1]
    assert "received 4 times" in dlq("show")[1]


def test_records_are_shown_with_why_they_were_given_up(dlq, plant):
    key = plant.give_up(("press-1", b'{"value": 1}'), ("press-2", b"\xff"))

    (message,) = shown(dlq, "--source", "records")

    assert message["id"] == key
    assert message["facts"] == {
        "condition": "RetryAttemptsExhausted",
        "attempts": 4,
        "function": "arn:aws:lambda:eu-central-1:123456789012:function:processor",
        "function_error": "Unhandled",
        "shard": "shardId-000000000000",
        "first_arrived": "2025-11-21T08:05:45.000Z",
    }
    assert message["parts"] == [
        {"partition_key": "press-1", "data": '{"value": 1}', "history": []},
        {"partition_key": "press-2", "data_base64": "/w==", "history": []},
    ]
    lines = dlq("show")[1].splitlines()
    assert lines[0] == f"records {key}"
    assert "  condition: RetryAttemptsExhausted" in lines
    assert '  press-1: {"value": 1}' in lines
    assert r"  press-2: \xff" in lines


def test_undelivered_messages_are_shown_with_their_reason(dlq, plant):
    plant.fail_rule(payload=b"abc")

    (message,) = shown(dlq, "--source", "rule")

    assert message["facts"]["topic"] == "sensor/press-1/data"
    assert message["facts"]["failures"][0]["errorMessage"] == "Failed to publish. Throttled."
    assert "Failed to publish. Throttled." in dlq("show")[1]


def test_objects_that_cannot_be_read_are_shown_as_that(dlq, plant):
    bodies = (
        b"",
        b"{",
        b"[]",
        b'{"requestContext": {}}',
        b'{"payload": "{"}',
        b'{"payload": "{}"}',
        b'{"payload": {"Records": [{"kinesis": {"data": "?", "partitionKey": "a"}}]}}',
        b'{"payload": ' + b"[" * 100_000,
    )
    keys = {plant.put(f"aws/lambda/broken-{n}", body) for n, body in enumerate(bodies)}

    messages = shown(dlq)

    assert {message["id"] for message in messages} == keys
    assert all(message["broken"] and not message["parts"] for message in messages)
    assert dlq("show")[1].count("unreadable: ") == len(bodies)


def test_nothing_a_device_sends_reaches_the_terminal_as_a_command(dlq, plant):
    plant.give_up(("press-1", b"\x1b[2Jx\n\xc2\x9by" + b"z" * 2000))

    output = dlq("show")[1]

    assert "\x1b" not in output
    assert "\x9b" not in output
    assert r"\x1b[2Jx\n\x9by" in output
    assert "1,008 more characters" in output


def test_nothing_is_shown_as_nothing(dlq, plant):
    assert dlq("show") == (0, "no failed messages\n", "")
    assert shown(dlq) == []


def test_the_oldest_objects_come_first(dlq, plant):
    plant.give_up(("a", b"1"), number=2)
    time.sleep(1.1)
    plant.give_up(("a", b"2"), number=1)

    assert [message["id"][-1] for message in shown(dlq, "--limit", "1")] == ["2"]
