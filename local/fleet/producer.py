"""The producer of a stream: batches, partial failures and retries."""

from __future__ import annotations

from random import uniform
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from local.fleet.message import PlantMessage

MAX_RECORDS = 500
MAX_BYTES = 5 * 1024 * 1024
"""Limit of one PutRecords call including partition keys (Kinesis API reference)."""
_BACKOFF_FIRST = 0.1
_BACKOFF_CAP = 5.0


class ProducerError(Exception):
    """The stream did not accept records in time."""


class PutsRecords(Protocol):
    """The only call of boto3's `kinesis` client that is needed."""

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> Any: ...  # noqa: N803


class KinesisProducer:
    """Puts messages into a stream, one call at a time.

    Refused records are retried before the next ones, so a device's records keep their order. Only records of one call
    may change it, if a later one is accepted and an earlier one refused. Not thread-safe.
    """

    def __init__(
        self,
        client: PutsRecords,
        stream_name: str,
        *,
        timeout: float = 60.0,
        clock: Callable[[], float] = monotonic,
        wait: Callable[[float], object] = sleep,
    ) -> None:
        self._client = client
        self._stream_name = stream_name
        self._timeout = timeout
        self._clock = clock
        self._wait = wait
        self.repeated = 0
        """Records that were refused and sent again."""

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
        """Send all `messages` and yield what each call put into the stream.

        Raises `ProducerError` if records of a call are still refused after `timeout` seconds; yielded records are in
        the stream. Errors of a complete call are raised unchanged.
        """
        for batch in _batches(messages):
            yield from self._send_batch(batch)

    def _send_batch(self, batch: list[PlantMessage]) -> Iterator[list[PlantMessage]]:
        deadline = self._clock() + self._timeout
        attempt = 0
        while True:
            answer = self._client.put_records(
                StreamName=self._stream_name,
                Records=[{"Data": message.payload, "PartitionKey": message.partition_key} for message in batch],
            )
            results = answer["Records"]
            taken = [m for m, result in zip(batch, results, strict=True) if not result.get("ErrorCode")]
            if taken:
                yield taken
            errors = [result["ErrorCode"] for result in results if result.get("ErrorCode")]
            if not errors:
                return
            batch = [m for m, result in zip(batch, results, strict=True) if result.get("ErrorCode")]
            delay = uniform(0.0, min(_BACKOFF_CAP, _BACKOFF_FIRST * 2.0 ** min(attempt, 30)))  # noqa: S311
            attempt += 1
            if self._clock() + delay > deadline:
                raise ProducerError(
                    f"stream {self._stream_name}: {len(errors)} records not accepted within {self._timeout:g} s, "
                    f"last error {errors[-1]}"
                )
            self.repeated += len(batch)
            self._wait(delay)


def _batches(messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
    batch: list[PlantMessage] = []
    size = 0
    for message in messages:
        length = len(message.payload) + len(message.partition_key.encode())
        if batch and (len(batch) == MAX_RECORDS or size + length > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch
