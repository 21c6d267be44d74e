"""Formats and what reading with them gives, for tests of the encodings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.encodings.reader import read_documents
from lambda_src.common.readings.formats.document import BrokenPart, Document
from lambda_src.common.readings.formats.spec import Format

if TYPE_CHECKING:
    from lambda_src.common.readings.rejects import Reason


def form(**settings: Any) -> Format:
    return Format(**{"name": "test", **settings})


def read(payload: bytes, **settings: Any) -> list[Any]:
    """The content of each document, the reason for each broken part."""
    return [
        part.content if isinstance(part, Document) else part.error.reason
        for part in read_documents(payload, form(**settings))
    ]


def only(payload: bytes, **settings: Any) -> Any:
    (found,) = read(payload, **settings)
    return found


def broken(payload: bytes, **settings: Any) -> list[tuple[Reason, bytes]]:
    """The reason for each broken part, and the bytes that are kept."""
    return [
        (part.error.reason, part.payload)
        for part in read_documents(payload, form(**settings))
        if isinstance(part, BrokenPart)
    ]
