"""Calculate metric math: the part of CloudWatch's language that our expressions use."""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}
NO_VALUE = math.nan
"""The result of a division by zero in metric math."""


class FormulaError(ValueError):
    """The formula is not metric math, or uses parts that are not supported here."""


def evaluate(formula: str, values: Mapping[str, float], period: int) -> float:
    """Return the formula's value at one time. ``values`` are by metric id, ``period`` is in seconds.

    Supports `IF`, `FILL`, `SUM`, `PERIOD`, `AND`, the four operations and comparisons. Anything else raises
    `FormulaError`.
    """
    try:
        # Metric math writes its logical operator as AND; Python's parser knows it as `and`.
        tree = ast.parse(re.sub(r"\bAND\b", "and", formula), mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"{formula}: {error.msg}") from error
    try:
        return _Evaluation(values, period).of(tree.body)
    except ZeroDivisionError:
        return NO_VALUE


class _Evaluation:
    def __init__(self, values: Mapping[str, float], period: int) -> None:
        self._values = values
        self._period = period

    def of(self, node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as value):
                return float(value)
            case ast.Name(id=name) if name in self._values:
                return self._values[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self.of(left), self.of(right))
            case ast.BoolOp(op=ast.And(), values=parts):
                return float(all(map(self.of, parts)))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
                return float(COMPARISONS[type(op)](self.of(left), self.of(right)))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, args)
        raise FormulaError(f"{ast.unparse(node)}: not supported")

    def _call(self, name: str, args: list[ast.expr]) -> float:
        match name, args:
            case "IF", [condition, then, otherwise]:
                return self.of(then if self.of(condition) else otherwise)
            case "FILL", [ast.Name(id=metric), otherwise]:
                return self._values[metric] if metric in self._values else self.of(otherwise)
            case "SUM", [ast.List(elts=parts)]:
                return sum(map(self.of, parts))
            case "PERIOD", [ast.Name(id=metric)] if metric in self._values:
                return float(self._period)
        raise FormulaError(f"{name} of {len(args)}: not supported")
