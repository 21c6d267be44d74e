"""A format says which sensor a value belongs to, and what is skipped."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.formats.reading import BERLIN_MS, read, refusals, values


def test_entries_have_their_names():
    message = {"press-7": {"hydraulics": {"Temp": 71.5}}}

    decoded = read(message, each="{}{}{}", device="@key1", sensor="@key2", value="@")

    assert [(each.device_id, each.sensor_type) for each in decoded.readings] == [("press-7", "hydraulics")]
    assert values(read(message["press-7"], each="{}{}", sensor="@path")) == {"hydraulics.temp": 71.5}
    assert values(read(message["press-7"], each="{}{}")) == {"temp": 71.5}


def test_a_sensor_is_put_together():
    message = {"group": "Oil", "tags": [{"n": "Temp", "v": 1}, {"v": 2}]}

    decoded = read(message, each="tags[]", sensor="{group}-{n}", value="v")

    assert values(decoded) == {"oil-temp": 1}
    assert refusals(decoded) == [(Reason.NO_SENSOR_TYPE, "tags[1]")]


@pytest.mark.parametrize(
    ("keys", "stored"),
    [
        ({}, "ch1.press7.temp"),
        ({"last": "."}, "temp"),
        ({"from": r"Ch1\.(\w+)\."}, "press7"),
        ({"names": {"Ch1.Press7.Temp": "temperature"}}, "temperature"),
        ({"last": ".", "names": {"Temp": "temperature"}}, "temperature"),
        ({"last": ".", "names": {"Ch1.Press7.Temp": "temperature"}}, "temperature"),
    ],
    ids=str,
)
def test_names_become_sensor_types(keys, stored):
    assert values(read({"id": "Ch1.Press7.Temp", "v": 1}, sensor="id", value="v", **keys)) == {stored: 1}


def test_a_name_that_the_pattern_does_not_match_is_refused():
    decoded = read({"id": "Temp", "v": 1}, sensor="id", value="v", **{"from": r"Ch1\.(\w+)"})

    assert [reject.reason for reject in decoded.rejects] == [Reason.INVALID_SENSOR_TYPE]


def test_two_names_of_a_message_never_become_one_sensor():
    tags = [{"id": "Press7.Temp", "v": 1}, {"id": "Press8.Temp", "v": 2}, {"id": "Press7.Temp", "v": 3, "t": NOW_MS}]

    decoded = read({"tags": tags, "t": BERLIN_MS}, each="tags[]", sensor="id", value="v", last=".", time="t")

    assert [each.value for each in decoded.readings] == [1, 3]
    assert refusals(decoded) == [(Reason.INVALID_SENSOR_TYPE, "tags[1]")]


@pytest.mark.parametrize("number", [101, "101"])
def test_a_number_is_a_name(number):
    assert values(read({"id": number, "v": 1}, sensor="id", value="v", names={"101": "flow"})) == {"flow": 1}


@pytest.mark.parametrize(
    ("skip", "left"),
    [
        (["seq", "meta"], []),
        (["seq", "meta.a", "meta.b"], []),
        (["s*", "meta.*"], []),
        (["seq", "meta.a"], ["meta.b"]),
        (["seq"], ["meta"]),
        ([], ["other", "meta"]),
    ],
    ids=str,
)
def test_what_is_not_skipped_is_refused_by_its_path(skip, left):
    message = {"other" if not skip else "seq": 1, "meta": {"a": 1, "b": {"c": 2}}, "id": "x", "v": 1}

    decoded = read(message, sensor="id", value="v", skip=skip)

    assert values(decoded) == {"x": 1}
    assert [reject.path for reject in decoded.rejects] == left
    assert all(path in decoded.skipped for path in ("seq",) if skip)


def test_skip_works_on_the_way_to_the_elements():
    message = {"head": {"n": 1}, "body": {"n": 2, "tags": [{"id": "x", "v": 1, "n": 3}]}}
    keys = {"each": "body.tags[]", "sensor": "id", "value": "v"}

    assert read(message, skip=["n", "head"], **keys).rejects == []
    assert read(message, skip=["head.n", "body.n", "body.tags[].n"], **keys).rejects == []
    assert [each.path for each in read(message, skip=["head", "body.n"], **keys).rejects] == ["body.tags[].n"]


def test_numbers_only_skips_what_is_no_number():
    message = {"temp": 71.5, "on": True, "text": "71", "state": "ON", "color": {"x": 1}, "none": None}

    decoded = read(message, each="{}", numbers_only=True)

    assert values(decoded) == {"temp": 71.5, "on": 1, "text": 71}
    assert decoded.rejects == []
    assert set(decoded.skipped) == {"state", "color", "none"}
