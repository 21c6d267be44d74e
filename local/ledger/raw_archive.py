"""Read the raw archive."""

from collections.abc import Iterator, Sequence

from lambda_src.common.readings.envelope import START, open_envelope
from lambda_src.common.readings.reading import Identity
from local.endpoints import Clients
from local.ledger.account import Stored
from local.ledger.expected import everything
from local.ledger.objects import ObjectLines
from local.ledger.once import Once
from local.ledger.stores import LedgerSources, Payloads


class RawArchiveReader:
    """The raw archive in S3: each line is one record of the stream.

    A record is a message's bytes or an envelope around them, and is recognised by these bytes. The bridge's envelopes
    hold readings instead. Unknown content is returned as a reading of the device `unknown`, which no account expects.
    """

    name = "s3_raw"
    repeats = 0
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, bucket: str, payloads: Payloads) -> None:
        self._lines = ObjectLines(clients, bucket, "raw-data/")
        self._payloads = payloads

    def count(self) -> int:
        self._lines.refresh()
        return sum(len(self._readings(line) or ()) for line in self._lines)

    def read(self) -> list[Stored]:
        self._lines.refresh()
        once = Once()
        readings = once.of(self._copies())
        self.repeats = once.repeats
        return readings

    def _copies(self) -> Iterator[tuple[float, Stored]]:
        for number, line in enumerate(self._lines):
            found = self._readings(line)
            if found is None:
                found = [(Identity("unknown", f"line {number}", 0), float(len(line)))]
            yield from ((number, stored) for stored in found)

    def _readings(self, line: bytes) -> Sequence[Stored] | None:
        """Return the readings of a record, or None for unknown content."""
        if not line.startswith(START):
            return self._payloads.get(line)
        opened = open_envelope(line, arrived_ms=0)
        if opened.payload is line:
            return [(reading.identity, reading.value) for reading in opened.decoded.readings] or None
        return self._payloads.get(opened.payload)


def open_reader(sources: LedgerSources) -> RawArchiveReader | None:
    bucket = sources.outputs.get("raw_bucket")
    return RawArchiveReader(sources.clients, bucket, sources.payloads) if bucket else None
