"""Read the items to send: lines of NDJSON, elements of a JSON array, rows of CSV, or a file in a format."""

from __future__ import annotations

from itertools import chain
from typing import IO, TYPE_CHECKING

import msgspec

from lambda_src.common.readings.rejects import Reason
from ops.errors import InputError
from ops.send.formatted import CSV, ItemSource, read_formatted
from ops.send.item import Item, RefusedItem, Unsent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_UNREADABLE = (msgspec.DecodeError, RecursionError)
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode
_skim = msgspec.json.Decoder(msgspec.Raw).decode
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def read(file: IO[bytes], name: str) -> ItemSource:
    """Detect the format from the first bytes. Raises `InputError` for an unknown format and an empty file.

    Lines are read while they are sent. An array, a single message of several lines, and CSV are read at once.
    """
    numbered = enumerate(file, start=1)
    number, first = next(((n, line) for n, line in numbered if line.removeprefix(BYTE_ORDER_MARK).strip()), (0, b""))
    first = first.removeprefix(BYTE_ORDER_MARK)
    begin = first.lstrip()[:1]
    if not begin:
        raise InputError(f"{name} is empty; it must hold at least one reading")
    lines = chain([(number, first)], numbered)
    if begin == b"[":
        return ItemSource("element", _array(b"".join(line for _, line in lines), name))
    if begin != b"{":
        return read_formatted(b"".join(line for _, line in lines), name, CSV, skipped=number - 1)
    if _is_json(first):
        return ItemSource("line", _lines(lines))
    rest = list(lines)
    whole = b"".join(line for _, line in rest)
    if _is_json(whole):
        return ItemSource("line", iter([_item(number, whole)]))
    return ItemSource("line", _lines(rest))


def _array(text: bytes, name: str) -> Iterator[Item | Unsent]:
    try:
        found = _elements(text)
    except _UNREADABLE as error:
        raise InputError(f"{name} starts like a JSON array but is invalid: {error}") from error
    if not found:
        raise InputError(f"{name} is empty; it must hold at least one reading")
    return (_item(number, bytes(element)) for number, element in enumerate(found, start=1))


def _lines(lines: Iterable[tuple[int, bytes]]) -> Iterator[Item | Unsent]:
    for number, line in lines:
        text = line.strip()
        if text:
            yield _item(number, text)


def _item(number: int, data: bytes) -> Item | Unsent:
    """Return the item, or a refusal if it would make the whole request unreadable."""
    try:
        data.decode()
        _skim(data)
    except UnicodeDecodeError:
        return Unsent(number, RefusedItem(Reason.INVALID_UTF8, "the text is not UTF-8"))
    except msgspec.DecodeError as error:
        return Unsent(number, RefusedItem(Reason.INVALID_JSON, f"the text is not JSON: {error}"))
    except RecursionError:
        return Unsent(number, RefusedItem(Reason.TOO_DEEP, "the JSON is nested too deeply"))
    return Item(number, data, alone=_is_list(data))


def _is_list(data: bytes) -> bool:
    """Return whether the API accepts it only as a whole body: an array, or a message with ``readings``."""
    if data[:1] == b"[":
        return True
    # An escaped name is another spelling of the same name.
    if data[:1] != b"{" or (b'"readings"' not in data and b"\\" not in data):
        return False
    try:
        return "readings" in _parts(data)
    except _UNREADABLE:
        return False


def _is_json(text: bytes) -> bool:
    try:
        _skim(text)
    except _UNREADABLE:
        return False
    return True
