"""What lies in the sources of dead messages, by number."""

from __future__ import annotations

import json
import time

import pytest

from ops.dlq import listing
from tests.unit.ops.dlq.conftest import write_outputs

NO_BRIDGE = ("bridge_queue_url", "bridge_dlq_url")


def listed(dlq):
    return {source["source"]: source for source in json.loads(dlq("list", "--json")[1])}


def test_each_place_is_counted(dlq, plant):
    before = time.time()
    for n in range(12):
        plant.send("queue_dlq_url", f"{n}")
    plant.give_up(("a", b"1"), ("b", b"2"))
    plant.give_up(("c", b"3"), number=2)
    plant.fail_rule()

    sources = listed(dlq)

    counts = {name: (source["messages"], source["parts"], source["redriven"]) for name, source in sources.items()}
    assert counts == {"queue": (12, 12, 0), "bridge": (0, 0, 0), "records": (2, 3, 0), "rule": (1, 1, 0)}
    assert sources["bridge"]["oldest"] is None
    day = time.strftime("%Y-%m-%dT", time.gmtime(before))
    assert all(sources[name]["oldest"].startswith(day) for name in ("queue", "records", "rule"))
    assert {name: source["target"] for name, source in sources.items()} == {
        "queue": "queue queue",
        "bridge": "queue bridge_queue",
        "records": "stream readings",
        "rule": "queue bridge_queue",
    }


def test_people_read_columns(dlq, plant):
    plant.give_up(("a", b"1"))
    plant.put("aws/lambda/broken", b"{")

    rows = [line.split() for line in dlq("list")[1].splitlines()]

    assert [row[0] for row in rows] == ["SOURCE", "queue", "bridge", "records", "rule"]
    assert rows[3][1:4] == ["2", "1", "1"]
    assert rows[3][-4:] == ["0", "0", "stream", "readings"]


def test_it_is_said_when_only_some_were_read(dlq, plant, monkeypatch):
    monkeypatch.setattr(listing, "LOOK", 2)
    for n in range(3):
        plant.send("queue_dlq_url", f"{n}")

    assert dlq("list")[1].splitlines()[-1] == "queue: the columns after MESSAGES cover 2 messages"


@pytest.mark.parametrize(
    ("without", "sources"),
    [
        (NO_BRIDGE, ["queue", "records", "rule"]),
        (("stream_name", *NO_BRIDGE), ["queue", "rule"]),
        (("queue_url", "queue_dlq_url", *NO_BRIDGE), ["records", "rule"]),
        (("iot_topic_filter", *NO_BRIDGE), ["queue", "records"]),
        (("on_failure_bucket",), ["queue", "bridge"]),
    ],
)
def test_a_deployment_has_the_places_of_its_parts(dlq, plant, without, sources):
    write_outputs(plant, *without)

    assert list(listed(dlq)) == sources


@pytest.mark.parametrize(
    ("without", "target"),
    [
        ((), "queue bridge_queue"),
        (NO_BRIDGE, "stream readings"),
        (("stream_name", *NO_BRIDGE), "queue queue"),
    ],
)
def test_undelivered_messages_are_redriven_to_the_rules_target(dlq, plant, without, target):
    write_outputs(plant, *without)

    assert listed(dlq)["rule"]["target"] == target
