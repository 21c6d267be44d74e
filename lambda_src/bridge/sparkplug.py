"""Sparkplug messages of a batch: read with the births that are known, or left to wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.readings.context import DecodeContext
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.alone import metric_reader, no_birth
from lambda_src.common.readings.sparkplug.births import UNBORN
from lambda_src.common.readings.sparkplug.host import message_of
from lambda_src.common.readings.sparkplug.topic import MessageType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.bridge.opened import OpenedMessage
    from lambda_src.common.readings.reading import Outage, Reading
    from lambda_src.common.readings.rules import DecodeRules
    from lambda_src.common.readings.sparkplug.births import Birth, BirthKey, Definitions
    from lambda_src.common.readings.sparkplug.host import SparkplugHost, SparkplugMessage
    from lambda_src.common.readings.sparkplug.metrics import MetricReader

FORMAT = "sparkplug-b"
"""An encoding, and the format of messages whose topic no format of the deployment is bound to."""
MAX_BIRTHS = 1_000
"""Births whose definitions are kept ready."""


class SetsStates(Protocol):
    """As `lambda_src.bridge.connection_states.ConnectionStates`."""

    def connected(self, device: str, at_ms: int) -> None: ...

    def disconnected(self, device: str, at_ms: int) -> None: ...


class SparkplugContent(NamedTuple):
    """What one message holds, all of ``device``, and why parts of it are refused."""

    device: str
    readings: Sequence[Reading | Outage] = ()
    refused: Sequence[RuleBrokenError] = ()


class SparkplugBridge:
    """Reads the Sparkplug messages of one batch after the other."""

    def __init__(self, host: SparkplugHost, states: SetsStates, rules: DecodeRules) -> None:
        self._host = host
        self._states = states
        self._rules = rules
        self._definitions: dict[tuple[BirthKey, int], Definitions] = {}

    @property
    def asked(self) -> int:
        """Edge nodes that the last batch asked for their births."""
        return self._host.asked

    @property
    def missing(self) -> int:
        """Messages that are lost, as far as the last batch shows."""
        return self._host.missing

    def read(self, messages: Sequence[OpenedMessage]) -> dict[str, SparkplugContent | None]:
        """The content of each Sparkplug message among these, by its id. It is None if the message must be redelivered:
        it waits for a birth that its edge node was asked for, or something failed for now.
        """
        contents: dict[str, SparkplugContent | None] = {}
        known: list[_Known] = []
        for opened in messages:
            if not opened.is_sparkplug:
                continue
            try:
                known.append(self._known(opened))
            except RuleBrokenError as error:
                contents[opened.message.message_id] = SparkplugContent(opened.envelope.device, (), [error])
        try:
            refused = self._host.take_in([one.message for one in known])
            self._set_states([one for place, one in enumerate(known) if place not in refused])
            for place, one in enumerate(known):
                contents[one.id] = self._content(one, refused.get(place))
        except TemporaryFailureError:
            return contents | dict.fromkeys((one.id for one in known), None)
        return contents

    def _known(self, opened: OpenedMessage) -> _Known:
        """Raises `RuleBrokenError` for what is no Sparkplug, and for a device that the edge node may not speak for."""
        envelope = opened.envelope
        topic = envelope.topic or ""
        message = message_of(topic, opened.payload, envelope.arrived_ms)
        if message.topic.type is not MessageType.STATE and message.topic.edge != envelope.device:
            # Levels before the namespace would move the edge node away from where the rule found the sender.
            raise RuleBrokenError(Reason.DEVICE_MISMATCH, "the topic names another edge node than the one that sent it")
        context = DecodeContext(envelope.arrived_ms, envelope.device, self._rules.gateways.get(envelope.device, ()))
        return _Known(opened.message.message_id, topic, message, context, context.device_of(message.topic.sender))

    def _content(self, one: _Known, error: RuleBrokenError | None) -> SparkplugContent | None:
        message = one.message
        if message.payload is None:
            return SparkplugContent(one.device)
        is_over = self._host.is_over(message)
        birth = None if is_over else self._host.birth_for(message)
        found, unresolved = self._reader(one.topic).read(
            message.payload,
            UNBORN if birth is None else self._definitions_of(message.key, birth),
            device_id=one.device,
            arrived_ms=message.arrived_ms,
        )
        refused = found.errors if error is None else [error, *found.errors]
        if not unresolved:
            return SparkplugContent(one.device, [*found.outages, *found.readings], refused)
        if is_over:
            return SparkplugContent(one.device, (), [no_birth(unresolved)])
        self._host.ask(message.edge)
        return None

    def _reader(self, topic: str) -> MetricReader:
        formats = self._rules.formats
        bound = formats.find(topic, "mqtt")
        if bound is None or bound.form.form.encoding != FORMAT:
            bound = formats.named(FORMAT)
        if bound is None:
            raise KeyError(FORMAT)
        return metric_reader(bound.form)

    def _definitions_of(self, key: BirthKey, birth: Birth) -> Definitions:
        """Made once per birth: an edge node may have thousands of metrics."""
        known = self._definitions.get((key, birth.born_ms))
        if known is None:
            if len(self._definitions) >= MAX_BIRTHS:
                self._definitions.clear()
            known = self._definitions[key, birth.born_ms] = birth.definitions()
        return known

    def _set_states(self, messages: Sequence[_Known]) -> None:
        """Births and deaths of a batch: the last one counts for each device."""
        last: dict[str, tuple[bool, int]] = {}
        for one in sorted(messages, key=lambda one: one.message.arrived_ms):
            kind = one.message.topic.type
            if kind.is_birth:
                last[one.device] = (True, one.message.arrived_ms)
            elif kind.is_death and not self._host.is_stale(one.message):
                for device in self._devices_of(one):
                    last[device] = (False, one.message.arrived_ms)
        for device, (is_connected, at_ms) in last.items():
            change = self._states.connected if is_connected else self._states.disconnected
            change(device, at_ms)

    def _devices_of(self, one: _Known) -> list[str]:
        """The device that a death is of; with an edge node also the devices behind it that it may speak for."""
        devices = [one.device]
        if one.message.topic.type is MessageType.NODE_DEATH:
            for key in self._host.devices_of(one.message.edge):
                try:
                    devices.append(one.context.device_of(key.device))
                except RuleBrokenError:
                    # Its birth was refused as well, so it has no state.
                    continue
        return devices


class _Known(NamedTuple):
    """A message that its sender may send."""

    id: str
    topic: str
    message: SparkplugMessage
    context: DecodeContext
    device: str
