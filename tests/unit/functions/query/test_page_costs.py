"""What pages cost: calls and items that are read, however runs are cut."""

from __future__ import annotations

import pytest

from lambda_src.query_api import processed
from tests.unit.functions.factories import NOW_MS, entry
from tests.unit.functions.query.fake_runs import Plant

START_MS = NOW_MS - 86_400_000
HOURS = 4


@pytest.fixture(scope="module")
def plants():
    """A reading a second for four hours, in runs of five minutes, and of ten seconds."""
    made = {}
    for seconds in (300, 10):
        made[seconds] = Plant()
        for start in range(0, HOURS * 3600, seconds):
            made[seconds].store([entry(timestamp_ms=START_MS + n * 1000) for n in range(start, start + seconds)])
    return made


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(("seconds", "most_runs"), [(300, 8), (10, 180)])
def test_a_page_of_1000_is_one_call_with_little_waste(plants, seconds, most_runs, order):
    plant = plants[seconds]
    plant.table.queries.clear()

    costs: list[tuple[int, int]] = []
    token = None
    while not costs or token is not None:
        page = plant.page(device_id="press-1", order=order, limit=1000, next_token=token)
        token = page["next_token"]
        costs.append((len(plant.table.queries), sum(plant.table.queries)))
        plant.table.queries.clear()

    assert len(costs) == 15
    # Only what follows knows from the page before how long the runs are.
    assert max(calls for calls, _ in costs) <= 3
    assert sum(calls for calls, _ in costs) <= 15 + 3
    assert max(runs for _, runs in costs) <= most_runs


def test_a_small_page_reads_few_runs(plants):
    plants[10].table.queries.clear()

    plants[10].page(device_id="press-1", limit=1)

    assert plants[10].table.queries == [8]


def test_a_missing_sensor_costs_pages_of_bounded_length(plants, monkeypatch):
    monkeypatch.setattr(processed, "MOST_A_CALL", 50)
    plants[10].table.queries.clear()

    page = plants[10].page(device_id="press-1", sensor_type="nothing")

    assert (page["items"], page["next_token"] is None) == ([], False)
    assert len(plants[10].table.queries) == processed.CALLS_A_PAGE
