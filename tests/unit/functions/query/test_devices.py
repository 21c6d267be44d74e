"""The devices and their states over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_src.common.aws import clients
from lambda_src.common.device_index import status_bucket
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.http_events import content
from tests.unit.functions.query.deployment import ask, every_item, found, pages, refused

LIST = "/devices"
ONE = "/devices/{device_id}"


def put(device_id, status="NORMAL", seen=0, **changes: Any):
    item: dict[str, Any] = {
        "device_id": {"S": device_id},
        "status": {"S": status},
        "last_seen_ms": {"N": str(NOW_MS + seen)},
        "interval_ms": {"N": "1000"},
        "updated_ms": {"N": str(NOW_MS + seen)},
        "heard_ms": {"N": str(NOW_MS + seen)},
        "status_bucket": {"S": status_bucket(status, device_id)},
        "sensors": {
            "M": {
                "temperature": {
                    "M": {
                        "value": {"N": "25.5"},
                        "timestamp_ms": {"N": str(NOW_MS + seen)},
                        "severity": {"S": "normal"},
                    }
                }
            }
        },
        "production_line": {"S": "line-1"},
    }
    item = {name: value for name, value in (item | changes).items() if value is not ...}
    clients.dynamodb().put_item(TableName="devices", Item=item)


def names(items):
    return [item["device_id"] for item in items]


def show(device_id):
    return ask(ONE, path={"device_id": device_id})


def test_a_device_is_shown_with_its_last_readings(deployed):
    put("press-1", "ANOMALY")

    answer = show("press-1")

    assert answer["statusCode"] == 200
    assert content(answer) == {
        "device_id": "press-1",
        "status": "ANOMALY",
        "last_seen_ms": NOW_MS,
        "last_seen": "2025-11-21T08:05:45.000Z",
        "interval_ms": 1000,
        "sensors": {"temperature": {"value": 25.5, "timestamp_ms": NOW_MS, "severity": "normal"}},
        "production_line": "line-1",
    }


def test_a_sensor_without_a_value_is_named(deployed):
    times = {"since_ms": {"N": str(NOW_MS)}, "latest_ms": {"N": str(NOW_MS + 1)}}
    put("press-1", outages={"M": {"humidity": {"M": times}}})

    assert content(show("press-1"))["outages"] == {
        "humidity": {"since_ms": NOW_MS, "since": "2025-11-21T08:05:45.000Z"}
    }


def test_a_device_without_a_line_has_none_in_the_answer(deployed):
    put("press-1", production_line=...)

    assert "production_line" not in content(show("press-1"))


def test_a_device_that_never_sent_anything_is_404(deployed):
    assert refused(show("press-9"), 404) == "device_not_found"


def test_an_id_with_a_colon_may_be_escaped(deployed):
    put("line:press-1")

    assert content(show("line%3Apress-1"))["device_id"] == "line:press-1"


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_all_devices_status_by_status_the_longest_unheard_first(deployed, limit):
    put("c", "OFFLINE", 1)
    put("a", "NORMAL", 2)
    put("b", "NORMAL", 1)
    put("d", "SILENT", 0)
    put("e", "NORMAL", 2)
    put("f", "ANOMALY", 9)

    found_pages = list(pages(LIST, limit=limit))

    listed = [name for page in found_pages for name in names(page["items"])]
    assert listed == ["b", "a", "e", "f", "d", "c"]
    assert all(page["count"] == limit for page in found_pages[:-1])


def test_devices_of_one_status(deployed):
    for number in range(5):
        put(f"press-{number}", "SILENT" if number % 2 else "NORMAL", number)

    assert names(every_item(LIST, status="SILENT", limit=1)) == ["press-1", "press-3"]
    assert found(ask(LIST, status="OFFLINE")) == {"items": [], "count": 0, "next_token": None}


def test_a_device_that_sends_between_pages_displaces_no_other(deployed):
    for number in range(6):
        put(f"press-{number}", "NORMAL", number)
    first = found(ask(LIST, limit=3))
    put("press-1", "NORMAL", 100)
    put("press-4", "NORMAL", 101)

    rest = found(ask(LIST, next_token=first["next_token"]))

    assert names(first["items"]) == ["press-0", "press-1", "press-2"]
    assert names(rest["items"]) == ["press-3", "press-5", "press-1", "press-4"]


def test_the_last_device_of_a_page_may_disappear_later(deployed):
    for number in range(4):
        put(f"press-{number}", "NORMAL", number)
    first = found(ask(LIST, limit=2))
    clients.dynamodb().delete_item(TableName="devices", Key={"device_id": {"S": "press-1"}})

    assert names(found(ask(LIST, next_token=first["next_token"]))["items"]) == ["press-2", "press-3"]


def test_a_page_of_devices_ends_at_the_response_limit(deployed, monkeypatch):
    monkeypatch.setattr("lambda_src.query_api.size.MOST_BYTES", 600)
    for number in range(5):
        put(f"press-{number}", "NORMAL", number)

    counts = [page["count"] for page in pages(LIST)]

    assert sum(counts) == 5
    assert 1 < len(counts) <= 5


@pytest.mark.parametrize("status", ["NORMAL", None])
def test_a_token_of_one_list_is_refused_for_another(deployed, status):
    for number in range(3):
        put(f"press-{number}", "NORMAL", number)
    token = found(ask(LIST, status=status, limit=1))["next_token"]

    assert refused(ask(LIST, status="SILENT", next_token=token)) == "invalid_token"
