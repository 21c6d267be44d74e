"""Plays a schedule to its end: all steps, and then without faults until nothing is left to deliver."""

from __future__ import annotations

import json
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.processor.handler import handle
from tests.model.calls import INVOCATION_MS, Invocation, KilledError
from tests.model.plant import DOCUMENTS, QUIET_MS, SENSOR_TYPES, START_MS, Plant
from tests.model.schedule import (
    VALUES,
    Deliver,
    Delivery,
    IndexesLag,
    Message,
    Put,
    PutAgain,
    Reconfigure,
    Redrive,
    Reshard,
    Wait,
)
from tests.model.transports import Queue, Record, Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.model.schedule import Schedule, Step
    from tests.model.transports import Lane

ROUNDS = 500
"""Deliveries without faults after which everything has to be done."""


class Play:
    def __init__(self, schedule: Schedule) -> None:
        self.plant = Plant(schedule)
        self.transport: Stream | Queue = Stream(schedule.shards) if schedule.transport == "kinesis" else Queue()
        self.records: list[Record] = []
        """Everything that was put, with what was put again."""
        self.redriven: set[str] = set()
        """Sequence numbers of records that were given up and put again."""
        self._containers: dict[int, Any] = {}
        self._in_use: dict[int, object] = {}
        self._clocks: dict[int, int] = {}
        self._invocations = 0

    def steps(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._step(step)

    def finish(self) -> None:
        """Deliver all that is left, with what was given up."""
        self._step(IndexesLag(False))
        for _ in range(ROUNDS):
            left = [number for number, lane in enumerate(self.transport.lanes) if not lane.done]
            if not left and not self.transport.given_up:
                return
            if left:
                self._deliver(Deliver((Delivery(),)))
            else:
                self._step(Redrive())
        raise AssertionError("it does not come to an end")

    def close_episodes(self) -> None:
        """Send a normal reading of every sensor, late enough to end what is open."""
        self._step(Wait(2 * QUIET_MS // 1000))
        for device in sorted(self._clocks):
            behind = (self.plant.calls.now_ms - self._clocks[device]) // 1000
            self._put(Message(device, behind, tuple((sensor, "n") for sensor in SENSOR_TYPES)))
        self.finish()

    def _step(self, step: Step) -> None:
        calls = self.plant.calls
        match step:
            case Put():
                for message in step.messages:
                    self._put(message)
            case PutAgain() if self.records:
                self._put_record(self.records[step.record % len(self.records)])
            case Deliver():
                self._deliver(step)
            case Wait():
                calls.now_ms += step.seconds * 1000
            case Redrive():
                self._redrive()
            case Reshard():
                self.transport.reshard(step.shards)
            case Reconfigure():
                self.plant.ssm.versions.append(DOCUMENTS[step.thresholds])
            case IndexesLag():
                (self.plant.dynamodb.freeze_indexes if step.lag else self.plant.dynamodb.thaw_indexes)()

    def _redrive(self) -> None:
        given_up, self.transport.given_up = self.transport.given_up, []
        for record in given_up:
            self.redriven.add(record.sequence_number)
            self._put_record(record)

    def _put(self, message: Message) -> None:
        calls = self.plant.calls
        newest = self._clocks.get(message.device, START_MS)
        time_ms = newest + message.after * 1000
        self._clocks[message.device] = max(newest, time_ms)
        calls.now_ms = max(calls.now_ms, time_ms)
        data = _data(message, time_ms, len(self.records))
        self._put_record(Record("", data, 0, message, time_ms, len(self.records)))

    def _put_record(self, record: Record) -> None:
        number = f"4959{len(self.records):010d}"
        self.records.append(record._replace(sequence_number=number, arrived_ms=self.plant.calls.now_ms))
        self.transport.put(self.records[-1])

    def _deliver(self, step: Deliver) -> None:
        chains: dict[object, list[tuple[Lane, Delivery]]] = {}
        for delivery in step.deliveries:
            lane = self.transport.lane(delivery.lane)
            chains.setdefault(lane if self.transport.ordered else delivery, []).append((lane, delivery))
        self.plant.turns.run([partial(self._chain, chain) for chain in chains.values()], step.turns)

    def _chain(self, chain: Sequence[tuple[Lane, Delivery]]) -> None:
        for lane, delivery in chain:
            batch = lane.take(delivery.size)
            if batch:
                answer = self._invoke(lane, batch, delivery)
                self.transport.settle(lane, batch, None if delivery.answer_lost else answer, gives_up=delivery.gives_up)

    def _invoke(self, lane: Lane, batch: list[Record], delivery: Delivery) -> Any:
        """The function's answer, or None where it gave none."""
        calls = self.plant.calls
        place = next(n for n in range(delivery.container, 100) if n not in self._in_use)
        if delivery.cold or place not in self._containers:
            self._containers[place] = self.plant.container()
        self._in_use[place] = lane
        self._invocations += 1
        faults = {fault.call: fault.kind for fault in delivery.faults}
        calls.begin(Invocation(self._invocations, self._containers[place], faults, calls.now_ms + INVOCATION_MS))
        context: Any = SimpleNamespace(get_remaining_time_in_millis=calls.remaining_ms, aws_request_id="model")
        try:
            return handle(self.transport.event(lane, batch), context)
        except KilledError:
            del self._containers[place]
        except TemporaryFailureError:
            # The mapping delivers the batch again.
            calls.invocation.last_fault = calls.made
        finally:
            del self._in_use[place]
        return None


def _data(message: Message, time_ms: int, number: int) -> bytes:
    if message.form == "poison":
        return b"not a reading %d" % number
    device, time = f"machine-{message.device}", time_ms / 1000
    values = {sensor: VALUES[word] for sensor, word in message.readings}
    if message.form == "array":
        readings = [{"sensor_type": sensor, "value": value, "timestamp": time} for sensor, value in values.items()]
        return json.dumps([{"device_id": device, **reading} for reading in readings] + [1]).encode()
    if len(values) == 1:
        ((sensor, value),) = values.items()
        content = {"sensor_id": device, "sensor_type": sensor, "value": value, "timestamp": time}
        return json.dumps(content).encode()
    return json.dumps({"device_id": device, "timestamp": time, "sensor_data": values}).encode()
