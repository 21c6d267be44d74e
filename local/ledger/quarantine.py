"""What was refused, and whether every refusal was called for."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from local.endpoints import Clients
from local.ledger.objects import ObjectLines

FAILURE_PREFIXES = ("aws/lambda/", "iot-errors/")
"""Where Lambda and the topic rule's error action write in the on-failure bucket."""


class QuarantineEntry(msgspec.Struct, frozen=True):
    """A line of a quarantine object, as far as an account needs it."""

    reason: str
    detail: str
    payload_base64: str


@dataclass(frozen=True)
class QuarantineAccount:
    """`unexplained` lines are refusals of something good, or for another reason than it was sent for; `missing` were
    sent to be refused and are not there."""

    by_reason: Mapping[str, int]
    unexplained: int
    missing: int
    examples: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether exactly what had to be refused was refused, each once."""
        return not (self.unexplained or self.missing)


def read_quarantine(clients: Clients, bucket: str) -> list[QuarantineEntry]:
    """Every line of the quarantine bucket."""
    lines = ObjectLines(clients, bucket, "quarantine/")
    lines.refresh()
    decoder = msgspec.json.Decoder(QuarantineEntry)
    return [decoder.decode(line) for line in lines]


def account_quarantine(poison: Mapping[bytes, str], lines: Iterable[QuarantineEntry]) -> QuarantineAccount:
    """Compare with `poison`, the payloads sent to be refused and the reason that each must be refused for."""
    found = Counter((b64decode(line.payload_base64), line.reason) for line in lines)
    wanted = Counter(poison.items())
    unexplained = found - wanted
    reasons: Counter[str] = Counter()
    for (_, reason), copies in found.items():
        reasons[reason] += copies
    examples = tuple(f"{reason}: {payload[:120]!r}" for payload, reason in list(unexplained)[:5])
    return QuarantineAccount(dict(sorted(reasons.items())), unexplained.total(), (wanted - found).total(), examples)


def count_failures(clients: Clients, bucket: str) -> int:
    """Objects in the on-failure bucket: batches that the mapping gave up, messages that the topic rule could not
    deliver. What redriving remembers there is none."""
    failures = 0
    for prefix in FAILURE_PREFIXES:
        lines = ObjectLines(clients, bucket, prefix)
        lines.refresh()
        failures += len(lines.keys)
    return failures


def count_given_up(clients: Clients, outputs: Mapping[str, str]) -> int:
    """What failed all its tries: batches in the on-failure bucket, messages in every queue's dead letters."""
    sqs = clients.client("sqs")
    waiting = count_failures(clients, outputs["on_failure_bucket"]) if "on_failure_bucket" in outputs else 0
    for name in ("queue_dlq_url", "bridge_dlq_url"):
        if name in outputs:
            found = sqs.get_queue_attributes(QueueUrl=outputs[name], AttributeNames=["ApproximateNumberOfMessages"])
            waiting += int(found["Attributes"]["ApproximateNumberOfMessages"])
    return waiting
