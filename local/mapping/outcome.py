"""Decide what happens to a batch after an invocation; no AWS calls and no clock.

The rules are those of the Lambda Developer Guide ("Configuring partial batch response with Kinesis Data Streams",
"Retain discarded batch records for a Kinesis Data Streams event source"). Where it says nothing, the stricter choice
for the function is made, so that what passes here passes on AWS:

- A report of the batch's first record splits nothing off, so it uses a retry, with or without bisecting.
- Without bisecting, a retry from a later checkpoint uses a retry too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from json import loads

from local.mapping.records import ShardBatch
from local.mapping.settings import FOREVER, MappingSettings


class Condition(StrEnum):
    """Why records were discarded, as the on-failure record says it."""

    RETRIES = "RetryAttemptsExhausted"
    AGE = "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class InvocationAnswer:
    """The function's answer to one invocation."""

    payload: bytes = b"null"
    """The response as JSON, or the error of a function error."""
    function_error: str | None = None
    """`Unhandled` or `Handled` if the function raised, timed out or died."""
    request_id: str = ""
    status_code: int = 200
    executed_version: str = "$LATEST"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next: `done` records are finished, `again` is passed to the function again, in order."""

    done: int = 0
    again: tuple[ShardBatch, ...] = ()
    discarded: ShardBatch | None = None
    """Records that used all retries, for the on-failure destination."""
    failed: bool = False
    retried: bool = False
    """Whether a retry was used, and not only a split: `again` waits for its backoff."""


def decide(batch: ShardBatch, answer: InvocationAnswer, settings: MappingSettings) -> NextStep:
    """Return the next step for `batch` after `answer`."""
    invocations = batch.invocations + 1
    records = batch.records
    if answer.function_error is None:
        position = _checkpoint(batch, answer.payload) if settings.report_batch_item_failures else len(records)
        if position == len(records):
            return NextStep(done=position)
    else:
        position = None
    if settings.bisect_on_function_error:
        if position is None and len(records) > 1:
            middle = len(records) // 2
            halves = (records[:middle], records[middle:])
            return NextStep(again=tuple(ShardBatch(half, batch.retries, invocations) for half in halves), failed=True)
        if position:
            rest = ShardBatch(records[position:], batch.retries, invocations)
            return NextStep(done=position, again=(rest,), failed=True)
    return _retry(ShardBatch(records[position or 0 :], batch.retries, invocations), position or 0, settings)


def drop_expired(batch: ShardBatch, oldest: float) -> tuple[ShardBatch | None, ShardBatch | None]:
    """Split `batch` into (too old, still to be sent). `oldest` is the earliest allowed arrival in epoch seconds."""
    expired = tuple(record for record in batch.records if record.arrived < oldest)
    if not expired:
        return None, batch
    live = tuple(record for record in batch.records if record.arrived >= oldest)
    return (
        ShardBatch(expired, batch.retries, batch.invocations),
        ShardBatch(live, batch.retries, batch.invocations) if live else None,
    )


def _retry(rest: ShardBatch, done: int, settings: MappingSettings) -> NextStep:
    limit = settings.maximum_retry_attempts
    if limit != FOREVER and rest.retries >= limit:
        return NextStep(done=done, discarded=rest, failed=True)
    again = ShardBatch(rest.records, rest.retries + 1, rest.invocations)
    return NextStep(done=done, again=(again,), failed=True, retried=True)


def _checkpoint(batch: ShardBatch, payload: bytes) -> int | None:
    """Return the position of the first failed record, the batch's length for none, None if the whole batch failed."""
    failures = _failures(payload)
    if failures is None:
        return None
    positions = {record.sequence_number: at for at, record in enumerate(batch.records)}
    lowest = len(batch.records)
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if not isinstance(identifier, str) or identifier not in positions:
            return None
        lowest = min(lowest, positions[identifier])
    return lowest


def _failures(payload: bytes) -> list[object] | None:
    """Return the reported failures: empty for success, None if they are not a list."""
    if not payload.strip():
        return []
    answer: object = loads(payload)
    # JSON that is not an object, or an object without the key, reports nothing: the batch succeeded.
    if not isinstance(answer, dict):
        return []
    reported: object = answer.get("batchItemFailures")
    if reported is None:
        return []
    return reported if isinstance(reported, list) else None
