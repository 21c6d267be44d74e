"""Messages of gateways that the product does not know, each described by nothing but a format in settings."""

from __future__ import annotations

import tomllib

import msgspec
import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rules import DecodeRules, Source
from lib.config.format_rules import format_problems
from ops.decode.printing import path_of
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.formats.samples import FOLDER

AT_MS = NOW_MS - 5000
MESSAGES = tomllib.loads((FOLDER / "gateways.toml").read_text())["messages"]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["kind"])
def test_a_gateways_message_is_read_by_its_format(message):
    form = msgspec.convert({"name": "own"} | message["format"], Format)
    rules = DecodeRules(FormatTable([form]), {"gw-1": ("press-",)})
    source = Source(message.get("topic"), format="own")

    decoded = decode(message["payload"].encode(), arrived_ms=NOW_MS, device_id="gw-1", rules=rules, source=source)

    found = [[each.sensor_type, each.value, each.timestamp_ms - AT_MS, each.quality] for each in decoded.readings]
    assert list(format_problems([form])) == []
    assert found == [[*each, "good"][:4] for each in message["expected"]]
    assert [path_of(reject) for reject in decoded.rejects] == message.get("refused", [])
