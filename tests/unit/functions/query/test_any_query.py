"""No request breaks the query function, whatever is in it and wherever it goes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.functions.query.deployment import refused
from tests.unit.functions.query.fake_runs import Plant

DEVICE = {"device_id": "press-1"}


@pytest.fixture(scope="module")
def plant():
    return Plant()


@pytest.mark.parametrize(
    ("method", "resource", "status", "expected"),
    [
        ("POST", "/query", 405, "method_not_allowed"),
        ("DELETE", "/devices/{device_id}", 405, "method_not_allowed"),
        ("GET", "/", 404, "not_found"),
        ("GET", "/query/{proxy+}", 404, "not_found"),
    ],
)
def test_other_paths_and_methods(plant, method, resource, status, expected):
    assert refused(plant.answer(DEVICE, resource, DEVICE, method=method), status) == expected


names = st.one_of(
    st.sampled_from(
        ["device_id", "sensor_type", "from", "to", "event_date", "table", "order", "limit", "next_token", "status"]
    ),
    st.text(st.characters(), max_size=8),
)
# Surrogates too: an event is JSON, which can spell half a pair.
values = st.one_of(
    st.text(st.characters(), max_size=30),
    st.sampled_from(
        ["press-1", "raw", "processed", "asc", "desc", "NORMAL", "100", "2026-01-01", "2026-01-01T00:00:00Z"]
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    st.from_regex(r"1\.[A-Za-z0-9_-]{1,20}\.[A-Za-z0-9_-]{43}", fullmatch=True),
)


@settings(max_examples=500, deadline=None)
@given(
    st.dictionaries(names, values, max_size=5),
    st.booleans(),
    st.sampled_from(["/query", "/devices", "/devices/{device_id}"]),
    values,
)
def test_no_query_breaks_anything(plant, given_, with_device, resource, device):
    if with_device and resource == "/query":
        given_ = {"device_id": "press-1"} | given_

    answer = plant.answer(given_, resource, {"device_id": device})

    assert answer["statusCode"] in {200, 400, 404}
    answer["body"].encode()
    assert ("error" in json.loads(answer["body"])) == (answer["statusCode"] != 200)
