"""The way out of quarantine: what goes in again, under whose name, and what is marked when."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest

from lambda_src.common.readings.envelope import open_record
from lambda_src.common.transport.queue_sink import MessageRefusedError, QueueSink
from lambda_src.common.transport.stream_sink import StreamSink
from lambda_src.processor.intake import take_in
from tests.unit.functions.envelopes import ARRIVED, element, envelope, wrapped
from tests.unit.functions.factories import NOW_MS, body, record
from tests.unit.ops.quarantine.plant import JUDGE


def refused_again(plant):
    """The reasons for which the processor refuses what is in the stream now."""
    return [each.item.reason for each in take_in([record(data) for _, data in plant.streamed()], JUDGE).refused]


def test_what_a_producer_wrote_goes_back_as_it_was(plant, quarantine):
    plant.refuse(b"junk", body(value="x"))

    status, out, _ = quarantine("retry")

    assert status == 0
    assert plant.streamed() == [("press-1", b"junk"), ("press-1", body(value="x"))]
    assert out == "REASON         SENT  KEPT\ninvalid_json   1     0\ninvalid_value  1     0\n"


def test_a_devices_payload_returns_with_its_device_and_arrival(plant, quarantine):
    plant.refuse(wrapped(b"junk"), partition_key="press-1")

    quarantine("retry")

    ((key, data),) = plant.streamed()
    sent = json.loads(data)
    assert key == "press-1"
    assert (sent["device"], sent["arrived_ms"], b64decode(sent["payload"])) == ("press-1", ARRIVED, b"junk")


def test_a_devices_payload_returns_with_its_topic(plant, quarantine):
    plant.refuse(wrapped(b"junk"), partition_key="press-1")

    quarantine("retry")

    ((_, data),) = plant.streamed()
    assert json.loads(data)["topic"] == "sensor/press-1/data"


@pytest.mark.parametrize(
    "payloads",
    [
        [body(sensor_id="press-2")],
        [envelope(device="press-2", readings=[element()])],
        [wrapped(body(), device="press-2"), wrapped(body(), device="press-2", arrived_ms=NOW_MS)],
    ],
    ids=["another name", "an envelope of readings", "an envelope"],
)
def test_a_device_claiming_another_identity_is_not_believed_after_retry(plant, quarantine, payloads):
    plant.refuse(*map(wrapped, payloads), partition_key="press-1")
    assert [b64decode(line["payload_base64"]) for line in plant.lines()] == payloads

    quarantine("retry")

    for _, data in plant.streamed():
        readings = open_record(data, arrived_ms=NOW_MS).decoded.readings
        assert {reading.device_id for reading in readings} <= {"press-1"}


def test_a_line_without_device_belongs_to_its_partition_key(plant, quarantine, outputs):
    outputs(iot_rule_name="telemetry")
    plant.refuse(wrapped(body(sensor_id="press-2")), partition_key="press-1")
    (key,) = plant.keys()
    (line,) = plant.lines()
    for name in ("device", "received_ms"):
        del line["source"][name]
    plant.put(key, json.dumps(line).encode())

    quarantine("retry")

    assert json.loads(plant.streamed()[0][1])["device"] == "press-1"
    assert refused_again(plant) == ["device_mismatch"]


def test_a_broken_reading_among_many_goes_back_alone(plant, quarantine):
    plant.refuse(envelope(readings=[element(), element(sensor_type="é")]))

    quarantine("retry")

    ((_, data),) = plant.streamed()
    assert [each["sensor_type"] for each in json.loads(data)["readings"]] == ["é"]
    assert refused_again(plant) == ["invalid_sensor_type"]


def test_a_record_of_which_several_readings_were_refused_goes_once(plant, quarantine):
    values = [element(value=1), element(value=2), element(value=3)]
    plant.refuse(envelope(readings=values))
    assert len(plant.lines()) == 2

    status, out, _ = quarantine("retry")

    assert (status, len(plant.streamed())) == (0, 1)
    assert "conflict  2     0" in out


def test_a_dry_run_counts_and_changes_nothing(plant, quarantine):
    plant.refuse(b"junk", body(value="x"))
    before = plant.lines()

    status, out, _ = quarantine("retry", "--dry-run")

    assert (status, plant.streamed(), plant.lines(), plant.keys("retried/")) == (0, [], before, [])
    assert out.startswith("REASON         WOULD BE SENT  KEPT\n")


def test_what_the_stream_does_not_take_stays(plant, quarantine, monkeypatch, waits):
    plant.refuse(b"junk", body(value="x"))
    put = StreamSink.put

    def take_one(stream, records, deadline):
        left = put(stream, records[:1], deadline)
        return left._replace(records=records[1:]) if len(records) > 1 else left._replace(records=records)

    monkeypatch.setattr(StreamSink, "put", take_one)

    status, out, error = quarantine("retry")

    assert status == 1
    assert "line 2: kept: the transport is throttled; try again later" in error
    assert "invalid_value  0     1" in out
    assert [line["reason"] for line in plant.lines()] == ["invalid_value"]


def test_content_too_long_for_a_record_is_kept_and_named(plant, quarantine):
    plant.refuse(b"x" * 1_000_000, b"junk")

    status, _, error = quarantine("retry")

    assert status == 1
    assert "line 1: kept: it exceeds the record limit of 900,000 bytes" in error
    assert plant.streamed() == [("press-1", b"junk")]
    assert len(plant.lines()) == 1


def test_through_the_queue_go_envelopes(plant, quarantine, outputs):
    outputs(transport="sqs", queue_url=plant.queue_url)
    good = envelope(readings=[element(sensor_type="é")])
    plant.refuse(good, wrapped(b"\xff"), b"junk", good[:12] + b"\xff", shard_id="sqs", partition_key="-")

    status, _, error = quarantine("retry")

    assert status == 1
    sent = [json.loads(text) for text in plant.queued()]
    assert [each["readings"] for each in sent if "readings" in each] == [json.loads(good)["readings"]]
    assert [b64decode(each["payload"]) for each in sent if "payload" in each] == [b"\xff"]
    for line in (3, 4):
        assert f"line {line}: kept: it is not an envelope" in error


def test_a_queue_that_refuses_for_good_is_one_line(plant, quarantine, outputs, monkeypatch):
    outputs(transport="sqs", queue_url=plant.queue_url)
    plant.refuse(wrapped(b"junk"))

    def refuse(*_arguments):
        raise MessageRefusedError("KmsAccessDenied: no key")

    monkeypatch.setattr(QueueSink, "put", refuse)

    assert quarantine("retry") == (1, "", "the queue rejects the messages: KmsAccessDenied: no key\n")
    assert len(plant.lines()) == 1


def test_an_empty_quarantine_has_nothing_to_send(plant, quarantine):
    assert quarantine("retry") == (0, "no quarantined readings\n", "")
