"""A command reaches the device's own topic, or the person who typed it learns why not."""

from __future__ import annotations

import io
import sys

import pytest

from tests.unit.ops.deployment import Calls


def test_a_command_is_published_to_the_devices_topic(ops, deployed, monkeypatch):
    calls = Calls(monkeypatch)

    assert ops("send", "press-1", '{"command": "restart"}') == (
        0,
        "published 22 bytes to sensor/press-1/commands\n",
        "",
    )
    assert calls.named("Publish") == [
        {"topic": "sensor/press-1/commands", "qos": 1, "payload": b'{"command": "restart"}'}
    ]


def test_a_command_can_come_from_standard_input(ops, deployed, monkeypatch):
    calls = Calls(monkeypatch)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[1]")))

    assert ops("send", "press-1", "-")[0] == 0
    assert calls.named("Publish")[0]["payload"] == b"[1]"


@pytest.mark.parametrize(
    ("device", "message", "why"),
    [
        ("press 1", "{}", "not 1-128 characters"),
        ("press-1", "restart", "the command must be JSON"),
        ("press-1", f'"{"x" * 131_072}"', "the command must be at most 131072 bytes (got 131074)"),
    ],
    ids=["no device id", "no JSON", "too large"],
)
def test_an_invalid_command_is_refused_and_not_sent(ops, deployed, monkeypatch, device, message, why):
    calls = Calls(monkeypatch)

    status, _, error = ops("send", device, message)

    assert (status, calls.named("Publish")) == (2, [])
    assert why in error


@pytest.mark.parametrize("command", ["add", "allow"])
def test_a_device_whose_topics_are_anothers_telemetry_is_refused(ops, deployed, command):
    status, _, error = ops(command, "data")

    assert status == 2
    assert "is reserved" in error
    assert deployed.things() == []
