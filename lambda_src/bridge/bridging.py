"""Process a batch of messages: normalise, pack, put, and report the messages to retry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.bridge.opened import NoEnvelopeError, open_message
from lambda_src.bridge.prepare import prepare, prepare_sparkplug
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.common.transport.pack import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lambda_src.bridge.opened import OpenedMessage
    from lambda_src.bridge.sparkplug import SparkplugBridge, SparkplugContent
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
    waiting: Sequence[BridgeMessage] = ()
    """Those of the failed messages that a birth may resolve soon."""


def bridge(
    messages: Sequence[BridgeMessage],
    sink: Sink,
    deadline: Deadline,
    rules: DecodeRules = NO_RULES,
    sparkplug: SparkplugBridge | None = None,
) -> BridgeReport:
    """Put the readings of all messages. Raises what only a deployment fixes, so that all are redelivered."""
    no_envelope: dict[str, str] = {}
    undone = {message.message_id for message in messages}
    done: list[tuple[int, bool]] = []
    opened = list(_open(messages, no_envelope))
    contents = sparkplug.read(opened) if sparkplug else {}
    for wave in _waves(_prepare(opened, contents, rules, no_envelope, deadline)):
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
    waiting = [m for m in messages if m.message_id in contents and contents[m.message_id] is None]
    if sparkplug:
        counts |= {
            "MessagesWaiting": len(waiting),
            "MessagesMissing": sparkplug.missing,
            "RebirthsRequested": sparkplug.asked,
        }
    return BridgeReport([m.message_id for m in messages if m.message_id in undone], no_envelope, counts, waiting)


def _open(messages: Iterable[BridgeMessage], no_envelope: dict[str, str]) -> Iterator[OpenedMessage]:
    for message in messages:
        try:
            yield open_message(message)
        except NoEnvelopeError as error:
            no_envelope[message.message_id] = str(error)


def _prepare(
    messages: Iterable[OpenedMessage],
    contents: Mapping[str, SparkplugContent | None],
    rules: DecodeRules,
    no_envelope: dict[str, str],
    deadline: Deadline,
) -> Iterator[Parcel[str]]:
    """Yield messages while there is time; the rest is redelivered, like those that wait for a birth."""
    for opened in messages:
        if deadline.passed():
            return
        message_id = opened.message.message_id
        try:
            if message_id not in contents:
                yield prepare(opened, rules)
            elif (content := contents[message_id]) is not None:
                yield prepare_sparkplug(opened, content)
        except NoEnvelopeError as error:
            no_envelope[message_id] = str(error)


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
