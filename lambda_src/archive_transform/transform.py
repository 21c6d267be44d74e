"""From records to the JSON documents that Firehose converts to Parquet, one a reading. Pure."""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambda_src.archive_transform.firehose import done, failed
from lambda_src.common.readings.envelope import open_record
from lambda_src.common.readings.metadata import MetadataTexts
from lambda_src.common.readings.rejects import Reason
from lambda_src.common.readings.rules import NO_RULES, DecodeRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.archive_transform.firehose import FirehoseRecord, TransformedRecord
    from lambda_src.common.readings.reading import Reading

ANSWER_BYTES = 6_000_000
"""What the answers of an invocation may take. A response may have 6,291,556 bytes; the rest surrounds them."""
AROUND_BYTES = 200
"""An answer besides its record id and data: keys, result, and a partition of at most 64 characters."""
MIXED = "mixed"
"""The partition of a record with readings of several types: Firehose takes one answer a record, in one partition."""

_encode = msgspec.json.Encoder().encode


class Transformed(NamedTuple):
    """``refused`` counts the records without any reading, ``too_large`` those with more than an answer can carry."""

    answers: list[TransformedRecord]
    readings: int
    refused: int
    too_large: int


def transform(
    records: Sequence[FirehoseRecord], *, partitioned: bool, rules: DecodeRules = NO_RULES, limit: int = ANSWER_BYTES
) -> Transformed:
    """Answer each record with the documents of its readings.

    What is bad beside good readings is left out: it lies in quarantine, where the processor puts it. A record without
    any reading fails, and so does one that would make the whole answer longer than ``limit`` bytes: Firehose keeps
    both as they came under its error prefix. Nothing is answered as dropped.
    """
    answers: list[TransformedRecord] = []
    readings = refused = too_large = 0
    for record in records:
        decoded = open_record(record.data, arrived_ms=record.arrived_ms, rules=rules).decoded
        found = decoded.readings
        around = len(record.id) + AROUND_BYTES
        data = _documents(found, limit - around)
        if data:
            limit -= len(data) + around
            readings += len(found)
            answers.append(done(record, data, _partition(found) if partitioned else None))
        else:
            longer = bool(found) or any(reject.reason is Reason.TOO_LARGE for reject in decoded.rejects)
            too_large += longer
            refused += not longer
            answers.append(failed(record))
    return Transformed(answers, readings, refused, too_large)


def _documents(readings: Sequence[Reading], limit: int) -> str:
    """The readings' documents one after the other, in base64; empty where that is longer than ``limit``.

    It gives up where it passes the limit: a record of 1 MiB may hold readings that repeat its metadata a thousandfold.
    """
    room = limit // 4 * 3
    documents: list[bytes] = []
    texts = MetadataTexts()
    for reading in readings:
        documents.append(document(reading, texts))
        room -= len(documents[-1])
        if room < 0:
            return ""
    return b2a_base64(b"".join(documents), newline=False).decode()


def document(reading: Reading, texts: MetadataTexts) -> bytes:
    """A reading as a row of the lake, its metadata as JSON text. What has its default is left out: it is NULL there."""
    if reading.metadata is not None:
        reading = msgspec.structs.replace(reading, metadata=texts.of(reading.metadata))
    return _encode(reading)


def _partition(readings: Sequence[Reading]) -> str:
    types = {reading.sensor_type for reading in readings}
    return types.pop() if len(types) == 1 else MIXED
