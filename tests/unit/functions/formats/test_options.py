"""Each key of a format: what it finds, and what it does with it."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.formats.reading import BERLIN_MS, TAG, read, refusals, values


@pytest.mark.parametrize(
    ("each", "message"),
    [
        ("tags[]", {"tags": [TAG, {"id": "Flow", "v": 2}]}),
        ("tags[]", {"tags": TAG}),
        ("[]", [TAG]),
        ((), TAG),
        ((), [TAG]),
        ("data.tags[]", {"data": {"tags": [TAG]}}),
        ("groups[].tags[]", {"groups": [{"tags": [TAG]}, {"tags": []}]}),
        ("groups{}.tags[]", {"groups": {"one": {"tags": [TAG]}}}),
        ("groups{}{}", {"groups": {"one": {"x": TAG}}}),
        ("tags[]", [{"tags": [TAG]}]),
        (("other[]", "tags[]"), {"tags": [TAG]}),
        (("other[]", "@"), TAG),
    ],
    ids=str,
)
def test_each_leads_to_the_elements(each, message):
    decoded = read(message, each=each, sensor="id", value="v", last=".")

    assert values(decoded)["temp"] == 71.5
    assert decoded.rejects == []


@pytest.mark.parametrize(
    ("each", "message", "path"),
    [
        ("tags{}", {"tags": [1, 2]}, "tags"),
        ("tags{}.x[]", {"tags": {"a": 1}}, "tags.a"),
        ("tags[].x{}", {"tags": [{"x": 7}]}, "tags[0].x"),
        ("tags{}", {"tags": 3}, "tags"),
    ],
    ids=str,
)
def test_another_shape_than_the_format_says_is_refused(each, message, path):
    decoded = read(message, each=each)

    assert decoded.readings == []
    assert refusals(decoded) == [(Reason.UNKNOWN_FORM, path)]


@pytest.mark.parametrize("each", ["tags[]", "tags{}", "data.tags[]", ("tags[]", "data[]")], ids=str)
def test_a_message_without_elements_is_refused(each):
    messages: list[object] = [{"tags": [], "data": {}}, {}, []]
    for message in messages:
        decoded = read(message, each=each)

        assert decoded.readings == []
        assert decoded.rejects != []


@pytest.mark.parametrize(
    "message",
    [
        {"at": BERLIN_MS, "body": {"tags": [TAG]}},
        {"body": {"at": BERLIN_MS, "tags": [TAG]}},
        {"body": {"tags": [TAG | {"at": BERLIN_MS}]}},
        {"at": 1, "body": {"at": 2, "tags": [TAG | {"at": BERLIN_MS}]}},
    ],
    ids=["message", "body", "element", "innermost counts"],
)
def test_a_path_is_looked_up_outwards(message):
    decoded = read(message, each="body.tags[]", sensor="id", value="v", time="at")

    assert [each.timestamp_ms for each in decoded.readings] == [BERLIN_MS]
    assert decoded.rejects == []


@pytest.mark.parametrize("path", ["body.at", "body.head.at", "head.at", "body.tags[].at", "tags.at"])
def test_a_path_may_begin_in_any_object_around(path):
    message = {"body": {"at": BERLIN_MS, "head": {"at": BERLIN_MS}, "tags": [TAG | {"at": BERLIN_MS}]}}
    skip = [key for key in ("at", "head") if key not in path]

    decoded = read(message, each="body.tags[]", sensor="id", value="v", time=path, skip=[*skip, "at", "head"])

    assert [each.timestamp_ms for each in decoded.readings] == [BERLIN_MS]
    assert decoded.rejects == []


def test_the_first_path_that_is_there_counts():
    keys = {"each": "[]", "sensor": ["label", "id"], "value": ["d", "v"]}

    decoded = read([{"id": "x", "v": 1}, {"label": "Temp", "id": "y", "d": 2}], **keys)

    assert values(decoded) == {"x": 1, "temp": 2}


def test_two_values_in_one_element_are_not_one():
    decoded = read({"id": "x", "d": 1, "v": 2}, sensor="id", value=["d", "v"])

    assert values(decoded) == {"x": 1}
    assert refusals(decoded) == [(Reason.UNKNOWN_FIELD, "v")]


def test_a_value_is_looked_up_in_the_element_alone():
    decoded = read({"v": 3, "tags": [{"id": "x"}]}, each="tags[]", sensor="id", value="v")

    assert decoded.readings == []
    assert {reject.path for reject in decoded.rejects} == {"v", "tags[0]"}


def test_keys_with_dots_are_found():
    decoded = read({"a.b": 1.5, "tag.name": "x", "m.n": {"o.p": 1}}, sensor="tag.name", value="a.b", skip=["m.n.o.p"])

    assert values(decoded) == {"x": 1.5}
    assert decoded.rejects == []
