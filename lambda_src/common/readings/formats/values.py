"""The values of elements: the number in a text, and the sum of a value and its base."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from lambda_src.common.readings.numbers import number_in, reads_as_number
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_src.common.readings.formats.spec import Format

_BOOLEANS: dict[str, bool] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def value_reader(form: Format) -> Callable[[object], object]:
    """What takes the number out of a value that is text, by the format's pattern."""
    if form.value_from is None:
        return as_boolean
    search = re.compile(form.value_from).search

    def read(value: object) -> object:
        found = search(value) if isinstance(value, str) else None
        return as_boolean(value) if found is None else found[1]

    return read


def as_boolean(value: object) -> object:
    """The boolean that a text says, as of digital inputs whose gateway sends all values as text; others stay."""
    return _BOOLEANS.get(value, value) if isinstance(value, str) else value


def with_base(value: object, base: object) -> object:
    """The sum of a value and its base, as the decimal numbers that they are; any other value stays as it is.

    Raises `RuleBrokenError` for a base that is not a number.
    """
    if isinstance(value, bool | list) or not reads_as_number(value):
        return value
    if isinstance(base, bool) or not reads_as_number(base):
        raise RuleBrokenError(Reason.INVALID_VALUE, "the base of the value must be a number")
    both = [number_in(each) if isinstance(each, str) else each for each in (value, base)]
    if all(isinstance(each, int) for each in both):
        return sum(both)  # type: ignore[arg-type]
    # 20.1 + 1.4 is 21.5, which the sum of their floats is not.
    total = sum(Decimal(repr(each)) for each in both)
    return float(total)
