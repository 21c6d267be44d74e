"""Process a batch of messages: normalise, pack, put, and report the messages to retry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.bridge.prepare import NoEnvelopeError, prepare
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.common.transport.pack import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambda_src.bridge.sqs import BridgeMessage
    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.transport.pack import Parcel
    from lambda_src.common.transport.sink import Sink

WAVE_BYTES = 16 * 1024 * 1024
"""Encoded readings held at once. A batch of small messages that unfold to large ones is put in waves."""


class BridgeReport(NamedTuple):
    failed: list[str]
    """Ids of the messages to redeliver, in the order of the batch."""
    no_envelope: dict[str, str]
    """The reasons of those that can never be bridged."""
    counts: dict[str, int]


def bridge(
    messages: Sequence[BridgeMessage], sink: Sink, deadline: Deadline, rules: DecodeRules = NO_RULES
) -> BridgeReport:
    """Put the readings of all messages. Raises what only a deployment fixes, so that all are redelivered."""
    no_envelope: dict[str, str] = {}
    undone = {message.message_id for message in messages}
    done: list[tuple[int, bool]] = []
    for wave in _waves(_prepare(messages, rules, no_envelope, deadline)):
        left = sink.put(list(pack(wave)), deadline).records
        lost = frozenset[str]().union(*(record.sources for record in left))
        for message in wave:
            if message.source not in lost:
                undone.discard(message.source)
                done.append((len(message.entries), bool(message.records)))
    counts = {
        "MessagesBridged": len(done),
        "ReadingsBridged": sum(readings for readings, _ in done),
        "MessagesPassedOn": sum(passed_on for _, passed_on in done),
    }
    return BridgeReport([m.message_id for m in messages if m.message_id in undone], no_envelope, counts)


def _prepare(
    messages: Iterable[BridgeMessage], rules: DecodeRules, no_envelope: dict[str, str], deadline: Deadline
) -> Iterator[Parcel[str]]:
    """Yield messages while there is time; the rest is redelivered."""
    for message in messages:
        if deadline.passed():
            return
        try:
            yield prepare(message, rules)
        except NoEnvelopeError as error:
            no_envelope[message.message_id] = str(error)


def _waves(messages: Iterable[Parcel[str]]) -> Iterator[list[Parcel[str]]]:
    wave: list[Parcel[str]] = []
    size = 0
    for message in messages:
        wave.append(message)
        size += message.size
        if size >= WAVE_BYTES:
            yield wave
            wave, size = [], 0
    if wave:
        yield wave
