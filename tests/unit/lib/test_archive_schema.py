"""The archives' columns follow from the types that are written into them."""

from __future__ import annotations

from enum import StrEnum

import msgspec
import pytest

from lambda_src.common.quarantine import QuarantineLine
from lambda_src.common.readings.reading import Reading
from lib.archive.schema import columns_of


class Colour(StrEnum):
    RED = "red"


class Inner(msgspec.Struct):
    text: str
    number: int | None


class Outer(msgspec.Struct):
    flag: bool
    share: float
    count: int
    colour: Colour
    anything: dict[str, object] | None
    inner: Inner


def test_each_kind_of_field_has_its_type() -> None:
    assert dict(columns_of(Outer)) == {
        "flag": "boolean",
        "share": "double",
        "count": "bigint",
        "colour": "string",
        "anything": "string",
        "inner": "struct<text:string,number:bigint>",
    }


def test_a_reading_has_a_column_a_field() -> None:
    assert [column.name for column in columns_of(Reading)] == list(Reading.__struct_fields__)


def test_a_line_of_the_quarantine_says_where_it_came_from() -> None:
    assert dict(columns_of(QuarantineLine))["source"].startswith("struct<event_source_arn:string,shard_id:string,")


def test_a_kind_that_no_table_can_hold_is_an_error() -> None:
    class Bytes(msgspec.Struct):
        data: bytes

    with pytest.raises(KeyError):
        columns_of(Bytes)
