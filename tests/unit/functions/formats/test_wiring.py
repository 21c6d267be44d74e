"""Every function that decodes reads by the deployment's formats, and lets gateways speak for their devices alone."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from lambda_src.archive_transform.firehose import FirehoseRecord
from lambda_src.archive_transform.transform import transform
from lambda_src.bridge.normalise import normalise
from lambda_src.common.deployment import DeploymentRules
from lambda_src.common.http.errors import HttpError
from lambda_src.common.http.wire import Request
from lambda_src.common.ingest.content import Limits, check_body, read_content
from lambda_src.common.ingest.raw import messages_of
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.envelope import open_record
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.intake import take_in
from lambda_src.processor.judge import ThresholdJudge
from tests.unit.functions.factories import NOW_MS, body, record

LIMITS = Limits(500, 10_000)
PRESS_HALL = Format(name="press-hall", topic="halls/{device}", each="vals[]", sensor="id", value="val", time="ts")
RULES = DeploymentRules(
    formats=(
        PRESS_HALL,
        Format(name="lines", entrypoint="http", encoding="csv", header=("time", "device", "sensor", "value")),
        Format(name="raw", entrypoint="stream", each="m{}", device="who"),
    ),
    gateways={"gw-1": ("press-", "oven-")},
).decode_rules()
MESSAGE = json.dumps({"vals": [{"id": "Temp", "val": 71.5, "ts": NOW_MS}, {"id": "Flow", "val": 3, "ts": NOW_MS}]})
STREAMED = json.dumps({"who": "press-9", "m": {"temp": 71.5}}).encode()


def sent(payload, topic="halls/press-7", device="press-7"):
    fields = {"envelope": 1, "device": device, "arrived_ms": NOW_MS, "topic": topic}
    return json.dumps(fields | {"payload": b64encode(payload.encode()).decode()}).encode()


def facts(readings):
    return [(each.device_id, each.sensor_type, each.value) for each in readings]


BOTH = [("press-7", "temp", 71.5), ("press-7", "flow", 3.0)]


def test_the_processor_reads_by_topic_and_entrypoint():
    records = [record(sent(MESSAGE)), record(STREAMED, 1), record(sent(MESSAGE, topic="other/press-7"), 2)]

    intake = take_in(records, ThresholdJudge({}), RULES)

    assert facts(entry.reading for entry in intake.entries) == [*BOTH, ("press-9", "temp", 71.5)]
    assert [(refused.record_index, refused.item.source.topic) for refused in intake.refused] == [(2, "other/press-7")]


def test_the_archive_has_what_the_processor_has():
    records = [FirehoseRecord(str(place), data, NOW_MS) for place, data in enumerate((sent(MESSAGE), STREAMED))]

    assert transform(records, partitioned=False, rules=RULES).readings == 3


def test_the_bridge_reads_by_topic():
    normal = normalise(MESSAGE.encode(), device_id="press-7", arrived_ms=NOW_MS, topic="halls/press-7", rules=RULES)

    assert facts(normal.readings) == BOTH
    assert normal.passed == []


@pytest.mark.parametrize(
    ("payload", "device"),
    [(MESSAGE, "gw-1"), (MESSAGE.replace('"Temp"', "7.5"), "press-7"), ("{", "press-7")],
    ids=["a gateway's", "bad in part", "bad"],
)
def test_the_bridge_passes_on_what_it_does_not_read(payload, device):
    normal = normalise(payload.encode(), device_id=device, arrived_ms=NOW_MS, topic="halls/press-7", rules=RULES)

    assert normal.readings == []
    assert normal.passed == [payload.encode()]


def test_the_api_reads_its_format_in_any_content_type():
    rows = f"{NOW_MS},press-7,Temp,71.5\n{NOW_MS},press-8,Temp,70\n{NOW_MS},press-8,Temp\n".encode()

    content = read_content(rows, arrived_ms=NOW_MS, limits=LIMITS, rules=RULES)

    assert facts(item.reading for item in content.given) == [("press-7", "temp", 71.5), ("press-8", "temp", 70.0)]
    assert [each.position for each in content.rejected] == [2]
    assert [(each.device_id, each.text) for each in messages_of(rows, content)] == [
        ("press-7", rows.decode()),
        ("press-8", rows.decode()),
    ]


def test_another_content_type_needs_a_format():
    request = Request("POST", "/ingest", "/ingest", {}, {}, {"content-type": "text/csv"}, b"x", "", "r", NOW_MS)

    check_body(request, RULES)
    with pytest.raises(HttpError):
        check_body(request)


def test_a_device_that_is_no_gateway_speaks_for_itself_alone():
    other = body(sensor_id="press-8")

    for device, rules in (("press-7", RULES), ("gw-1", DeploymentRules().decode_rules()), ("gw-10", RULES)):
        decoded = decode(other, arrived_ms=NOW_MS, device_id=device, rules=rules)

        assert decoded.readings == []
        assert [reject.reason for reject in decoded.rejects] == [Reason.DEVICE_MISMATCH]


@pytest.mark.parametrize(
    ("claimed", "allowed"),
    [("press-8", True), ("oven-1", True), ("gw-1", True), ("gw-2", False), ("xpress-8", False), ("Press-8", False)],
)
@pytest.mark.parametrize("shape", ["single", "flat", "array", "batch", "format", "topic"])
def test_a_gateway_speaks_for_its_prefixes_alone(claimed, allowed, shape):
    single = {"device_id": claimed, "sensor_type": "temp", "value": 71.5, "timestamp": NOW_MS}
    flat = {"device_id": claimed, "temp": 71.5}
    payloads = {
        "single": json.dumps(single),
        "flat": json.dumps(flat),
        "array": json.dumps([single]),
        "batch": json.dumps({"device_id": claimed, "readings": [{"sensor_type": "temp", "value": 71.5}]}),
        "format": json.dumps({"vals": [{"id": "temp", "val": 71.5, "ts": NOW_MS, "device": claimed}]}),
        "topic": json.dumps({"vals": [{"id": "temp", "val": 71.5, "ts": NOW_MS}]}),
    }
    topic = {"format": "halls/gw-1", "topic": f"halls/{claimed}"}.get(shape, "sensor/gw-1/data")

    decoded = open_record(sent(payloads[shape], topic, "gw-1"), arrived_ms=NOW_MS, rules=RULES).decoded

    assert facts(decoded.readings) == ([(claimed, "temp", 71.5)] if allowed else [])
    assert [reject.reason for reject in decoded.rejects] == ([] if allowed else [Reason.DEVICE_MISMATCH])


def test_without_formats_nothing_is_looked_up():
    assert DeploymentRules(thresholds={}).decode_rules().formats.find("halls/press-7", "mqtt") is None
