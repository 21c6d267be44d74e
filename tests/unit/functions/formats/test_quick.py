"""The few steps for common elements make the readings that a look at each of them makes."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.named_formats import named_format
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.formats.samples import DOCUMENTS, FITTING

TIMES = st.sampled_from(
    [NOW_MS, NOW_MS - 1, NOW_MS / 1000, str(NOW_MS), "2025-11-21T08:05:40Z", "x", True, 1, 1.0, None]
)
VALUES = (
    st.floats() | st.integers() | st.booleans() | st.none() | st.sampled_from(["7", "7.5", " 7", "NaN", "Bad", 2**53])
)
TAGS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["A.Temp", "B.Temp", "a.temp", "", 7, None, 1.5]),
        "v": VALUES | st.lists(VALUES, max_size=2),
        "t": TIMES,
        "q": st.sampled_from([True, False, 192, 0, 1, "Good", "bad", "odd", None, {"code": 0}]),
        "u": st.sampled_from(["C", "", "x" * 17, 3, None]),
        "device": st.sampled_from(["gw-1", "press-7", "other", 5, None]),
        "line": st.sampled_from(["l1", 7, "", "x" * 300]),
        "metadata": st.sampled_from([{"a": 1}, 3]),
        "rssi": st.integers(),
        "foreign": VALUES | TIMES,
    },
)
FORMS = [
    {"each": "tags[]", "sensor": "id", "value": "v", "time": ["t", "at"], "quality": "q", "unit": "u"},
    {"each": "tags[]", "sensor": "id", "value": "v", "time": "t", "last": ".", "numbers_only": True},
    {"each": "tags[]", "sensor": ["id", "at"], "value": ["v", "v.x"], "good": [192], "quality": "q"},
    {"each": "tags[]{}", "time": ["t", "at"], "line": "line", "metadata": ["u"], "skip": ["q", "id"]},
    {"each": "tags[]{}", "sensor": ["id", "@key"], "time": "t", "names": {"rssi": "signal"}},
]


@given(st.sampled_from(FORMS), st.lists(TAGS, max_size=4), TIMES)
@settings(max_examples=500, deadline=None)
def test_common_elements_are_read_like_all_others(keys, tags, at):
    form = msgspec.convert({"name": "own", **keys}, Format)
    data = json.dumps({"tags": tags} | ({} if at is None else {"at": at})).encode()
    rules = DecodeRules(FormatTable([form]), {"gw-1": ("press-",)})

    quick, looked = (
        decode(data, arrived_ms=NOW_MS, device_id="gw-1", rules=rules, source=Source(format="own"), thorough=thorough)
        for thorough in (False, True)
    )

    # What keeps is the order: of elements that are refused, none comes later.
    assert quick.readings == looked.readings
    assert quick.outages == looked.outages
    assert [reject[:2] for reject in map(msgspec.structs.astuple, quick.rejects)] == [
        reject[:2] for reject in map(msgspec.structs.astuple, looked.rejects)
    ]


@pytest.mark.parametrize("sample", [each for each in DOCUMENTS if each.kind in FITTING], ids=str)
def test_samples_are_read_alike(sample):
    quick, looked = (sample.decode(FITTING[sample.kind], thorough=thorough) for thorough in (False, True))

    assert quick[:4] == looked[:4]


def test_the_named_formats_of_gateways_are_quick():
    names = ("kepware", "thingsboard", "siemens-databus", "telegraf-json", "opcua-pubsub")
    table = FormatTable(form for name in names if (form := named_format(name)) is not None)
    bound = [table.named(name) for name in names]

    assert all(each is not None and each.form.is_quick for each in bound)
