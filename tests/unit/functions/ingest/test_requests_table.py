"""The table of requests: what it keeps, for how long, and what happens where it does not take it."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.unit.functions.factories import NOW_MS, payload
from tests.unit.functions.fakes import client_error
from tests.unit.functions.http_events import CALLER, content, error_code
from tests.unit.functions.ingest.fakes import FakeTables
from tests.unit.functions.ingest.plant import Plant

UNTIMED = {"device_id": "press-1", "sensor_data": {"temperature": 25.5, "humidity": 40}}
THROTTLED = client_error("ProvisionedThroughputExceededException")


def test_a_key_is_reusable_after_a_day_even_if_stored():
    plant = Plant()
    plant.post(UNTIMED, key="k-1")

    answer = plant.post(payload(), key="k-1", arrived_ms=NOW_MS + 24 * 3600 * 1000)

    assert answer["statusCode"] == 202


def test_the_table_keeps_for_a_day_what_a_repetition_needs():
    plant = Plant()

    answer = plant.post(UNTIMED, key="k-1")

    item = plant.tables.requests[f"{CALLER}#POST /ingest#k-1"]
    assert item["arrived_ms"] == {"N": str(NOW_MS)}
    assert item["expires_at"] == {"N": str(NOW_MS // 1000 + 86_400)}
    assert item["answer"] == {"S": answer["body"]}
    assert item["status"] == {"N": "202"}


def test_an_answer_that_cannot_be_kept_is_still_given():
    plant = Plant(tables=FakeTables((), (), THROTTLED))

    answer = plant.post(UNTIMED, key="k-1")

    assert answer["statusCode"] == 202
    assert plant.last is not None
    assert plant.last.answer_lost
    assert content(plant.post(UNTIMED, key="k-1"))["accepted"] == 2


def test_an_answer_too_long_for_the_table_is_found_anew():
    plant = Plant()
    name = "\U000e0001" * 256
    measures = [*(f"{n}{name}" for n in range(200)), "t"]
    message = json.dumps([{"device_id": "d", "sensor_data": {each: 1}} for each in measures], ensure_ascii=False)

    first = plant.post(message, key="k-1")

    assert len(first["body"]) > 300_000
    assert "answer" not in next(iter(plant.tables.requests.values()))
    second = plant.post(message, key="k-1")
    assert content(second)["rejected"] == content(first)["rejected"]


def test_a_throttled_requests_table_is_503_before_anything_happens():
    plant = Plant(tables=FakeTables(THROTTLED))

    answer = plant.post(UNTIMED, key="k-1")

    assert (answer["statusCode"], error_code(answer)) == (503, "try_again")
    assert plant.kept() == plant.sent() == []


@pytest.mark.parametrize("at", ["begin", "end"])
def test_a_missing_permission_is_raised(at):
    denied = client_error("AccessDeniedException")
    plant = Plant(tables=FakeTables(*([denied] if at == "begin" else [(), (), denied])))

    with pytest.raises(ClientError, match="AccessDenied"):
        plant.post(UNTIMED, key="k-1")


def test_without_the_header_the_table_is_not_asked():
    plant = Plant()

    plant.post(UNTIMED)

    assert plant.tables.calls == ["batch_write_item"]
