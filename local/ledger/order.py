"""Whether the stream has each device's messages in the order in which they were sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.envelope import START, open_envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.endpoints import Clients

_PAGE = 10_000  # records that one GetRecords gives at most


@dataclass(frozen=True)
class OrderAccount:
    """`checked` messages were looked at; `out_of_order` stand in the stream behind one that was sent later."""

    checked: int
    out_of_order: int

    @property
    def ok(self) -> bool:
        """Whether no message overtook another one of its device."""
        return self.out_of_order == 0


def account_order(sent: Iterable[bytes], records: Iterable[tuple[str, bytes]]) -> OrderAccount:
    """Compare payloads as they were sent with a stream's, as pairs of partition key and payload.

    A message that is there again (its acknowledgement was lost) counts where it came first. What nobody sent is
    none of this account.
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
    """Partition key and payload of every record, shard by shard; what devices sent is taken out of its envelope."""
    kinesis = clients.client("kinesis")
    for page in kinesis.get_paginator("list_shards").paginate(StreamName=stream):
        for shard in page["Shards"]:
            for record in _records(kinesis, stream, shard["ShardId"]):
                data: bytes = record["Data"]
                payload = open_envelope(data, arrived_ms=0).payload if data.startswith(START) else data
                yield record["PartitionKey"], payload


def _records(kinesis: Any, stream: str, shard_id: str) -> Iterator[Mapping[str, Any]]:
    """From the oldest to the newest that is there now."""
    iterator: str | None = kinesis.get_shard_iterator(
        StreamName=stream, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator, Limit=_PAGE)
        yield from answer["Records"]
        iterator = answer.get("NextShardIterator") if answer["MillisBehindLatest"] or answer["Records"] else None
