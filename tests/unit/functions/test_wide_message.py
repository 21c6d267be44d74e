"""One message with 6,971 measures and metadata: every output has a bound, in every function."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from bench.handlers.units import item_size
from lambda_src.archive_transform import firehose
from lambda_src.archive_transform.transform import ANSWER_BYTES, transform
from lambda_src.bridge import sqs as bridge_wire
from lambda_src.bridge.bridging import bridge
from lambda_src.common.aws import clients
from lambda_src.common.device_status import StatusWords
from lambda_src.common.transport.stream_sink import StreamSink
from lambda_src.processor.judge import NORMAL, Verdict
from lambda_src.processor.stores.anomalies import AnomalyStore
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.timestream_multi import MultiMeasureTimestreamStore
from lambda_src.query_api.devices import DeviceReader
from lambda_src.query_api.size import MOST_BYTES
from tests.unit.functions.bridge import factories as bridge_factories
from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.device_table import container
from tests.unit.functions.factories import IN_TURN, NOW_MS, deadline, records
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import FakeSNS, FakeTimestream
from tests.unit.functions.firehose_events import event as firehose_event
from tests.unit.functions.ingest.plant import Plant as Ingest
from tests.unit.functions.plant import Plant
from tests.unit.functions.presence.factories import watch
from tests.unit.functions.query.deployment import create_tables
from tests.unit.functions.test_run_store import store as run_store

MEASURES = 6_971
ITEM = 400 * 1024
"""Bytes of the largest item that DynamoDB takes, with the names of its attributes."""
RECORD = 1024 * 1024
"""Bytes of the largest record that Kinesis takes."""
METADATA = 8 * 1024 * 1024
"""What all readings of a message may hold of shared metadata."""
LINE = 512
"""Bytes of a stored reading without its metadata."""
MOST = METADATA + MEASURES * LINE


class Judge:
    """Finds every second reading anomalous: both archives are written."""

    def judge(self, reading):
        return Verdict(is_anomaly=True, severity="warning", reason="odd") if reading.value % 2 else NORMAL


def message(metadata_bytes: int) -> bytes:
    measures = {f"m{n}": n for n in range(MEASURES)}
    around = {"device_id": "press-1", "timestamp": NOW_MS, "metadata": {"text": "x" * metadata_bytes}}
    return json.dumps(around | {"sensor_data": measures}, separators=(",", ":")).encode()


REFUSED = message(64 * 1024)
STORED = message(750)
"""With about as much metadata as so many measures may share."""
MESSAGES = pytest.mark.parametrize("data", [REFUSED, STORED], ids=["64 KB", "the most"])


class Wide(Plant):
    """A processor with every store, which has taken one message."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.service = FakeTimestream()
        service: Any = self.service
        self.runs = FakeDynamo()
        self.devices = FakeDynamo()
        self.parts = self.parts._replace(
            judge=Judge(),
            stores=[MultiMeasureTimestreamStore(service, "database", "table", IN_TURN), run_store(self.runs)],
            followers=[
                ProcessedStore(self.s3, "processed", IN_TURN, lambda: NOW_MS),
                AnomalyStore(self.s3, "anomalies", IN_TURN, lambda: NOW_MS),
                container(self.devices),
            ],
        )
        self.report = self.deliver(records(data))

    def text(self, bucket: str) -> int:
        """Bytes of a bucket's objects, unpacked."""
        found = [(key, data) for key, data in self.s3.objects.items() if key.startswith(f"{bucket}/")]
        return sum(len(gzip.decompress(data) if key.endswith(".gz") else data) for key, data in found)


@MESSAGES
def test_the_processor_writes_a_bounded_amount_into_each_store(data):
    wide = Wide(data)

    assert list(wide.report.again) == []
    counts = (wide.report.counts["ReadingsProcessed"], wide.report.counts["ReadingsQuarantined"])
    assert counts == ((0, 1) if data is REFUSED else (MEASURES, 0))
    for bucket in ("processed", "anomalies"):
        assert wide.text(bucket) <= MOST
    assert wide.text("quarantine") <= 2 * len(data)
    assert all(item_size(item) <= ITEM for item in (*wide.runs.items.values(), *wide.devices.items.values()))
    assert sum(map(item_size, wide.runs.items.values())) <= MOST
    assert sum(len(json.dumps(call)) for call in wide.service.calls) <= MOST


def test_the_state_of_a_wide_device_fits_everywhere(aws):
    create_tables()
    item = Wide(STORED).devices.device()
    clients.dynamodb().put_item(TableName="devices", Item=item)
    sns = FakeSNS()

    watch(sns, now_ms=lambda: NOW_MS + 2 * 3_600_000).run(deadline())
    view = DeviceReader(clients.dynamodb(), "devices", StatusWords({})).get("press-1")

    (alert,) = sns.messages
    assert len(json.dumps(alert)) < 2_000
    assert view is not None
    assert view.status == "OFFLINE"
    assert 0 < len(json.dumps({"sensors": {name: str(last) for name, last in view.sensors.items()}})) < MOST_BYTES


@MESSAGES
def test_the_bridge_puts_records_that_the_stream_takes(data):
    fake: Any = FakeKinesis()
    event = bridge_factories.sqs_event([bridge_factories.message(data)])

    report = bridge(bridge_wire.read_messages(event), StreamSink(fake, "iot"), deadline())

    assert report.failed == []
    assert all(len(record) <= RECORD for _, record in fake.records)
    assert 0 < sum(len(record) for _, record in fake.records) <= MOST


@MESSAGES
def test_the_archive_answers_within_lambdas_limit(data):
    answers = transform(firehose.read_records(firehose_event(data)), partitioned=True).answers

    assert len(answers) == 1
    assert len(json.dumps(answers)) <= ANSWER_BYTES


@MESSAGES
def test_the_ingest_api_keeps_items_that_the_table_takes(data):
    plant = Ingest()

    answer = plant.post(data, most=MEASURES)

    assert answer["statusCode"] in (202, 400, 413)
    assert len(json.dumps(answer)) < 256 * 1024
    assert all(item_size(item) <= ITEM for item in plant.tables.raw.values())
    assert all(len(record) <= RECORD for _, record in plant.kinesis.records)
    assert sum(len(record) for _, record in plant.kinesis.records) <= MOST
