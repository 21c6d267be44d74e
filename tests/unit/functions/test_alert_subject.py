"""An e-mail about an alert has a subject, and receivers read their own word for its severity."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_src.common.alerting.publisher import Alert, Publisher, subject
from tests.unit.functions.factories import NOW_MS, deadline


def alert(**changes: Any) -> Alert:
    values: dict[str, Any] = {
        "alert_id": "press-1#temperature#1",
        "device_id": "press-1",
        "sensor_type": "temperature",
        "state": "opened",
        "value": 121.0,
        "timestamp_ms": NOW_MS,
        "severity": "critical",
        "reason": "temperature 121 is above 120",
        "production_line": None,
        "episode_start_ms": NOW_MS,
        "environment": "test",
    }
    return Alert(**(values | changes))


class Topic:
    def __init__(self) -> None:
        self.entries: list[Any] = []

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.entries += PublishBatchRequestEntries
        return {"Failed": []}


def published(words: dict[str, str]) -> tuple[dict[str, Any], Any]:
    topic: Any = Topic()
    Publisher(topic, "arn:topic", None, words).publish([alert()], deadline())
    (entry,) = topic.entries
    return json.loads(entry["Message"]), entry


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (alert(), "CRITICAL: press-1 temperature, temperature 121 is above 120"),
        (
            alert(state="ended", value=None, reason="no anomaly for 900 s"),
            "ENDED: press-1 temperature, no anomaly for 900 s",
        ),
        (alert(reason=None), "CRITICAL: press-1 temperature"),
        (alert(reason="21 °C\nis hot"), "CRITICAL: press-1 temperature, 21 ?C?is hot"),
        (alert(device_id="d" * 128, sensor_type="s" * 64), "CRITICAL: " + "d" * 87 + "..."),
    ],
    ids=["with a reason", "of an end", "without a reason", "no ASCII", "too long"],
)
def test_a_subject_is_what_sns_takes(given: Alert, expected: str) -> None:
    assert subject(given, given.severity) == expected
    assert len(expected) <= 100


def test_without_a_word_the_severity_is_ours() -> None:
    message, entry = published({})
    assert message["severity"] == "critical"
    assert "severity_word" not in message
    assert entry["Subject"].startswith("CRITICAL: press-1")


def test_a_receivers_word_stands_beside_the_severity() -> None:
    message, entry = published({"critical": "HIGH"})
    assert (message["severity"], message["severity_word"]) == ("critical", "HIGH")
    assert entry["Subject"].startswith("HIGH: press-1")
    assert entry["MessageAttributes"]["severity"]["StringValue"] == "critical"
