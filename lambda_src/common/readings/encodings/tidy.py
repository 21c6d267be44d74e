"""Values of the binary encodings as decoded JSON has them: keys are texts, and nothing is nested too deeply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.encodings.bounds import check_depth
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable


def keyed(pairs: Iterable[tuple[object, object]]) -> dict[str, object]:
    """An object of these pairs. A number as a key becomes its text, as gateways number their registers.

    Raises `RuleBrokenError` for other keys and for a key that is there twice: one of its values would disappear.
    """
    found: dict[str, object] = {}
    for key, value in pairs:
        name = str(key) if isinstance(key, int) and not isinstance(key, bool) else key
        if not isinstance(name, str):
            raise RuleBrokenError(Reason.INVALID_ENCODING, "a key of an object is neither a text nor an integer")
        if name in found:
            raise RuleBrokenError(Reason.INVALID_ENCODING, "an object has a key twice")
        found[name] = value
    return found


def deeper(depth: int) -> int:
    """One level further down; raises `RuleBrokenError` below the bound."""
    check_depth(depth + 1)
    return depth + 1
