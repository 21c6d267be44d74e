"""Messages as they came, page by page, and never more than an answer can hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.query.deployment import ask, every_item, found, keep_raw, pages, refused

WIDE: Any = {"device_id": "press-1", "table": "raw", "from_": NOW_MS, "to": NOW_MS + 1000}


def requests(items):
    return [int(item["request_id"].removeprefix("request-")) for item in items]


def test_a_message_comes_back_as_it_came(deployed):
    message = '[{"value": 25.5, "note": "\\u00e9 \N{FACTORY}"}]'
    keep_raw(0, message=message, readings=3)

    assert found(ask(**WIDE)) == {
        "items": [
            {
                "device_id": "press-1",
                "arrived_ms": NOW_MS,
                "arrived": "2025-11-21T08:05:45.000Z",
                "message": message,
                "readings": 3,
                "request_id": "request-0",
            }
        ],
        "count": 1,
        "next_token": None,
    }


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 3, 4, 10, 1000])
def test_pages_hold_each_message_once_and_in_order(deployed, order, limit):
    for number in range(10):
        keep_raw(number)
    keep_raw(5, device_id="press-2")

    found_pages = list(pages(**WIDE, order=order, limit=limit))

    numbers = [number for page in found_pages for number in requests(page["items"])]
    assert numbers == (list(range(10)) if order == "asc" else list(range(9, -1, -1)))
    assert all(page["count"] == limit for page in found_pages[:-1])
    assert found_pages[-1]["count"] > 0


def test_a_range_takes_its_start_and_leaves_its_end(deployed):
    for number in range(5):
        keep_raw(number)

    assert requests(every_item(**(WIDE | {"from_": NOW_MS + 1, "to": NOW_MS + 3}))) == [1, 2]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_messages_that_arrive_between_pages_are_neither_lost_nor_double(deployed, order):
    for number in (10, 30, 50):
        keep_raw(number)
    first = found(ask(**WIDE, order=order, limit=2))
    for number in (20, 40):
        keep_raw(number)

    rest = found(ask(**WIDE, order=order, next_token=first["next_token"]))

    assert requests(first["items"] + rest["items"]) == ([10, 30, 40, 50] if order == "asc" else [50, 30, 20, 10])


def test_a_token_of_messages_is_refused_for_readings(deployed):
    keep_raw(0)
    keep_raw(1)
    token = found(ask(**WIDE, limit=1))["next_token"]

    assert refused(ask(**(WIDE | {"table": "processed"}), next_token=token)) == "invalid_token"


def test_a_page_ends_where_an_answer_can_hold_no_more(deployed):
    # Each quote is four bytes where the answer is written as text in JSON.
    message = json.dumps(['"' * 60_000])
    for number in range(16):
        keep_raw(number, message=message)

    answers: list[Any] = []
    token = None
    while not answers or token is not None:
        answers.append(ask(**WIDE, limit=1000, next_token=token))
        token = found(answers[-1])["next_token"]

    assert [number for answer in answers for number in requests(found(answer)["items"])] == list(range(16))
    assert all(len(json.dumps(answer)) < 6_000_000 for answer in answers)
    assert 2 <= len(answers) < 16


def test_a_message_that_fills_an_answer_by_itself_still_comes(deployed, monkeypatch):
    monkeypatch.setattr("lambda_src.query_api.size.MOST_BYTES", 10)
    keep_raw(0)
    keep_raw(1)

    assert [requests(page["items"]) for page in pages(**WIDE)] == [[0], [1]]
