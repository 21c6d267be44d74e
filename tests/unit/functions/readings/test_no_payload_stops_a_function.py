"""No payload makes a function raise: it is read, or refused, and the batch around it continues."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given

from lambda_src.archive_transform import firehose
from lambda_src.archive_transform.transform import transform
from lambda_src.bridge import sqs as bridge_wire
from lambda_src.bridge.bridging import bridge
from lambda_src.common.quarantine import Quarantine
from lambda_src.common.thresholds import Threshold
from lambda_src.common.transport.stream_sink import StreamSink
from lambda_src.processor import kinesis, replay, sqs
from lambda_src.processor.judge import ThresholdJudge
from lambda_src.processor.pipeline import PipelineParts, process
from lambda_src.processor.stores.anomalies import AnomalyStore
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.runs import RunStore
from lambda_src.processor.stores.timestream import TimestreamStore
from lambda_src.processor.stores.timestream_multi import MultiMeasureTimestreamStore
from tests.unit.functions.bridge import factories as bridge_factories
from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.device_table import container
from tests.unit.functions.factories import IN_TURN, NOW_MS, body, deadline, kinesis_event, message, record
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import FakeS3, FakeTimestream
from tests.unit.functions.firehose_events import event as firehose_event
from tests.unit.functions.ingest.plant import Plant as Ingest
from tests.unit.functions.process.test_sync_store import plant as process_plant
from tests.unit.functions.readings.hostile import BYTES, HARD, PAYLOADS, common, hard

GOOD = body(sensor_id="good-1", value=33.25)


def parts(*, ordered: bool) -> tuple[PipelineParts, Any]:
    single: Any = FakeTimestream()
    multi: Any = FakeTimestream()
    dynamo: Any = FakeDynamo()
    stores: Any = [
        TimestreamStore(single, "database", "table", IN_TURN),
        MultiMeasureTimestreamStore(multi, "database", "table", IN_TURN),
        RunStore(dynamo, "readings", IN_TURN, kept_days=30, now_ms=lambda: NOW_MS),
    ]
    bucket: Any = FakeS3()
    followers: Any = [
        ProcessedStore(bucket, "processed", IN_TURN, lambda: NOW_MS, ordered=ordered),
        AnomalyStore(bucket, "anomalies", IN_TURN, lambda: NOW_MS, ordered=ordered),
        container(FakeDynamo(), ordered=ordered),
    ]
    judge = ThresholdJudge({"temperature": Threshold(max=1)})
    quarantine = Quarantine(bucket, "quarantine")
    made = PipelineParts(judge, stores, followers, quarantine, None, IN_TURN, lambda: NOW_MS, ordered=ordered)
    return made, bucket


def settled(report, s3, payload):
    """The good reading beside it is archived, and whatever the payload is it is stored or lies in quarantine."""
    assert list(report.again) == []
    assert 33.25 in [line["value"] for line in s3.lines("processed")]
    counts = report.counts
    known = ("ReadingsProcessed", "ReadingsQuarantined", "DuplicateReadings", "SensorOutages")
    assert sum(counts[name] for name in known) >= 2, payload


@hard
@given(PAYLOADS)
@common
def test_the_processor_behind_the_stream_goes_on(payload):
    made, s3 = parts(ordered=True)
    records = kinesis.read_records(kinesis_event([record(payload), record(GOOD, 1)]))

    settled(process(records, made, deadline()), s3, payload)


@hard
@given(PAYLOADS)
@common
def test_the_processor_behind_a_queue_goes_on(payload):
    made, s3 = parts(ordered=False)
    wire = [message(payload), message(GOOD, 1)]
    event: Any = {
        "Records": [
            {
                "messageId": item.sequence_number,
                # What a queue hands over is text, whatever was put into it.
                "body": item.data.decode(errors="surrogateescape"),
                "attributes": {"SentTimestamp": str(item.arrived_ms)},
                "eventSource": "aws:sqs",
                "eventSourceARN": item.event_source_arn,
            }
            for item in wire
        ]
    }

    settled(process(sqs.read_records(event), made, deadline()), s3, payload)


@hard
@given(PAYLOADS)
@common
def test_the_replay_goes_on(payload):
    made, s3 = parts(ordered=False)
    items: Any = [
        {"data_base64": b64encode(data).decode(), "arrived_ms": NOW_MS, "id": str(number)}
        for number, data in enumerate((payload, GOOD))
    ]

    settled(process([replay._record(item) for item in items], made, deadline()), s3, payload)


@hard
@given(BYTES)
@common
def test_the_bridge_goes_on(payload):
    fake: Any = FakeKinesis()
    bodies = [bridge_factories.message(payload).body, bridge_factories.message(GOOD, device="good-1").body]
    event: Any = {
        "Records": [bridge_factories.delivered(str(number), text.decode()) for number, text in enumerate(bodies)]
    }

    report = bridge(bridge_wire.read_messages(event), StreamSink(fake, "iot"), deadline())

    assert report.failed == []
    assert report.counts["MessagesBridged"] == 2
    sent = bridge_factories.processed(*(data for _, data in fake.records))
    assert 33.25 in [found.value for found in sent.readings]
    assert len(sent.readings) + len(sent.rejects) + len(sent.outages) >= 2


@given(PAYLOADS)
@common
def test_the_bridge_only_reports_a_body_without_an_envelope(payload):
    fake: Any = FakeKinesis()
    event: Any = {"Records": [bridge_factories.delivered("m", payload.decode(errors="surrogateescape"))]}

    report = bridge(bridge_wire.read_messages(event), StreamSink(fake, "iot"), deadline())

    assert bool(report.failed) == bool(report.no_envelope)


@hard
@given(PAYLOADS)
@common
def test_the_archive_goes_on(payload):
    answers = transform(firehose.read_records(firehose_event(payload, GOOD)), partitioned=True).answers

    assert [answer["recordId"] for answer in answers] == ["id-0", "id-1"]
    assert answers[1]["result"] == "Ok"


@hard
@given(BYTES)
@common
def test_the_ingest_api_answers(payload):
    answer = Ingest().post(payload)

    assert answer["statusCode"] in (202, 400, 413)
    json.loads(answer["body"])


@hard
@given(BYTES)
@common
def test_the_process_api_answers(payload):
    timestream: Any = FakeTimestream()
    dynamo: Any = FakeDynamo()
    stores = [
        TimestreamStore(timestream, "database", "table", IN_TURN),
        RunStore(dynamo, "readings", IN_TURN, kept_days=30, now_ms=lambda: NOW_MS),
    ]

    answer = process_plant(*stores).post(payload)

    assert answer["statusCode"] in (200, 400, 413)
    json.loads(answer["body"])


@pytest.mark.parametrize("payload", HARD, ids=range(len(HARD)))
def test_hard_ones_are_refused_or_read(payload):
    made, s3 = parts(ordered=True)

    report = process([record(payload), record(GOOD, 1)], made, deadline())

    settled(report, s3, payload)
