"""Adding an input form takes a file of data and an example; the functions' packages carry it."""

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
EXAMPLE = """### press-hall

The gateway of the press hall.

```json
{"vals": [{"id": "temperature", "val": 71.5, "ts": 1763712340, "qc": "Good"}]}
```

```readings
temperature 71.5 2025-11-21T08:05:40.000Z
```

"""
USE = """
from lambda_src.common.readings.formats.named_formats import named_format

form = named_format("press-hall")
assert (form.each, form.sensor, form.value) == ("vals[]", "id", "val"), form
"""


def test_an_input_form_takes_data_and_an_example(walk: Walk) -> None:
    walk.create("lambda_src/common/readings/formats/named/press-hall.toml", FORMAT)
    walk.insert("docs/formats.md", EXAMPLE, before="### siemens-databus\n")
    walk.run("-c", USE)
    walk.test("tests/unit/functions/formats/test_documented_formats.py", "-k", "press-hall or named")
    walk.test("tests/unit/functions/formats/test_named_formats.py", "-k", "press-hall or packages")
    assert walk.touched() == listed_files("Add an input form", NAME="press-hall")
