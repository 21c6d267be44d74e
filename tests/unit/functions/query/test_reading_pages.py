"""Judged readings page by page, out of a real table."""

from __future__ import annotations

import pytest

from lambda_src.query_api.handler import wire
from tests.unit.functions.factories import NOW_MS, entry
from tests.unit.functions.query.deployment import DAY_MS, PAST_MS, ask, at, every_item, found, pages, store, values


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
def test_pages_hold_each_reading_once_and_in_order(deployed, order, limit):
    store(at(*range(0, 40, 2)))
    store(at(*range(1, 40, 3)))

    items = every_item(device_id="press-1", order=order, limit=limit)

    whole = sorted({*range(0, 40, 2), *range(1, 40, 3)}, reverse=order == "desc")
    assert values(items) == whole


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_only_the_last_page_is_short_and_has_no_token(deployed, order):
    store(at(*range(9)))

    counts = [page["count"] for page in pages(device_id="press-1", order=order, limit=3)]

    assert counts == [3, 3, 3]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_sensors_sharing_a_millisecond_sort_by_name_across_pages(deployed, order):
    names = ["a", "b", "c", "d"]
    store([entry(timestamp_ms=PAST_MS + n, sensor_type=name) for n in range(3) for name in names])

    items = every_item(device_id="press-1", order=order, limit=3)

    whole = [(PAST_MS + n, name) for n in range(3) for name in names]
    assert [(item["timestamp_ms"], item["sensor_type"]) for item in items] == (whole if order == "asc" else whole[::-1])


def test_readings_that_arrive_between_pages_are_neither_lost_nor_double(deployed):
    store(at(*range(0, 20, 2)))
    first = found(ask(device_id="press-1", limit=5))
    store(at(*range(20)), judged_ms=NOW_MS + 1)

    rest = found(ask(device_id="press-1", next_token=first["next_token"]))

    assert values(first["items"]) == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert values(rest["items"]) == [float(n) for n in range(9, 20)]


def test_the_range_is_pinned_by_the_first_page(deployed):
    store(at(0, 1))
    first = found(ask(device_id="press-1", limit=1))
    store([entry(timestamp_ms=NOW_MS + 5, value=9.0)])

    rest = found(ask(device_id="press-1", at_ms=NOW_MS + DAY_MS // 2 + 1, next_token=first["next_token"]))

    assert values(rest["items"]) == [1.0]


def test_without_a_limit_the_configuration_sets_the_page_length(deployed, monkeypatch):
    store(at(*range(120)))
    assert found(ask(device_id="press-1"))["count"] == 100

    deployed.put_parameter(Name="/test/config", Value='{"query_limit": 7}', Type="String")
    monkeypatch.setenv("CONFIG_PARAMETER", "/test/config")
    wire.cache_clear()

    assert found(ask(device_id="press-1"))["count"] == 7
    assert found(ask(device_id="press-1", limit=9))["count"] == 9
