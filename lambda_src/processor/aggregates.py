"""Split records that a producer aggregated."""

from __future__ import annotations

from lambda_src.common.transport.aggregated import sub_records
from lambda_src.processor.record import AggregatePart, DeliveredRecord


def split(record: DeliveredRecord) -> list[DeliveredRecord]:
    """The records in an aggregated one, with the origin of that one. Together they are one record for the stream: its
    sequence number is theirs, and it is redelivered as a whole.

    Raises `RuleBrokenError` for what cannot be split.
    """
    return [
        record._replace(data=data, partition_key=key, part=AggregatePart(index, record.data))
        for index, (key, data) in enumerate(sub_records(record.data))
    ]
