"""The hot table in DynamoDB: one item a run, since what costs there is the number of writes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import resend
from lambda_src.common.aws.workers import workers
from lambda_src.common.clock import now_ms
from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.stores.run_builder import cut, expires_at, is_storable, to_item
from lambda_src.processor.stores.run_extras import METADATA_BYTES, metadata_bytes
from lambda_src.processor.stores.settings import ReadingStoreSettings
from lambda_src.processor.stores.store import Outcome, Rejection, StoreKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.aws.workers import Workers
    from lambda_src.processor.record import Entry

ITEMS_PER_CALL = 25
"""The service's limit for BatchWriteItem."""


class _Put(NamedTuple):
    """One run on its way: its readings and the request for its item."""

    run: Sequence[Entry]
    request: WriteRequestTypeDef

    @property
    def key(self) -> tuple[str, str]:
        return _key(self.request)


class RunStore:
    """Writes each run under a key that follows from its readings; a batch cut otherwise may leave a reading in two."""

    decides: ClassVar[bool] = False

    def __init__(
        self, client: DynamoDBClient, table: str, workers: Workers, *, kept_days: int, now_ms: Callable[[], int]
    ) -> None:
        self._client = client
        self._table = table
        self._workers = workers
        self._kept_days = kept_days
        self._now_ms = now_ms

    def rejects(self, entries: Sequence[Entry]) -> Sequence[Rejection]:
        """As `Store.rejects`: values that no DynamoDB number can hold, and metadata that no item can."""
        found = ((entry, _impossible(entry)) for entry in entries)
        return [Rejection(entry, Reason.REJECTED_BY_DYNAMODB, detail) for entry, detail in found if detail]

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Writer.write`.

        A run that would expire at once counts as stored: the service would delete it in its own time.
        """
        now_ms = self._now_ms()
        puts = [
            _Put(run, {"PutRequest": {"Item": to_item(run, self._kept_days, now_ms)}})
            for run in cut(entries)
            if (expires := expires_at(run, self._kept_days)) is None or expires > now_ms // 1000
        ]
        chunks = [puts[start : start + ITEMS_PER_CALL] for start in range(0, len(puts), ITEMS_PER_CALL)]
        left = self._workers.run(partial(resend, self._send, chunk, deadline) for chunk in chunks)
        return Outcome([entry for chunk in left for put in chunk for entry in put.run])

    def _send(self, puts: Sequence[_Put]) -> Sequence[_Put]:
        try:
            with temporary_failures():
                answer = self._client.batch_write_item(RequestItems={self._table: [put.request for put in puts]})
        except TemporaryFailureError:
            return puts
        unprocessed = {_key(request) for request in answer.get("UnprocessedItems", {}).get(self._table, ())}
        return [put for put in puts if put.key in unprocessed] if unprocessed else []


def _key(request: Mapping[str, Any]) -> tuple[str, str]:
    item = request["PutRequest"]["Item"]
    return item["device_id"]["S"], item["run"]["S"]


def _impossible(entry: Entry) -> str | None:
    """Why DynamoDB can never hold the reading; None if it can."""
    if not is_storable(entry.reading.value):
        return "the value is outside of what a DynamoDB number can hold: 1e-130 to 1e126 in magnitude"
    if entry.reading.metadata is not None and metadata_bytes(entry) > METADATA_BYTES:
        return f"the metadata has more than the {METADATA_BYTES:,} bytes that fit into a DynamoDB item"
    return None


def _open(settings: ReadingStoreSettings, _ordered: bool) -> RunStore | None:
    if not settings.readings_table:
        return None
    return RunStore(
        clients.dynamodb(), settings.readings_table, workers(), kept_days=settings.readings_days, now_ms=now_ms
    )


KIND = StoreKind(settings=ReadingStoreSettings, open=_open, order=1)
