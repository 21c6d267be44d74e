"""From a payload's bytes to its documents, by the encoding that its format names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.cbor import read_cbor
from lambda_src.common.readings.encodings.compression import decompress
from lambda_src.common.readings.encodings.csv_table import read_csv
from lambda_src.common.readings.encodings.json_text import read_json, read_ndjson
from lambda_src.common.readings.encodings.line_protocol import read_lines
from lambda_src.common.readings.encodings.msgpack import read_msgpack
from lambda_src.common.readings.encodings.shdr import read_shdr
from lambda_src.common.readings.formats.document import BrokenPart, Document
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_src.common.readings.formats.spec import Encoding, Format

_READERS: dict[Encoding, Callable[[bytes], list[Document | BrokenPart]]] = {
    "json": read_json,
    "ndjson": read_ndjson,
    "msgpack": read_msgpack,
    "cbor": read_cbor,
    "line-protocol": read_lines,
    "shdr": read_shdr,
}


def read_documents(payload: bytes, form: Format) -> list[Document | BrokenPart]:
    """The documents of a payload, and its lines or rows that could not be read, in their order.

    Never raises: a payload that cannot be read at all is one `BrokenPart` with all of its bytes. ``sparkplug-b`` is no
    encoding of documents: `lambda_src.common.readings.sparkplug` reads it.
    """
    try:
        text = payload if form.compression is None else decompress(payload, form.compression)
        parts = read_csv(text, form) if form.encoding == "csv" else _READERS[form.encoding](text)
        if not parts:
            raise RuleBrokenError(Reason.EMPTY, "the payload is empty")
    except RuleBrokenError as error:
        return [BrokenPart(error, payload)]
    return parts
