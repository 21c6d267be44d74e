"""Check that the stream has each device's messages in the order of sending."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.envelope import START, open_envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.endpoints import Clients

_PAGE = 10_000  # Maximum records of one GetRecords.


@dataclass(frozen=True)
class OrderAccount:
    """`checked` messages were compared; `out_of_order` are in the stream after one that was sent later."""

    checked: int
    out_of_order: int

    @property
    def ok(self) -> bool:
        """Whether no message overtook another one of its device."""
        return self.out_of_order == 0


def account_order(sent: Iterable[bytes], records: Iterable[tuple[str, bytes]]) -> OrderAccount:
    """Compare sent payloads with those of a stream, as pairs of partition key and payload.

    A duplicate (its acknowledgement was lost) counts at its first position. Unknown payloads are ignored.
    """
    places = {payload: place for place, payload in enumerate(sent)}
    latest: defaultdict[str, int] = defaultdict(lambda: -1)
    seen: set[int] = set()
    late = 0
    for key, payload in records:
        place = places.get(payload)
        if place is None or place in seen:
            continue
        seen.add(place)
        late += place < latest[key]
        latest[key] = max(place, latest[key])
    return OrderAccount(len(seen), late)


def read_stream(clients: Clients, stream: str) -> Iterator[tuple[str, bytes]]:
    """Yield partition key and payload of every record, shard by shard. Payloads are taken out of their envelopes."""
    kinesis = clients.client("kinesis")
    for page in kinesis.get_paginator("list_shards").paginate(StreamName=stream):
        for shard in page["Shards"]:
            for record in _records(kinesis, stream, shard["ShardId"]):
                data: bytes = record["Data"]
                payload = open_envelope(data, arrived_ms=0).payload if data.startswith(START) else data
                yield record["PartitionKey"], payload


def _records(kinesis: Any, stream: str, shard_id: str) -> Iterator[Mapping[str, Any]]:
    """Yield the records from the oldest to the newest one there is now."""
    iterator: str | None = kinesis.get_shard_iterator(
        StreamName=stream, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator, Limit=_PAGE)
        yield from answer["Records"]
        iterator = answer.get("NextShardIterator") if answer["MillisBehindLatest"] or answer["Records"] else None
