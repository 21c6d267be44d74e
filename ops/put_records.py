"""Putting records into a transport while a person waits for it, which is longer than a function can."""

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
"""A shard takes 1,000 records a second: what it takes no more of waits a little, and no longer than 20 s in vain."""
_CALL_MS = 60_000


def put_all(sink: Sink, records: Sequence[OutgoingRecord[S]]) -> Sequence[OutgoingRecord[S]]:
    """Put all records, round by round as long as that brings something on; returns what is left in the end."""
    left, fruitless = records, 0
    while left and fruitless < ROUNDS:
        before = len(left)
        left = sink.put(left, Deadline(lambda: _CALL_MS)).records
        fruitless = fruitless + 1 if len(left) == before else 0
        if left:
            time.sleep(ROUND_SECONDS)
    return left
