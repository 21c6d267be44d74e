"""Whatever a caller writes into a query is answered with a status, a stable code and a sentence."""

from __future__ import annotations

import pytest

from tests.unit.functions.factories import NOW_MS, entry
from tests.unit.functions.http_events import content
from tests.unit.functions.query.deployment import found, refused
from tests.unit.functions.query.fake_runs import Plant

DEVICE = {"device_id": "press-1"}


@pytest.fixture(scope="module")
def plant():
    return Plant()


def code(plant, changes, resource="/query"):
    return refused(plant.answer(changes if resource != "/query" else DEVICE | changes, resource))


@pytest.mark.parametrize("nothing", [None, {}])
def test_a_query_without_parameters_lacks_its_device(plant, nothing):
    assert refused(plant.answer(nothing)) == "missing_device_id"


@pytest.mark.parametrize(
    "limit",
    ["0", "100000", "1001", "abc", "-1", "+5", "1.5", "1e2", "", " 5", "\N{FULLWIDTH DIGIT FIVE}", "NaN", "9" * 5000],
)
@pytest.mark.parametrize("resource", ["/query", "/devices"])
def test_a_limit_is_a_whole_number_from_1_to_1000(plant, limit, resource):
    assert code(plant, {"limit": limit}, resource) == "invalid_limit"


@pytest.mark.parametrize("limit", ["1", "1000", "0007"])
def test_each_such_limit_is_taken(plant, limit):
    assert plant.answer(DEVICE | {"limit": limit})["statusCode"] == 200


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "2026-01-01T00:00:00 01:00",
        "yesterday",
        "",
        "-1",
        "1e12",
        "NaN",
        "Infinity",
        "١٧٦٣٧١٢٣٤٥",
        "1" * 16,
        "1763712345; DROP TABLE readings",
        "2026-01-01T00:00:00Z\0",
        "2026-01-01\N{EURO SIGN}00:00:00Z",
        "\ud800",
    ],
)
def test_a_time_is_a_moment_that_exists(plant, name, text):
    assert code(plant, {name: text}) == "invalid_time"


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2025-02-29", "2026-00-10", "0000-01-01", "20260101", "2026-W01-1", "2026-1-1", "", "today"]
)
def test_a_date_is_a_day_that_exists(plant, text):
    assert code(plant, {"event_date": text}) == "invalid_time"


@pytest.mark.parametrize(
    "range_",
    [
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"from": str(NOW_MS + 1)},
        {"event_date": "2026-01-01", "from": "2026-01-01T00:00:00Z"},
        {"event_date": "2026-01-01", "to": "2026-01-02T00:00:00Z"},
    ],
)
def test_a_period_ends_after_its_start_and_has_one_form(plant, range_):
    assert code(plant, range_) == "invalid_range"


IDS = [
    "",
    " ",
    "press 1",
    "press-1' OR '1'='1",
    "press-1; DROP TABLE readings--",
    ":device",
    "#status = :status",
    "attribute_exists(run)",
    "../../etc/passwd",
    "press\0",
    "\N{FACTORY}",
    "é",
    "a" * 129,
    "\udfff",
    "%00",
    "press-1\n",
]


@pytest.mark.parametrize("device", [each for each in IDS if each != ":device"])
def test_a_device_id_is_what_a_thing_may_be_called(plant, device):
    assert code(plant, {"device_id": device}) == "invalid_device_id"
    assert refused(plant.answer(None, "/devices/{device_id}", {"device_id": device})) == "invalid_device_id"


def test_an_expression_that_may_be_a_name_is_a_name(plant):
    assert content(plant.answer({"device_id": ":device"}))["items"] == []


@pytest.mark.parametrize("sensor", [*IDS, "a" * 65, "\N{KELVIN SIGN}"])
def test_a_sensor_type_is_what_a_reading_may_have(plant, sensor):
    assert code(plant, {"sensor_type": sensor}) == "invalid_sensor_type"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"order": "ASC"}, "invalid_order"),
        ({"order": ""}, "invalid_order"),
        ({"order": "asc; --"}, "invalid_order"),
        ({"table": "devices"}, "invalid_table"),
        ({"table": ""}, "invalid_table"),
        ({"table": "raw"}, "invalid_table"),
        ({"table": "raw", "sensor_type": "temperature"}, "invalid_sensor_type"),
    ],
)
def test_a_choice_is_one_of_those_that_there_are(plant, changes, expected):
    assert code(plant, changes) == expected


@pytest.mark.parametrize("status", ["normal", "", "BROKEN", "NORMAL OR 1=1", "\0", "\ud800"])
def test_a_status_is_one_of_four(plant, status):
    assert code(plant, {"status": status}, "/devices") == "invalid_status"


@pytest.mark.parametrize(
    "name", ["deviceId", "Limit", "limit ", "", "next_token\0", "\ud800", "\N{FACTORY}", "x" * 9000]
)
@pytest.mark.parametrize("resource", ["/query", "/devices", "/devices/{device_id}"])
def test_a_parameter_that_is_not_known_is_named(plant, name, resource):
    answer = plant.answer((DEVICE if resource == "/query" else {}) | {name: "1"}, resource, DEVICE)

    assert refused(answer) == "unknown_parameter"
    assert repr(name) in content(answer)["error"]["message"]


def test_of_a_repeated_parameter_the_last_value_counts():
    plant = Plant()
    plant.store([entry(timestamp_ms=NOW_MS - n) for n in range(1, 6)])

    answer = plant.answer(
        DEVICE | {"limit": "2"}, multiValueQueryStringParameters={"device_id": ["press-1"], "limit": ["5", "2"]}
    )

    assert found(answer)["count"] == 2
