"""Readings of a request, judged and stored while the caller waits.

They go through the transport as well, to everything that follows the stores; what the stores get there again is what
they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.ingest.content import Rejected
from lambda_src.common.ingest.step import Stepped
from lambda_src.common.readings.units import enrich
from lambda_src.processor.judge import judge_reading
from lambda_src.processor.pipeline import store_in_all
from lambda_src.processor.record import DeliveredRecord, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.aws.workers import Workers
    from lambda_src.common.ingest.content import Given
    from lambda_src.processor.stores.store import Store
    from lambda_src.processor.wiring import Judges

HAND_ON_SECONDS = 6.0
"""Kept free for the transport and the answer while the stores are written."""

_REQUEST = DeliveredRecord(b"", 0, "http", "-", "-", "")
"""All readings of a request count as one record's, as they do once they have gone through the transport: there each
device has one of its own. Stores of single readings look at nothing else of a record."""


class SyncStore:
    """A `Step`. What a store rejects for good is rejected with the store's reason."""

    def __init__(self, judges: Judges, stores: Sequence[Store], workers: Workers) -> None:
        self._judges = judges
        self._stores = stores
        self._workers = workers

    def __call__(self, given: Sequence[Given], deadline: Deadline) -> Stepped:
        """Raises `TemporaryFailureError` where a store does not take all of them now: no verdict is told before every
        reading is stored.
        """
        judge = self._judges.current()
        entries = [
            Entry(item.reading, judge_reading(judge, item.reading), _REQUEST, 0, item.position) for item in given
        ]
        failed, rejections = store_in_all(entries, self._stores, self._workers, deadline.keeping(HAND_ON_SECONDS))
        if failed:
            raise TemporaryFailureError(f"{len(failed)} readings could not be stored")
        rejected = {
            entry.reading.identity: Rejected(entry.position, reason, detail) for entry, reason, detail in rejections
        }
        return Stepped(rejected, {entry.reading.identity: _shown(entry) for entry in entries})


def _shown(entry: Entry) -> dict[str, object]:
    reading, verdict = entry.reading, entry.verdict
    unit = {} if reading.unit is None else {"unit": reading.unit}
    quality = {} if reading.quality == "good" else {"quality": reading.quality}
    return {
        "device_id": reading.device_id,
        "sensor_type": reading.sensor_type,
        "timestamp_ms": reading.timestamp_ms,
        "value": reading.value,
        **unit,
        **quality,
        **enrich(reading.sensor_type, reading.value, reading.unit),
        **verdict._asdict(),
    }
