"""What an encoding makes of a payload: documents that look like decoded JSON, and parts that it could not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambda_src.common.readings.rejects import RuleBrokenError


class Document(NamedTuple):
    """One message: ``content`` consists of dict, list, str, int, float, bool and None."""

    content: object
    payload: bytes
    """Its own bytes, which are kept if it is refused: a line, a row with its header, or all that came."""


class BrokenPart(NamedTuple):
    """A line or row that could not be read; the others can."""

    error: RuleBrokenError
    payload: bytes
