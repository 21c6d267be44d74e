"""How much one payload may become; what exceeds a bound is refused as a whole."""

from __future__ import annotations

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

MAX_BYTES = 1024 * 1024
"""Of decompressed text, and of what its lines hold together: eight times the largest message of AWS IoT Core."""
MAX_DOCUMENTS = 50_000
"""Lines or rows of one payload."""
MAX_DEPTH = 32
"""Lists and objects inside one another. No gateway comes near it, and nothing that walks a document can overflow."""


def too_large(what: str) -> RuleBrokenError:
    """The refusal of a payload that exceeds a bound; ``what`` names it with its limit."""
    return RuleBrokenError(Reason.TOO_LARGE, f"the payload decodes to more than {what}")


def check_documents(count: int) -> None:
    """Raises `RuleBrokenError` for more lines or rows than `MAX_DOCUMENTS`."""
    if count > MAX_DOCUMENTS:
        raise too_large(f"{MAX_DOCUMENTS} lines")


def check_depth(depth: int) -> None:
    """Raises `RuleBrokenError` below `MAX_DEPTH` levels."""
    if depth > MAX_DEPTH:
        raise RuleBrokenError(Reason.TOO_DEEP, f"the payload is nested deeper than {MAX_DEPTH} levels")
