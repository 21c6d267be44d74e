"""Which entrypoints a run uses, and that each machine keeps to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.fleet import PlantMessage, UnchangedMessages
from local.run.entrypoint import Entrypoint
from local.run.entrypoints import Split, entrypoint_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MQTT, HTTP, STREAM = "iot_data_topic", "api_id", "stream_name"


@pytest.mark.parametrize(
    ("outputs", "entrypoints"),
    [
        ({STREAM}, ["stream"]),
        ({STREAM, MQTT}, ["mqtt"]),
        ({HTTP}, ["http"]),
        ({STREAM, HTTP}, ["http"]),
        ({STREAM, MQTT, HTTP}, ["mqtt", "http", "stream"]),
    ],
)
def test_readings_come_in_by_every_entrypoint_that_the_plant_has(outputs: set[str], entrypoints: list[str]) -> None:
    assert entrypoint_names(dict.fromkeys(outputs, "x")) == entrypoints


class FakeProducer:
    def __init__(self) -> None:
        self.sent: list[PlantMessage] = []

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
        self.sent.extend(messages)
        yield list(messages)

    def rest(self) -> list[list[PlantMessage]]:
        return [self.sent[:1]]


class Held(UnchangedMessages):
    """Keeps what it takes until the end."""

    def __init__(self) -> None:
        self.kept: list[PlantMessage] = []

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        self.kept.extend(messages)
        return []

    def rest(self) -> list[PlantMessage]:
        return self.kept


def test_each_machine_keeps_its_entrypoint_for_held_messages_too() -> None:
    direct, held = FakeProducer(), FakeProducer()
    entrypoints = {
        "a": Entrypoint(direct, UnchangedMessages(), lambda: {"x": 1}),
        "b": Entrypoint(held, Held(), lambda: {"y": 2}),
    }
    split = Split(entrypoints, {"m1": "a", "m2": "b"})
    messages = [PlantMessage(bytes([n]), f"m{n % 2 + 1}", ()) for n in range(6)]
    taken = [m for batch in split.send(split.take(messages)) for m in batch]
    taken += [m for batch in split.send(split.rest()) for m in batch]
    assert sorted(taken, key=lambda m: m.payload) == messages
    assert {m.partition_key for m in direct.sent} == {"m1"}
    assert {m.partition_key for m in held.sent} == {"m2"}
    assert split.facts() == {"x": 1, "y": 2}


def test_what_is_under_way_in_any_entrypoint_is_handed_out() -> None:
    first, second = FakeProducer(), FakeProducer()
    entrypoints = {
        "a": Entrypoint(first, UnchangedMessages(), in_flight=first.rest),
        "b": Entrypoint(second, UnchangedMessages(), in_flight=second.rest),
    }
    split = Split(entrypoints, {"m1": "a", "m2": "b"})
    messages = [PlantMessage(b"1", "m1", ()), PlantMessage(b"2", "m2", ())]
    list(split.send(messages))
    assert list(split.in_flight()) == [[messages[0]], [messages[1]]]
