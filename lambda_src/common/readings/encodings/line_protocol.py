r"""InfluxDB's line protocol: ``measurement,tag=value field=1.5,other=2i 1763712340000000000``.

A line becomes the object that Telegraf writes as JSON: ``name``, ``tags``, ``fields`` and, where it is there,
``timestamp``. Numbers with ``i`` or ``u`` are exact integers, ``t`` and ``f`` and their words booleans. Lines that
begin with ``#`` are comments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.lines import read_each
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_src.common.readings.formats.document import BrokenPart, Document

_LINE = re.compile(r'((?:\\.|[^ \\])++) ++((?:"(?:\\.|[^"\\])*+"|\\.|[^ "\\])++)(?: ++(-?\d{1,20}))? *+', re.ASCII)
"""What is before the first blank that is not escaped, fields, timestamp. A blank inside of quotes is part of a field.

Possessive, as all patterns here: what does not match must not be tried in all its divisions.
"""
_SPLIT_HEAD = re.compile(r"(?:\\.|[^,\\])++")
_SPLIT_FIELDS = re.compile(r'(?:"(?:\\.|[^"\\])*+"|\\.|[^,"\\])++')
_PAIR = re.compile(r"((?:\\.|[^=\\])++)=(.*+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([,= \\])")
_STRING = re.compile(r'"((?:\\.|[^"\\])*+)"', re.DOTALL)
_ESCAPED_IN_STRING = re.compile(r'\\(["\\])')
_INTEGER = re.compile(r"(-?\d{1,20})[iu]", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = {
    **dict.fromkeys(("t", "T", "true", "True", "TRUE"), True),
    **dict.fromkeys(("f", "F", "false", "False", "FALSE"), False),
}
_MAX_DIGITS = 64


def read_lines(payload: bytes) -> list[Document | BrokenPart]:
    """One document per line; a bad line is refused alone."""
    parts = read_each(payload, _parse)
    return [part for part in parts if not part.payload.startswith(b"#")]


def _parse(line: str) -> dict[str, object]:
    found = _LINE.fullmatch(line.lstrip())
    if found is None:
        raise _broken("it is not a measurement with fields and a timestamp")
    name, *tags = _split(found[1], _SPLIT_HEAD)
    document: dict[str, object] = {
        "name": _ESCAPED.sub(r"\1", name),
        "tags": _unique((key, _ESCAPED.sub(r"\1", value)) for key, value in map(_pair, tags)),
        "fields": _unique((key, _value(value)) for key, value in map(_pair, _split(found[2], _SPLIT_FIELDS))),
    }
    if found[3] is not None:
        document["timestamp"] = int(found[3])
    return document


def _split(text: str, part: re.Pattern[str]) -> list[str]:
    """The parts between the commas that are not escaped, none of them empty."""
    parts = part.findall(text)
    if sum(map(len, parts)) + len(parts) - 1 != len(text):
        raise _broken("a comma has nothing before or after it")
    return parts


def _pair(text: str) -> tuple[str, str]:
    found = _PAIR.fullmatch(text)
    if found is None or not found[2]:
        raise _broken("a tag or field has no value")
    return _ESCAPED.sub(r"\1", found[1]), found[2]


def _unique(pairs: Iterator[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _broken("a tag or field is there twice")
        found[key] = value
    return found


def _value(text: str) -> object:
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    string = _STRING.fullmatch(text)
    if string is not None:
        return _ESCAPED_IN_STRING.sub(r"\1", string[1])
    integer = _INTEGER.fullmatch(text)
    if integer is not None:
        return int(integer[1])
    if len(text) <= _MAX_DIGITS and _FLOAT.fullmatch(text):
        return float(text)
    raise _broken("a field is neither a number, nor a boolean, nor a text in quotes")


def _broken(why: str) -> RuleBrokenError:
    return RuleBrokenError(Reason.INVALID_ENCODING, f"the line is not line protocol: {why}")
