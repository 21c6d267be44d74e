"""What a load becomes on its way: messages, batches, and readings of one sensor in a batch."""

from __future__ import annotations

import msgspec
import pytest

from lib.config import load_preset
from lib.usage import Amount, traffic_of


def test_a_shard_gives_a_batch_per_window() -> None:
    traffic = traffic_of(load_preset("manufacturing"), readings_per_second=10_000)
    assert traffic.batches == pytest.approx(15 / 10)
    assert traffic.readings_per_batch == pytest.approx(10_000 / 1.5)
    assert traffic.runs == pytest.approx(10_000 / 10)


def test_there_are_no_more_batches_than_messages() -> None:
    traffic = traffic_of(load_preset("manufacturing"), readings_per_second=0.1)
    assert traffic.batches == 0.1


def test_a_batch_that_is_full_early_comes_early() -> None:
    config = load_preset("manufacturing")
    small = msgspec.structs.replace(config, processor=msgspec.structs.replace(config.processor, batch_size=100))
    assert traffic_of(small, readings_per_second=10_000).batches == pytest.approx(100)


def test_a_queue_spreads_a_sensor_over_its_batches() -> None:
    traffic = traffic_of(load_preset("serverless-api"), readings_per_second=100)
    assert (traffic.batches, traffic.runs) == (10, 100)


@pytest.mark.parametrize(
    ("preset", "entrypoint"), [("factory-floor", "devices"), ("serverless-api", "api"), ("manufacturing", "stream")]
)
def test_readings_arrive_by_one_entrypoint(preset: str, entrypoint: str) -> None:
    assert traffic_of(load_preset(preset), readings_per_second=1).entrypoint == entrypoint


@pytest.mark.parametrize("preset", ["factory-floor", "serverless-api", "manufacturing"])
def test_without_readings_nothing_moves(preset: str) -> None:
    traffic = traffic_of(load_preset(preset), readings_per_second=0)
    assert (traffic.messages, traffic.batches, traffic.runs, traffic.queries, traffic.sensors) == (0, 0, 0, 0, 0)
    assert (traffic.message_bytes, traffic.readings_per_batch) == (0, 0)


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1024, 1), (1025, 2)])
def test_sizes_count_in_started_kilobytes(size: int, units: int) -> None:
    assert Amount(per_second=1, size=size).units_of_kb == units
