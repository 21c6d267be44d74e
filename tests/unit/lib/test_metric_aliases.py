"""Metrics can also have the names that a system was described with."""

from __future__ import annotations

import pytest

from lib.config import ConfigError
from lib.config.load import load_preset
from tests.unit.lib.test_config import decode


def test_an_alias_of_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"metric_aliases.ReadingProcessed='X': allowed is a name for one of Reading"):
        decode(metric_aliases={"ReadingProcessed": "X"})


@pytest.mark.parametrize(
    ("preset", "names"),
    [
        ("factory-floor", {"SensorReadingsProcessed", "AnomaliesDetected"}),
        ("plant-monitoring", {"ProcessedRecords", "ProcessingErrors", "AnomaliesDetected"}),
    ],
)
def test_a_preset_knows_the_names_of_its_system(preset: str, names: set[str]) -> None:
    config = load_preset(preset)
    assert set(config.metric_aliases.values()) == names
    assert (config.metrics_namespace, config.metrics_names) == ("IoT/Manufacturing", "ours")
