"""Adding an input form touches one file of data; the functions' packages carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files

if TYPE_CHECKING:
    from tests.support.walk import Walk

FORMAT = """# The gateway of the press hall: {"vals": [{"id", "val", "ts", "qc"}]}.
name = "press-hall"
each = "vals[]"
sensor = "id"
value = "val"
time = "ts"
quality = "qc"
"""
USE = """
from lambda_src.common.readings.formats.named_formats import named_format

form = named_format("press-hall")
assert (form.each, form.sensor, form.value) == ("vals[]", "id", "val"), form
"""


def test_an_input_form_takes_one_file_of_data(walk: Walk) -> None:
    walk.create("lambda_src/common/readings/formats/named/press-hall.toml", FORMAT)
    walk.run("-c", USE)
    walk.test("tests/unit/functions/formats/test_named_formats.py", "-k", "press-hall or packages")
    assert walk.touched() == listed_files("Add an input form", NAME="press-hall")
