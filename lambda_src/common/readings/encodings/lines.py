"""Encodings with one document per line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.bounds import check_documents
from lambda_src.common.readings.encodings.text import check_whole, decode_text, lines_of, to_bytes
from lambda_src.common.readings.formats.document import BrokenPart, Document
from lambda_src.common.readings.rejects import RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable


def read_each(payload: bytes, parse: Callable[[str], object]) -> list[Document | BrokenPart]:
    """What ``parse`` makes of each line that is not blank; a line for which it raises `RuleBrokenError` is refused
    alone.
    """
    lines = lines_of(decode_text(payload, errors="surrogateescape"))
    check_documents(len(lines))
    return [read_line(line, parse) for line in lines]


def read_line(line: str, parse: Callable[[str], object], heading: bytes = b"") -> Document | BrokenPart:
    """One line; ``heading`` is kept with it if it is refused."""
    payload = heading + to_bytes(line)
    try:
        check_whole(line)
        return Document(parse(line), payload)
    except RuleBrokenError as error:
        return BrokenPart(error, payload)
