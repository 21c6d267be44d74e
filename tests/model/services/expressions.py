"""DynamoDB's expressions on items in the low-level form, as far as the product uses them (Expressions, in the developer
guide): comparisons, BETWEEN, IN, AND, OR, NOT, parentheses, attribute_exists, attribute_not_exists, begins_with, SET.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Item = dict[str, Any]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),]|[:#]?[A-Za-z_][A-Za-z0-9_.-]*)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "<>": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def plain(attribute: Any) -> Any:
    """A value that compares as DynamoDB compares it: numbers by size, texts by their bytes."""
    ((kind, value),) = attribute.items()
    if kind == "N":
        return Decimal(value)
    if kind == "S":
        return value.encode("utf-8", "surrogatepass")
    return value


@cache
def _tokens(text: str) -> tuple[str, ...]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"an expression that this model does not know: {text[place:]!r}")
        found.append(match[1])
        place = match.end()
    return tuple(found)


class Condition:
    """One condition, key condition or filter on one item."""

    def __init__(self, text: str, names: Mapping[str, str], values: Mapping[str, Any]) -> None:
        self._tokens = _tokens(text)
        self._names = names
        self._values = values

    def holds(self, item: Mapping[str, Any]) -> bool:
        self._item = item
        self._place = 0
        result = self._either()
        if self._place != len(self._tokens):
            raise ValueError(f"left over in an expression: {self._tokens[self._place :]}")
        return result

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1]

    def _is(self, token: str) -> bool:
        if self._place < len(self._tokens) and self._tokens[self._place].upper() == token:
            self._place += 1
            return True
        return False

    def _either(self) -> bool:
        result = self._both()
        while self._is("OR"):
            result = self._both() or result
        return result

    def _both(self) -> bool:
        result = self._one()
        while self._is("AND"):
            result = self._one() and result
        return result

    def _one(self) -> bool:
        if self._is("NOT"):
            return not self._one()
        if self._is("("):
            result = self._either()
            assert self._is(")")
            return result
        for function in ("attribute_not_exists", "attribute_exists", "begins_with"):
            if self._is(function.upper()):
                return self._function(function)
        left = self._operand(self._next())
        if self._is("BETWEEN"):
            low = self._operand(self._next())
            assert self._is("AND")
            high = self._operand(self._next())
            return left is not None and plain(low) <= plain(left) <= plain(high)
        if self._is("IN"):
            return self._in(left)
        return self._compare(left, self._next(), self._operand(self._next()))

    def _function(self, function: str) -> bool:
        assert self._is("(")
        attribute = self._operand(self._next())
        if function == "begins_with":
            assert self._is(",")
            prefix = self._operand(self._next())
            result = attribute is not None and plain(attribute).startswith(plain(prefix))
        else:
            result = (attribute is None) == (function == "attribute_not_exists")
        assert self._is(")")
        return result

    def _in(self, left: Any) -> bool:
        assert self._is("(")
        found = False
        while True:
            found = self._compare(left, "=", self._operand(self._next())) or found
            if not self._is(","):
                assert self._is(")")
                return found

    def _compare(self, left: Any, operator: str, right: Any) -> bool:
        if left is None or right is None:
            # A missing attribute equals nothing and is neither above nor below anything.
            return operator == "<>"
        if left.keys() != right.keys():
            return operator == "<>"
        return _COMPARE[operator](plain(left), plain(right))

    def _operand(self, token: str) -> Any:
        if token.startswith(":"):
            return self._values[token]
        return self._item.get(self._names.get(token, token))


def updated(item: Item, expression: str, names: Mapping[str, str], values: Mapping[str, Any]) -> Item:
    """The item after ``SET a = :b, #c = :d``."""
    match = re.fullmatch(r"SET (.+)", expression)
    assert match, f"an update that this model does not know: {expression}"
    changes = {}
    for assignment in match[1].split(","):
        name, value = (part.strip() for part in assignment.split("="))
        changes[names.get(name, name)] = values[value]
    return {**item, **changes}
