"""Sparkplug over the bridge: read by births, waiting for them, refused with a reason, and the status of devices."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_src.bridge.bridging import bridge
from lambda_src.bridge.redelivery import SECONDS, EarlyRedelivery
from lambda_src.bridge.sparkplug import SparkplugBridge
from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.common.readings.sparkplug.births import BirthKey
from lambda_src.common.readings.sparkplug.host import SparkplugHost
from lambda_src.common.transport.stream_sink import StreamSink
from tests.unit.functions.bridge.factories import message, processed
from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.factories import NOW_MS, body, deadline
from tests.unit.functions.fakes import client_error
from tests.unit.functions.formats.samples import SAMPLES
from tests.unit.functions.sparkplug.encoder import SENT_MS, VECTORS, birth_of, chunk, metric, number, payload, vector
from tests.unit.functions.sparkplug.fakes import FakeBirthTable, FakeCommands

ALIASES = {"Temperature": 1, "Pressure": 2}


class States(dict[str, Any]):
    """The last status that each device got."""

    def connected(self, device, at_ms):
        self[device] = ("connected", at_ms)

    def disconnected(self, device, at_ms):
        self[device] = ("disconnected", at_ms)


class SparkplugPlant:
    """Each batch goes to a cold function: what it knows is in the table."""

    def __init__(self, rules=NO_RULES):
        self.table, self.commands, self.states = FakeBirthTable(), FakeCommands(), States()
        self.rules = rules
        self.now_ms = NOW_MS

    def deliver(self, *items, kinesis=None):
        fake: Any = FakeKinesis() if kinesis is None else kinesis
        host = SparkplugHost(self.table, self.commands, now_ms=lambda: self.now_ms)
        sparkplug = SparkplugBridge(host, self.states, self.rules)
        report = bridge(items, StreamSink(fake, "iot"), deadline(), self.rules, sparkplug)
        return report, processed(*(data for _, data in fake.records))


def sent(kind, data, place=0, *, edge="edge-1", device=None, arrived_ms=NOW_MS):
    topic = "/".join(["spBv1.0", "plant", kind, edge, *([device] if device else [])])
    return message(data, place, device=edge, topic=topic, client=edge, arrived_ms=arrived_ms)


def birth(place=0, *, kind="NBIRTH", after_ms=0, **rest):
    return sent(kind, birth_of(ALIASES, sent_ms=SENT_MS + after_ms, bd_seq=3), place, **rest)


def data(place=1, *, kind="NDATA", alias=1, value=71.5, after_ms=1000, **rest):
    return sent(kind, payload(metric(alias=alias, value=value), sent_ms=SENT_MS + after_ms), place, **rest)


def death(place=2, *, bd_seq=3, **rest):
    return sent("NDEATH", payload(chunk(1, b"bdSeq") + number(4, 8) + number(11, bd_seq), sent_ms=None), place, **rest)


def facts(decoded):
    return [(one.device_id, one.sensor_type, one.value, one.timestamp_ms - SENT_MS) for one in decoded.readings]


def gateway(edge, *prefixes):
    return DecodeRules(gateways={edge: prefixes})


def test_births_and_data_become_readings():
    report, found = SparkplugPlant().deliver(birth(), data(), message(body(sensor_id=..., value=5.0), 2))

    assert ("edge-1", "temperature", 71.5, 1000) in facts(found)
    assert facts(found)[:2] == [("edge-1", "temperature", 1.0, 0), ("edge-1", "pressure", 1.0, 0)]
    assert [one.value for one in found.readings if one.device_id == "press-1"] == [5.0]
    assert (report.failed, found.rejects) == ([], [])


def test_a_cold_function_reads_aliases_by_the_table():
    plant = SparkplugPlant()
    plant.deliver(birth())

    _, found = plant.deliver(data(alias=2, value=3.5))

    assert facts(found) == [("edge-1", "pressure", 3.5, 1000)]


def test_order_within_a_batch_does_not_matter():
    report, found = SparkplugPlant().deliver(data(), birth())

    assert len(found.readings) == 3
    assert report.failed == []


def test_data_without_a_birth_waits_and_asks_for_it():
    plant = SparkplugPlant()

    report, found = plant.deliver(data(), message(body(sensor_id=...), 7))

    assert report.failed == [item.message_id for item in report.waiting] == ["message-1"]
    assert plant.commands.published[0][0] == "spBv1.0/plant/NCMD/edge-1"
    assert [one.device_id for one in found.readings] == ["press-1"]
    assert (report.counts["MessagesWaiting"], report.counts["RebirthsRequested"]) == (1, 1)


def test_what_waited_is_read_after_the_rebirth():
    plant = SparkplugPlant()
    plant.deliver(data())
    plant.deliver(birth(after_ms=2000))

    report, found = plant.deliver(data())

    assert facts(found) == [("edge-1", "temperature", 71.5, 1000)]
    assert report.failed == []


def test_nothing_of_a_message_counts_while_a_part_waits():
    mixed = payload(metric("Named"), metric(alias=9))

    report, found = SparkplugPlant().deliver(birth(), sent("NDATA", mixed, 1))

    assert report.failed == ["message-1"]
    assert {one.sensor_type for one in found.readings} == {"temperature", "pressure"}


def test_named_metrics_need_no_birth():
    report, found = SparkplugPlant().deliver(sent("NDATA", payload(metric("Level", 0.5))))

    assert (facts(found), report.failed) == ([("edge-1", "level", 0.5, 0)], [])


def test_a_bad_metric_is_quarantined_with_its_reason():
    bad = payload(metric(alias=1, value=float("nan")), metric(alias=2, value=3.0))

    report, found = SparkplugPlant().deliver(birth(), sent("NDATA", bad, 1))

    assert ("edge-1", "pressure", 3.0, 0) in facts(found)
    assert [(one.reason, one.path, one.payload) for one in found.rejects] == [("invalid_value", "Temperature", bad)]
    assert report.counts["MessagesPassedOn"] == 1


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (sent("NDATA", b"\xff\xff"), "invalid_encoding"),
        (sent("WHAT", payload(metric("a"))), "unknown_form"),
        (message(payload(metric("a")), topic="spBv1.0/plant"), "unknown_form"),
        (sent("DDATA", payload(metric("a")), device="press-7"), "device_mismatch"),
        (sent("NDATA", payload(metric("a")), edge="a b"), "invalid_device"),
        (message(payload(metric("a")), device="e-2", topic="spBv1.0/p/x/e-2/spBv1.0/p/NDATA/e-1"), "device_mismatch"),
    ],
    ids=range(6),
)
def test_what_is_no_such_message_is_quarantined_with_its_reason(item, reason):
    report, found = SparkplugPlant().deliver(item)

    assert [one.reason for one in found.rejects] == [reason]
    assert report.failed == []


@pytest.mark.parametrize(
    "topic",
    [
        "spBv1.0/plant/NDATA/victim/edge-1",
        "spBv1.0/plant/N/NDATA/victim/edge-1",
        "spBv1.0/plant/DDATA/victim/edge-1/press-7",
        "spBv1.0/plant/Nx/spBv1.0/plant/NDATA/victim/edge-1",
        "spBv1.0/plant/Nx/spBv1.0/plant/DDATA/victim/edge-1",
        "spBv1.0/plant/D/spBv1.0/p/DDATA/edge-1/x",
    ],
)
def test_no_allowed_topic_speaks_for_another_edge_node(topic):
    """The policy has ``N*/edge-1`` and ``D*/edge-1/*``; the rule takes the fourth level for the sender."""
    item = message(payload(metric("a")), topic=topic, device=topic.split("/")[3])

    report, found = SparkplugPlant(gateway("victim", "")).deliver(item)

    assert (found.readings, report.failed) == ([], [])
    assert len(found.rejects) == 1


def test_thousands_of_bad_metrics_fit_one_record():
    bad = payload(*(metric(f"m{place}", float("inf")) for place in range(3000)))

    _, found = SparkplugPlant().deliver(sent("NDATA", bad))

    assert len(found.rejects) == 100
    assert found.rejects[-1].detail.endswith("and 2,900 other parts of the message")


def test_only_a_gateway_speaks_for_the_devices_behind_it():
    items = [birth(0, kind="DBIRTH", device="press-7"), birth(1, kind="DBIRTH", device="oven-1")]

    _, found = SparkplugPlant(gateway("edge-1", "press-")).deliver(*items)

    assert {one.device_id for one in found.readings} == {"press-7"}
    assert [one.reason for one in found.rejects] == ["device_mismatch"]


def test_nulls_are_outages_and_historical_metrics_keep_their_time():
    null = chunk(1, b"Level") + number(4, 10) + number(7, 1)
    old = chunk(1, b"Flow") + number(3, SENT_MS - 86_400_000) + number(4, 10) + number(5, 1) + metric()[2:]

    _, found = SparkplugPlant().deliver(sent("NDATA", payload(null, old)))

    assert [(one.sensor_type, one.device_id) for one in found.outages] == [("level", "edge-1")]
    assert facts(found) == [("edge-1", "flow", 1.0, -86_400_000)]


def test_births_and_deaths_set_the_status():
    plant = SparkplugPlant()

    plant.deliver(birth(arrived_ms=NOW_MS))
    assert plant.states == {"edge-1": ("connected", NOW_MS)}
    plant.deliver(death(arrived_ms=NOW_MS + 500))
    assert plant.states == {"edge-1": ("disconnected", NOW_MS + 500)}
    plant.deliver(death(bd_seq=2, arrived_ms=NOW_MS + 900), birth(arrived_ms=NOW_MS + 800, after_ms=800))
    assert plant.states == {"edge-1": ("connected", NOW_MS + 800)}


def test_with_an_edge_node_its_devices_disconnect():
    plant = SparkplugPlant(gateway("edge-1", "press-"))
    plant.deliver(birth(), *(birth(place, kind="DBIRTH", device=f"press-{place}") for place in (1, 2)))

    plant.deliver(death(arrived_ms=NOW_MS + 500))

    assert set(plant.states) == {"edge-1", "press-1", "press-2"}
    assert {kind for kind, _ in plant.states.values()} == {"disconnected"}


def test_after_a_death_data_waits_for_the_next_birth():
    plant = SparkplugPlant()
    plant.deliver(birth(), death(arrived_ms=NOW_MS + 500))

    report, found = plant.deliver(data(after_ms=5000, arrived_ms=NOW_MS + 5000))

    assert (report.failed, found.readings) == (["message-1"], [])


def test_data_of_a_session_without_a_birth_is_quarantined():
    plant = SparkplugPlant()
    plant.deliver(birth(after_ms=9000, arrived_ms=NOW_MS + 9000))
    lineage = plant.table.lineages[BirthKey("plant", "edge-1")]
    plant.table.lineages[BirthKey("plant", "edge-1")] = type(lineage)(lineage.latest, None, NOW_MS + 8000)

    report, found = plant.deliver(data(after_ms=0))

    assert [one.reason for one in found.rejects] == ["no_birth"]
    assert report.failed == []


def test_a_redelivered_batch_gives_the_same_records():
    plant = SparkplugPlant()
    batch = [birth(), data(), data(5, after_ms=2000, alias=2), sent("NDATA", b"\xff", 6)]
    first, again = FakeKinesis(), FakeKinesis()

    plant.deliver(*batch, kinesis=first)
    plant.deliver(*batch, kinesis=again)

    assert first.records == again.records


def test_a_table_out_of_reach_redelivers_sparkplug_alone(monkeypatch):
    plant = SparkplugPlant()

    def fail(keys):
        raise TemporaryFailureError("throttled")

    monkeypatch.setattr(plant.table, "load", fail)
    report, found = plant.deliver(birth(), message(body(sensor_id=...), 1))

    assert report.failed == ["message-0"]
    assert len(found.readings) == 1


def test_a_format_of_the_deployment_names_the_metrics():
    form = Format(
        name="mine", encoding="sparkplug-b", topic="spBv1.0/{group}/{type}/{edge}", names={"T1": "temperature"}
    )
    plant = SparkplugPlant(DecodeRules(FormatTable([form])))

    _, found = plant.deliver(sent("NDATA", payload(metric("T1"), metric("T2"))))

    assert [one.sensor_type for one in found.readings] == ["temperature", "t2"]


def test_commands_on_the_same_topics_are_done_with():
    report, found = SparkplugPlant().deliver(sent("NCMD", payload(metric("Node Control/Rebirth"))))

    assert (report.failed, found.readings, found.rejects) == ([], [], [])


def test_the_sample_of_a_gateway_is_read_by_its_birth():
    (sample,) = (found for found in SAMPLES if found.kind.startswith("Sparkplug B"))
    plant = SparkplugPlant(gateway("E", "D"))
    named = sent("DBIRTH", birth_of({"Pressure": 2, "Running": 3}, sent_ms=SENT_MS - 1), edge="E", device="D")
    plant.deliver(named)

    _, found = plant.deliver(sent("DDATA", sample.data, 1, edge="E", device="D"))

    wanted = {(one["sensor"], one["value"]) for one in sample.truth}
    assert wanted <= {(one.sensor_type, one.value) for one in found.readings}
    assert not found.rejects


@pytest.mark.parametrize("expected", VECTORS, ids=lambda expected: expected["name"])
def test_tahus_payloads_reach_the_stream(expected):
    plant = SparkplugPlant(gateway("edge-1", "press-"))
    if "needs" in expected:
        plant.deliver(sent("DBIRTH", vector(expected["needs"]), device="press-7"))

    report, found = plant.deliver(sent("DDATA", vector(expected["name"]), device="press-7"))

    assert [one.value for one in found.readings] == [float(value) for _, value, *_ in expected["readings"]]
    assert len(found.rejects) == len(expected.get("rejects", []))
    assert report.failed == []


class _Queue:
    def __init__(self, error=None):
        self.calls, self.error = [], error

    def change_message_visibility_batch(self, **call):
        self.calls.append(call)
        if self.error:
            raise self.error


def test_waiting_messages_are_redelivered_soon():
    queue: Any = _Queue()
    items = [data()._replace(receipt=f"r{place}", received=place) for place in range(1, 13)]

    EarlyRedelivery(queue, "url").shorten(items)

    entries = [entry for call in queue.calls for entry in call["Entries"]]
    assert [len(call["Entries"]) for call in queue.calls] == [10, 2]
    assert [entry["VisibilityTimeout"] for entry in entries] == [*SECONDS, *[SECONDS[-1]] * 8]
    assert [entry["ReceiptHandle"] for entry in entries] == [f"r{place}" for place in range(1, 13)]


def test_a_throttled_queue_keeps_its_own_timeout():
    queue: Any = _Queue(client_error("RequestThrottled", 400))

    EarlyRedelivery(queue, "url").shorten([data()])

    assert len(queue.calls) == 1
