"""A device's day of 86,400 readings pages through, completely and in order, while new readings arrive."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest

from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.aws.workers import Workers
from lambda_src.common.readings.reading import Reading
from lambda_src.processor.judge import NORMAL
from lambda_src.processor.record import DeliveredRecord, Entry
from lambda_src.processor.stores.runs import RunStore

if TYPE_CHECKING:
    from local.run.deployment import Deployment
    from tests.e2e.api.conftest import Caller

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

DEVICE = "paged-1"
DAY_SECONDS = 86_400
DAY_MS = DAY_SECONDS * 1000
BATCH_SECONDS = 300


def store_a_day(deployment: Deployment, start_ms: int) -> None:
    """A reading a second, written as the processor writes its batches."""
    client = deployment.clients.client("dynamodb")
    table = deployment.outputs["readings_table"]
    store = RunStore(client, table, Workers(), kept_days=30, now_ms=lambda: time.time_ns() // 1_000_000)
    record = DeliveredRecord(b"", start_ms, "shard", "1", DEVICE, "arn")
    entries = [
        Entry(
            Reading(DEVICE, "temperature", float(second), start_ms + second * 1000, start_ms), NORMAL, record, 0, None
        )
        for second in range(DAY_SECONDS)
    ]
    # Batches that begin between two readings of a run: every border is somewhere else.
    for first in range(0, DAY_SECONDS, BATCH_SECONDS - 7):
        outcome = store.write(entries[first : first + BATCH_SECONDS - 7], Deadline(lambda: 60_000))
        assert (list(outcome.failed), list(outcome.rejected)) == ([], [])


@pytest.fixture(scope="module")
def day_ms(serverless: Deployment) -> int:
    """The first moment of the day before yesterday that has been stored, UTC milliseconds."""
    start = (time.time_ns() // 1_000_000 // DAY_MS - 2) * DAY_MS
    store_a_day(serverless, start)
    return start


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_day_pages_through_while_new_readings_arrive(writer: Caller, reader: Caller, day_ms: int, order: str) -> None:
    # Given a sender that keeps sending readings of the device, of now and of that day
    over = threading.Event()

    def keep_sending() -> None:
        number = 0
        while not over.wait(0.2):
            number += 1
            now = {"device_id": DEVICE, "sensor_type": "vibration", "value": 1, "timestamp": time.time()}
            late = {"device_id": DEVICE, "sensor_type": "pressure", "value": 1, "timestamp": day_ms + number}
            writer.post("/process", json.dumps([now, late]).encode())

    sender = threading.Thread(target=keep_sending)
    sender.start()
    # When the day is paged through
    query = {"device_id": DEVICE, "from": day_ms, "to": day_ms + DAY_MS, "limit": 1000, "order": order}
    query["sensor_type"] = "temperature"
    found: list[tuple[int, float]] = []
    pages = 0
    try:
        while True:
            page = reader.http.request("GET", "/query", query).json()
            found += [(item["timestamp_ms"], item["value"]) for item in page["items"]]
            pages += 1
            if page["next_token"] is None:
                break
            query["next_token"] = page["next_token"]
    finally:
        over.set()
        sender.join()
    # Then each reading has come once, in order, and with its value
    expected = [(day_ms + second * 1000, float(second)) for second in range(DAY_SECONDS)]
    assert found == (expected if order == "asc" else expected[::-1])
    assert pages <= 100
