"""What is known of devices, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from moto.iot.models import iot_backends

from tests.unit.functions.factories import NOW_MS
from tests.unit.ops.deployment import OUTPUTS, REGION

STATE = {
    "device_id": {"S": "press-1"},
    "status": {"S": "ANOMALY"},
    "last_seen_ms": {"N": str(NOW_MS)},
    "interval_ms": {"N": "1500"},
    "production_line": {"S": "line-1"},
    "sensors": {
        "M": {
            "temperature": {
                "M": {"value": {"N": "120.5"}, "timestamp_ms": {"N": str(NOW_MS)}, "severity": {"S": "warning"}}
            }
        }
    },
}
SEEN = "2025-11-21T08:05:45.000Z"


@pytest.fixture
def plant(ops, deployed):
    """Two devices of the group, one with a state; and a thing of another group."""
    ops("add", "press-1", "--out", "out")
    ops("add", "press-2", "--out", "out")
    deployed.put("devices", **STATE)
    deployed.iot.create_thing(thingName="other")
    return deployed


def test_the_list_has_a_line_a_device(ops, plant):
    ops("rotate", "press-2", "--out", "new", "--keep-old")

    status, output, _ = ops("list")

    assert status == 0
    assert output.splitlines() == [
        "DEVICE   CERTIFICATE     STATUS   LAST SEEN                 LINE",
        f"press-1  ACTIVE          ANOMALY  {SEEN}  line-1",
        "press-2  ACTIVE, ACTIVE  -        -                         -",
    ]


def test_the_list_for_programs_has_the_same(ops, plant):
    ops("revoke", "press-2")

    assert json.loads(ops("list", "--json")[1]) == [
        {
            "device_id": "press-1",
            "certificates": ["ACTIVE"],
            "status": "ANOMALY",
            "last_seen": SEEN,
            "production_line": "line-1",
        },
        {
            "device_id": "press-2",
            "certificates": None,
            "status": None,
            "last_seen": None,
            "production_line": None,
        },
    ]


def test_a_fleet_of_many_pages_is_listed_whole(ops, deployed):
    names = [f"press-{n:03}" for n in range(260)]
    # Past the API of moto, which would take three times as long as the command itself.
    backend = iot_backends["123456789012"][REGION]
    for name in names:
        backend.create_thing(name, "", None)
        backend.add_thing_to_thing_group(OUTPUTS["thing_group"], None, name, None)
    for start in range(0, len(names), 20):
        states = [{"device_id": {"S": name}, "status": {"S": "NORMAL"}} for name in names[start : start + 20]]
        deployed.dynamodb.batch_write_item(
            RequestItems={"devices": [{"PutRequest": {"Item": state}} for state in states]}
        )

    listed = json.loads(ops("list", "--json")[1])

    assert [row["device_id"] for row in listed] == names
    assert {row["status"] for row in listed} == {"NORMAL"}


def test_an_empty_group_has_an_empty_list(ops, deployed):
    assert json.loads(ops("list", "--json")[1]) == []
    assert ops("list")[1].splitlines() == ["DEVICE  CERTIFICATE  STATUS  LAST SEEN  LINE"]


def test_one_device_is_shown_with_all_that_is_known(ops, plant):
    ops("allow", "press-1", "--note", "hall 3")

    output = ops("show", "press-1")[1]

    for words in ("machine", "ANOMALY", SEEN, "1.5 s", "line-1", "ALLOWED hall 3", "ACTIVE", "120.5", "warning"):
        assert words in output


def test_a_sensor_without_a_value_is_shown_with_its_begin(ops, plant):
    times = {"since_ms": {"N": str(NOW_MS)}, "latest_ms": {"N": str(NOW_MS + 1)}}
    plant.put("devices", **STATE, outages={"M": {"humidity": {"M": times}}})

    lines = [line.split() for line in ops("show", "press-1")[1].splitlines()]

    assert lines[-2:] == [["NO", "VALUE", "SINCE"], ["humidity", SEEN]]


def test_one_device_for_programs(ops, plant):
    shown = json.loads(ops("show", "press-1", "--json")[1])

    assert shown["state"]["sensors"] == {"temperature": {"value": 120.5, "timestamp_ms": NOW_MS, "severity": "warning"}}
    assert [c["arn"] for c in shown["certificates"]] == plant.attached()
    assert shown["thing"]["type"] == "machine"
    assert shown["allow_list"] is None


@pytest.mark.parametrize("known", ["thing", "allow-list", "state"])
def test_whatever_is_known_of_a_device_is_shown(ops, deployed, known):
    if known == "thing":
        deployed.iot.create_thing(thingName="press-1")
    elif known == "state":
        deployed.put("devices", **STATE)
    else:
        ops("allow", "press-1")

    assert ops("show", "press-1")[0] == 0


def test_a_device_that_nobody_knows_is_named(ops, deployed):
    status, _, error = ops("show", "press-9")

    assert status == 2
    assert "press-9 is unknown" in error


def test_a_status_is_shown_in_the_words_of_the_deployment(ops, plant):
    words = {"device_status_words": json.dumps({"ANOMALY": "ALARM"})}
    (Path("cfn-outputs") / "flat-outputs.json").write_text(json.dumps(OUTPUTS | words))

    shown = json.loads(ops("show", "press-1", "--json")[1])

    assert shown["state"]["status"] == "ALARM"
    assert ops("list")[1].splitlines()[1].split()[2] == "ALARM"
    assert "ANOMALY" not in ops("show", "press-1")[1]
