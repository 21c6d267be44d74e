"""A device of the fleet answers what it is told."""

from __future__ import annotations

import json
from concurrent.futures import Future
from typing import Any

import pytest

from local.devices.commands import CommandAnswers


class Connection:
    def __init__(self) -> None:
        self.filters: list[str] = []
        self.published: list[tuple[str, Any]] = []

    def subscribe(self, *filters: str) -> None:
        self.filters += filters

    def publish(self, topic: str, payload: bytes) -> Future[None]:
        self.published.append((topic, json.loads(payload)))
        return Future()


@pytest.fixture
def connection() -> Connection:
    return Connection()


@pytest.fixture
def answers(connection: Connection) -> CommandAnswers:
    answers = CommandAnswers("sensor/{device}/commands", "press-1")
    answers.listen(connection)  # type: ignore[arg-type]  # as much of a connection as commands need
    return answers


def test_a_device_listens_to_its_own_commands_only(answers: CommandAnswers, connection: Connection) -> None:
    assert connection.filters == ["sensor/press-1/commands"]
    answers.arrived("sensor/press-2/commands", b"{}")
    assert (connection.published, answers.answered) == ([], 0)


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        (b'{"command": "restart"}', {"status": "done", "command": {"command": "restart"}}),
        (b"restart", {"status": "rejected", "command": None}),
        (b"\xff", {"status": "rejected", "command": None}),
        (b"[" * 100_000, {"status": "rejected", "command": None}),
    ],
    ids=["a command", "no JSON", "no text", "too deep"],
)
def test_a_command_is_answered_below_its_topic(
    answers: CommandAnswers, connection: Connection, payload: bytes, answer: dict[str, Any]
) -> None:
    answers.arrived("sensor/press-1/commands", payload)
    assert connection.published == [("sensor/press-1/commands/response", {"device_id": "press-1", **answer})]
    assert answers.answered == 1
