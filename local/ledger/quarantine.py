"""Check that exactly the expected readings were quarantined."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from local.endpoints import Clients
from local.ledger.objects import ObjectLines

FAILURE_PREFIXES = ("aws/lambda/", "iot-errors/")
"""Prefixes of Lambda and of the topic rule's error action in the on-failure bucket."""


class QuarantineEntry(msgspec.Struct, frozen=True):
    """The fields of a quarantine line that the ledger reads."""

    reason: str
    detail: str
    payload_base64: str


class _RefusedPart(msgspec.Struct, frozen=True):
    """What tells refused parts apart: the record, with the position in it, and the bytes."""

    payload_base64: str
    source: msgspec.Raw


@dataclass(frozen=True)
class QuarantineAccount:
    """The account of the quarantine.

    `unexplained` lines are refusals of valid readings, or have another reason than expected. `missing` readings were
    expected in quarantine and are not there.
    """

    by_reason: Mapping[str, int]
    unexplained: int
    missing: int
    examples: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether exactly the expected readings were refused, each once."""
        return not (self.unexplained or self.missing)


def read_quarantine(clients: Clients, bucket: str) -> list[QuarantineEntry]:
    """Return every refusal in the quarantine bucket."""
    lines = ObjectLines(clients, bucket, "quarantine/")
    lines.refresh()
    decoder = msgspec.json.Decoder(QuarantineEntry)
    return [decoder.decode(line) for line in each_refusal_once(lines)]


def each_refusal_once(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield one line per refused part of a record.

    A batch that was split after it was quarantined leaves a second line of some: in its own object, and in that of the
    record that was first before.
    """
    decoder = msgspec.json.Decoder(_RefusedPart)
    seen: set[tuple[bytes, str]] = set()
    for line in lines:
        part = decoder.decode(line)
        place = (bytes(part.source), part.payload_base64)
        if place not in seen:
            seen.add(place)
            yield line


def account_quarantine(poison: Mapping[bytes, str], lines: Iterable[QuarantineEntry]) -> QuarantineAccount:
    """Compare the lines with `poison`: the invalid payloads and their expected reasons."""
    found = Counter((b64decode(line.payload_base64), line.reason) for line in lines)
    wanted = Counter(poison.items())
    unexplained = found - wanted
    reasons: Counter[str] = Counter()
    for (_, reason), copies in found.items():
        reasons[reason] += copies
    examples = tuple(f"{reason}: {payload[:120]!r}" for payload, reason in list(unexplained)[:5])
    return QuarantineAccount(dict(sorted(reasons.items())), unexplained.total(), (wanted - found).total(), examples)


def count_failures(clients: Clients, bucket: str) -> int:
    """Count the objects in the on-failure bucket, without the redrive history.

    These are failed batches of the mapping and messages that the topic rule could not deliver.
    """
    failures = 0
    for prefix in FAILURE_PREFIXES:
        lines = ObjectLines(clients, bucket, prefix)
        lines.refresh()
        failures += len(lines.keys)
    return failures


def count_given_up(clients: Clients, outputs: Mapping[str, str]) -> int:
    """Count what failed all retries: objects in the on-failure bucket and messages in dead-letter queues."""
    sqs = clients.client("sqs")
    waiting = count_failures(clients, outputs["on_failure_bucket"]) if "on_failure_bucket" in outputs else 0
    for name in ("queue_dlq_url", "bridge_dlq_url"):
        if name in outputs:
            found = sqs.get_queue_attributes(QueueUrl=outputs[name], AttributeNames=["ApproximateNumberOfMessages"])
            waiting += int(found["Attributes"]["ApproximateNumberOfMessages"])
    return waiting
