"""Every example of ``docs/formats.md`` is read as the page says, and every named format has one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.named_formats import format_names
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.rules import DecodeRules, Source
from tests.unit.functions.factories import NOW_MS

PAGE = (Path(__file__).parents[4] / "docs" / "formats.md").read_text()
_SECTION = re.compile(r"^##+ ", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_TOPIC = re.compile(r"^Topic: `(.+)`$", re.MULTILINE)


class Example(NamedTuple):
    title: str
    formats: list[Format]
    payload: str
    expected: list[str]
    topic: str | None

    def __str__(self) -> str:
        return self.title


def _examples():
    for section in _SECTION.split(PAGE)[1:]:
        blocks = dict(_BLOCK.findall(section))
        if "readings" in blocks:
            formats = msgspec.toml.decode(blocks.get("toml", ""), type=dict[str, list[Format]]).get("formats", [])
            payload = blocks.get("json") or blocks["text"]
            topic = _TOPIC.search(section)
            yield Example(
                section.partition("\n")[0], formats, payload, blocks["readings"].splitlines(), topic and topic[1]
            )


EXAMPLES = list(_examples())


def _moment(ms: int) -> str:
    if ms == NOW_MS:
        return "arrival"
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(item) -> str:
    """A reading or outage as the page writes it; its sender only where a gateway speaks for another device."""
    sender = "" if item.device_id == "gw-1" else item.device_id
    value = f"{item.value:g}" if isinstance(item, Reading) else "outage"
    quality = getattr(item, "quality", "good").removeprefix("good")
    unit = f"unit={item.unit}" if getattr(item, "unit", None) else ""
    return " ".join(filter(None, (sender, item.sensor_type, value, _moment(item.timestamp_ms), quality, unit)))


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_is_read_as_the_page_says(example):
    rules = DecodeRules(FormatTable(example.formats), {"gw-1": ("press-",)})
    name = example.formats[0].name if example.formats else example.title
    source = Source(topic=example.topic, format=name)

    decoded = decode(example.payload.encode(), arrived_ms=NOW_MS, device_id="gw-1", rules=rules, source=source)

    assert [_line(each) for each in (*decoded.readings, *decoded.outages)] == example.expected
    assert decoded.rejects == []


def test_every_named_format_has_an_example():
    titles = {example.title for example in EXAMPLES}

    assert set(format_names()) - titles == {"sparkplug-b"}
    assert "### sparkplug-b" in PAGE


def test_the_page_explains_every_key():
    rows = {key for line in PAGE.splitlines() if line.startswith("| `") for key in re.findall(r"`(\w+)`", line)}

    assert {field.encode_name for field in msgspec.structs.fields(Format)} <= rows
