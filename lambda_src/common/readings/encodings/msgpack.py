"""MessagePack. Its timestamps become ISO 8601 texts; other extensions and binary data stay as bytes, which no value is
read from.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from lambda_src.common.readings.encodings.tidy import deeper, keyed
from lambda_src.common.readings.formats.document import BrokenPart, Document
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

_decode = msgspec.msgpack.Decoder().decode


def read_msgpack(payload: bytes) -> list[Document | BrokenPart]:
    """The one document of a payload; raises `RuleBrokenError` for what is not MessagePack."""
    try:
        found = _decode(payload)
    except RecursionError as error:
        raise RuleBrokenError(Reason.TOO_DEEP, "the MessagePack is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise RuleBrokenError(Reason.INVALID_UTF8, "a text is not UTF-8") from error
    except (msgspec.DecodeError, OverflowError) as error:
        raise RuleBrokenError(Reason.INVALID_ENCODING, f"the payload is not MessagePack: {error}") from error
    return [Document(_tidied(found, 0), payload)]


def _tidied(value: object, depth: int) -> object:
    if isinstance(value, dict):
        below = deeper(depth)
        return keyed((key, _tidied(item, below)) for key, item in value.items())
    if isinstance(value, list):
        below = deeper(depth)
        return [_tidied(item, below) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.data if isinstance(value, msgspec.msgpack.Ext) else value
