"""SHDR, the lines of MTConnect adapters: ``2025-11-21T08:05:40.000Z|Temperature|71.5|Flow|UNAVAILABLE``.

A line becomes ``{"timestamp", "items": [{"key", "value"}, …]}``; an item has ``device`` where its key is
``device:item``, and the line ``duration`` where the time is followed by ``@`` and one. Conditions, which have a line of
their own, become ``condition`` instead of items, and what adapter and agent say to each other (``* PONG``) ``command``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.lines import read_each
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.formats.document import BrokenPart, Document

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII).fullmatch
_LEVELS = frozenset(("NORMAL", "WARNING", "FAULT", "UNAVAILABLE"))
_CONDITION = ("key", "level", "native_code", "native_severity", "qualifier", "text")


def read_shdr(payload: bytes) -> list[Document | BrokenPart]:
    """One document per line; a bad line is refused alone."""
    return read_each(payload, _parse)


def _parse(line: str) -> dict[str, object]:
    if line.startswith("*"):
        return {"command": line[1:].strip()}
    time, *cells = (cell.strip() for cell in line.split("|"))
    if not cells:
        raise _broken("it has a time and nothing else")
    moment, _, duration = time.partition("@")
    document: dict[str, object] = {"timestamp": moment}
    if duration:
        document["duration"] = duration
    if _is_condition(cells):
        return {**document, "condition": dict(zip(_CONDITION, cells, strict=True))}
    return {**document, "items": _items(cells)}


def _is_condition(cells: Sequence[str]) -> bool:
    if len(cells) != len(_CONDITION) or cells[1].upper() not in _LEVELS:
        return False
    # UNAVAILABLE is also what an item without a value says; the further fields of a condition are then blank.
    return cells[1].upper() != "UNAVAILABLE" or not any(cells[2:])


def _items(cells: Sequence[str]) -> list[dict[str, str]]:
    if len(cells) % 2:
        raise _broken("its fields are not pairs of a key and a value")
    return [_item(key, value) for key, value in zip(cells[::2], cells[1::2], strict=True)]


def _item(key: str, value: str) -> dict[str, str]:
    # So are the fields of a time series, whose second one counts its samples.
    if not key or _NUMBER(key):
        raise _broken("a key is blank or a number, as in a time series, which is not supported")
    device, colon, name = key.rpartition(":")
    return {"device": device, "key": name, "value": value} if colon else {"key": key, "value": value}


def _broken(why: str) -> RuleBrokenError:
    return RuleBrokenError(Reason.INVALID_ENCODING, f"the line is not SHDR: {why}")
