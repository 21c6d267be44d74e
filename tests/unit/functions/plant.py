"""A processor on fakes, and what its stores hold in the end."""

from __future__ import annotations

from typing import Any, cast

from lambda_src.common.quarantine import Quarantine
from lambda_src.processor.judge import ThresholdJudge
from lambda_src.processor.pipeline import PipelineParts, process
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.timestream import TimestreamStore
from tests.unit.functions.factories import IN_TURN, NOW_MS, deadline, records, series
from tests.unit.functions.fakes import FakeS3, FakeStore, FakeTimestream


class Plant:
    def __init__(self, s3=None, store=None):
        self.s3 = cast("Any", FakeS3() if s3 is None else s3)
        self.store = cast("Any", FakeStore() if store is None else store)
        self.parts = PipelineParts(
            judge=ThresholdJudge({}),
            stores=[self.store],
            followers=[ProcessedStore(self.s3, "processed", IN_TURN, lambda: NOW_MS)],
            quarantine=Quarantine(self.s3, "quarantine"),
            alerts=None,
            workers=IN_TURN,
            now_ms=lambda: NOW_MS,
        )

    def deliver(self, batch, **left):
        return process(batch, self.parts, deadline(**left))

    def archived(self):
        return [line["value"] for line in self.s3.lines("processed")]

    def quarantined(self):
        return [(line["source"]["sequence_number"], line["reason"]) for line in self.s3.lines("quarantine")]


POISON = b"\x00 not a reading"


def batch_of(count=10, poison=()):
    return records(*(POISON if n in poison else data for n, data in enumerate(series(count))))


def timestream_plant():
    """With the Timestream store instead of the fake one, on a fake service."""
    service: Any = FakeTimestream()
    return Plant(store=TimestreamStore(service, "database", "table", IN_TURN))
