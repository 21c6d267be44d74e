"""Metrics are published under our names, and on request under those of the system that came before."""

from __future__ import annotations

import json

from lambda_src.common.telemetry import Counters
from lambda_src.processor.pipeline import process
from lambda_src.processor.settings import COUNTS
from tests.unit.functions.factories import deadline
from tests.unit.functions.plant import Plant


def test_settings_know_every_metric_of_a_batch():
    assert set(process([], Plant().parts, deadline()).counts) == set(COUNTS)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_counts_are_published_once_with_environment_and_service(capsys):
    Counters(namespace="IoT", service="processor", environment="prod").emit({"ReadingsProcessed": 5, "Zero": 0})
    (line,) = lines(capsys.readouterr().out)
    assert (line["ReadingsProcessed"], line["Zero"]) == ([5], [0])
    assert (line["Environment"], line["service"]) == ("prod", "processor")


def test_an_alias_is_published_by_environment_alone(capsys):
    aliases = {"ReadingsProcessed": "SensorReadingsProcessed", "AnomaliesDetected": "AnomaliesDetected"}
    counters = Counters(namespace="IoT", service="processor", environment="prod", aliases=aliases)

    for _ in range(2):
        counters.emit({"ReadingsProcessed": 5, "AnomaliesDetected": 1})

    ours, theirs, *again = lines(capsys.readouterr().out)
    (directive,) = theirs["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["Environment"]]
    assert directive["Namespace"] == "IoT"
    assert (theirs["SensorReadingsProcessed"], theirs["AnomaliesDetected"]) == ([5], [1])
    assert "ReadingsProcessed" in ours
    assert "ReadingsProcessed" not in theirs
    assert len(again) == 2


def test_an_alias_can_have_the_region_as_a_dimension(capsys):
    aliases = {"ReadingsProcessed": "Processed"}
    counters = Counters(namespace="IoT", service="x", environment="prod", aliases=aliases, region="us-east-1")
    counters.emit({"ReadingsProcessed": 1})
    _, theirs = lines(capsys.readouterr().out)
    assert theirs["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Environment", "region"]]
    assert theirs["region"] == "us-east-1"


def test_an_unknown_count_cannot_have_an_alias(capsys):
    Counters(namespace="IoT", service="x", environment="prod", aliases={"Other": "Another"}).emit({"Count": 1})
    assert len(lines(capsys.readouterr().out)) == 1
