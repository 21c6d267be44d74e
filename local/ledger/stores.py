"""One reader a store, through the store's public API. A new store is a new reader in `readers_for`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from lambda_src.common.readings.envelope import START, open_envelope
from lambda_src.common.readings.reading import Identity
from lambda_src.common.thresholds import Threshold
from lib.config import Config
from local.endpoints import Clients
from local.ledger.account import Stored
from local.ledger.api import MessagesReader
from local.ledger.expected import anomalies, everything
from local.ledger.lake import LakeReader
from local.ledger.objects import ObjectLines
from local.ledger.tables import RunsReader
from local.ledger.timestream import TimestreamReader

Payloads = Mapping[bytes, Sequence[Stored]]
"""The messages that were sent, by their bytes, with the readings in them (none for one that must be refused)."""


class StoreReader(Protocol):
    """Reads one store back."""

    name: str
    repeats_allowed: bool
    """Whether a reading may be there more than once, since the store keeps whatever comes."""

    def expected(self, sent: Mapping[Identity, float]) -> Mapping[Identity, float]:
        """Those of the readings sent that have to be there."""

    def count(self) -> int:
        """Readings there now, roughly: for watching, and for telling that a store has stopped changing."""

    def read(self) -> Iterable[Stored]:
        """Every reading that is there now."""


class _ProcessedLine(msgspec.Struct):
    device_id: str
    sensor_type: str
    timestamp_ms: int
    value: float
    arrived_ms: int
    processed_at: datetime


class ProcessedReader:
    """The processed readings in S3: one JSON object a line."""

    name = "s3_processed"
    repeats_allowed = False
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, bucket: str) -> None:
        self._lines = ObjectLines(clients, bucket, "processed/")
        self._decoder = msgspec.json.Decoder(_ProcessedLine)

    def count(self) -> int:
        self._lines.refresh()
        return len(self._lines)

    def read(self) -> Iterator[Stored]:
        self._lines.refresh()
        for line in self._decoded():
            yield Identity(line.device_id, line.sensor_type, line.timestamp_ms), line.value

    def latencies_ms(self) -> list[float]:
        """From a reading's arrival in the stream to its processing, as the stored readings themselves say."""
        return [line.processed_at.timestamp() * 1000 - line.arrived_ms for line in self._decoded()]

    def _decoded(self) -> Iterator[_ProcessedLine]:
        return map(self._decoder.decode, self._lines)


class RawArchiveReader:
    """The raw archive in S3: each line one record of the stream as it came.

    A record is a message's bytes, or an envelope around them, and is recognised by those bytes; in the bridge's
    envelopes readings take their place. What nobody sent comes out as a reading of the device `unknown`, which no
    account expects.
    """

    name = "s3_raw"
    repeats_allowed = True
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, bucket: str, payloads: Payloads) -> None:
        self._lines = ObjectLines(clients, bucket, "raw-data/")
        self._payloads = payloads

    def count(self) -> int:
        self._lines.refresh()
        return sum(len(self._readings(line) or ()) for line in self._lines)

    def read(self) -> Iterator[Stored]:
        self._lines.refresh()
        for number, line in enumerate(self._lines):
            readings = self._readings(line)
            yield from [(Identity("unknown", f"line {number}", 0), float(len(line)))] if readings is None else readings

    def _readings(self, line: bytes) -> Sequence[Stored] | None:
        """The readings of a record; None where it is nothing that was sent."""
        if not line.startswith(START):
            return self._payloads.get(line)
        opened = open_envelope(line, arrived_ms=0)
        if opened.payload is line:
            return [(reading.identity, reading.value) for reading in opened.decoded.readings] or None
        return self._payloads.get(opened.payload)


class AnomalyReader:
    """The anomalies in S3, put there at once: lines as in the processed archive."""

    name = "s3_anomalies"
    repeats_allowed = False

    def __init__(self, clients: Clients, bucket: str, thresholds: Mapping[str, Threshold]) -> None:
        self._lines = ObjectLines(clients, bucket, "anomalies/")
        self._decoder = msgspec.json.Decoder(_ProcessedLine)
        self.expected = anomalies(thresholds)

    def count(self) -> int:
        self._lines.refresh()
        return len(self._lines)

    def read(self) -> Iterator[Stored]:
        self._lines.refresh()
        for line in map(self._decoder.decode, self._lines):
            yield Identity(line.device_id, line.sensor_type, line.timestamp_ms), line.value


def readers_for(
    clients: Clients,
    outputs: Mapping[str, Any],
    payloads: Payloads,
    config: Config,
    applications: Collection[str] = (),
) -> list[StoreReader]:
    """A reader for each store that the deployment has, by its Terraform outputs and its preset.

    `applications` are the devices whose readings come over HTTP.
    """
    readers: list[StoreReader] = []
    if "timestream_table" in outputs:
        readers.append(TimestreamReader(clients, outputs["timestream_database"], outputs["timestream_table"]))
    if "readings_table" in outputs:
        readers.append(RunsReader(clients, outputs["readings_table"]))
    if "raw_table" in outputs:
        readers.append(MessagesReader(clients, outputs["raw_table"], applications))
    if "processed_bucket" in outputs:
        readers.append(ProcessedReader(clients, outputs["processed_bucket"]))
    if "raw_bucket" in outputs:
        readers.append(RawArchiveReader(clients, outputs["raw_bucket"], payloads))
    if "glue_database" in outputs:
        readers.append(LakeReader(clients, outputs))
    if config.archive.anomalies:
        readers.append(AnomalyReader(clients, outputs["raw_bucket"], config.thresholds))
    return readers
