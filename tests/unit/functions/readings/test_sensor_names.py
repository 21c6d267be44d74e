"""How sensors' names are spelt in the stores: two names never become one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sensor_names import check_sensor_type, parse_sensor_type

SPELT = [
    ("Temperature", "temperature"),
    ("Line 1/Temp", "line_x20_1_x2f_temp"),
    ("Öl", "_xd6_l"),
    ("öl", "_xf6_l"),
    ("accel_x", "accel_x"),
    ("a_x20", "a_x20"),
    ("a_x20_b", "a_x5f_x20_b"),
    ("_x20 ", "_x5f_x20_x20_"),
    (" x20_", "_x20_x20_"),
    ("温度", "_x6e29__x5ea6_"),
    ("a" * 64, "a" * 64),
]


@pytest.mark.parametrize(("name", "spelt"), SPELT)
def test_a_name_is_spelt_as_documented(name, spelt):
    assert parse_sensor_type(name) == spelt


def names_of(spelt):
    """The name that a spelling stands for: the first escape from the left, then the rest."""
    return re.sub(r"_x([0-9a-f]+)_", lambda found: chr(int(found[1], 16)), spelt)


NAMES = st.text(alphabet=st.sampled_from("_x20f/ aö-.") | st.characters(), min_size=1, max_size=8)


@given(NAMES)
def test_the_spelling_stands_for_one_name_only(name):
    spelt = spell(name)

    if spelt is not None:
        assert names_of(spelt) == "".join(c.lower() if c.isascii() else c for c in name)
        assert check_sensor_type(spelt) == spelt


@given(NAMES, NAMES)
def test_two_names_never_become_one(first, second):
    if spell(first) is not None and spell(first) == spell(second):
        assert [c.lower() if c.isascii() else c for c in first] == [c.lower() if c.isascii() else c for c in second]


@pytest.mark.parametrize("name", ["", "a" * 65, "ö" * 14, None, 7, ["a"], {}])
def test_what_cannot_be_spelt_is_refused(name):
    with pytest.raises(RuleBrokenError):
        parse_sensor_type(name if not isinstance(name, list | dict) else None)


def spell(name):
    try:
        return parse_sensor_type(name)
    except RuleBrokenError:
        return None
