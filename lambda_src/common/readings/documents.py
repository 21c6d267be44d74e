"""Reading a payload by a format: its encoding's documents, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.reader import read_documents
from lambda_src.common.readings.formats.document import BrokenPart
from lambda_src.common.readings.formats.engine import read_document
from lambda_src.common.readings.json_text import strip_padding
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sparkplug.alone import read_alone
from lambda_src.common.readings.unpack import unpack

if TYPE_CHECKING:
    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.decoded import Collector
    from lambda_src.common.readings.formats.spec import Format
    from lambda_src.common.readings.formats.table import BoundFormat

_BINARY = frozenset(("msgpack", "cbor"))


def read_by_format(collector: Collector, payload: bytes, bound: BoundFormat, context: DecodeContext) -> None:
    """Read a payload as its format says; raises `TooLargeError` where it holds too much."""
    form = bound.form.form
    if form.encoding == "sparkplug-b":
        read_alone(collector, payload, bound, context)
        return
    documents = read_documents(_text(payload, form), form)
    several = len(documents) > 1
    for place, document in enumerate(documents):
        position = place if several else None
        own = document.payload if several else payload
        if isinstance(document, BrokenPart):
            collector.refuse(document.error, own, position)
            continue
        try:
            collector.take(read_document(document.content, bound.form, context, bound.topic), own, position)
        except RuleBrokenError as error:
            collector.refuse(error, own, position)


def _text(payload: bytes, form: Format) -> bytes:
    """The payload without what compression and firmware put around text that no format speaks of."""
    if form.compression is not None or form.encoding in _BINARY:
        return payload
    text = unpack(payload)
    return strip_padding(text) if form.encoding in ("json", "ndjson") else text
