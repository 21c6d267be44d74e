"""Put records into a transport and wait longer than a function can."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lambda_src.common.aws.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.transport.records import OutgoingRecord, S
    from lambda_src.common.transport.sink import Sink

ROUNDS = 20
ROUND_SECONDS = 1.0
"""Pause between rounds. A shard accepts 1,000 records per second; without progress the rounds stop after 20 s."""
_CALL_MS = 60_000


def put_all(sink: Sink, records: Sequence[OutgoingRecord[S]]) -> Sequence[OutgoingRecord[S]]:
    """Put all records, in rounds while there is progress. Returns the records that were not accepted."""
    left, fruitless = records, 0
    while left and fruitless < ROUNDS:
        before = len(left)
        left = sink.put(left, Deadline(lambda: _CALL_MS)).records
        fruitless = fruitless + 1 if len(left) == before else 0
        if left:
            time.sleep(ROUND_SECONDS)
    return left
