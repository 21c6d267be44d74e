"""All single-point mutants of one Python file.

Changed are comparisons, arithmetic, `and`/`or`/`not`, conditions, numbers, booleans, returned values, statements that
only call something, and `break`/`continue`. Left alone are type annotations, texts (they are words for people, or
names that everything else would have to share) and what is imported for type checkers only.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SPOKEN = frozenset({"debug", "info", "warning", "error", "exception", "say", "print"})
"""Calls that only tell somebody something."""


@dataclass(frozen=True)
class Mutant:
    """``text`` is the whole file with the change; ``line`` is where it is, from 1."""

    line: int
    text: str


Located = ast.expr | ast.stmt
Change = tuple[Located, ast.AST]
"""A node, and what stands in its place."""


def make_mutant(text: str, change: Change) -> Mutant | None:
    """The file with this change, or None where that cannot be compiled or means the same."""
    node, changed = change
    source = text.encode()
    starts = _line_starts(source)
    begin = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    new = _enclosed(node, ast.unparse(changed))
    mutated = (source[:begin] + new.encode() + source[end:]).decode()
    if not _compiles(mutated) or ast.dump(ast.parse(mutated)) == ast.dump(ast.parse(text)):
        return None
    return Mutant(node.lineno, mutated)


def changes_of(text: str) -> Iterator[Change]:
    """Every change that makes a mutant of the file."""
    tree = ast.parse(text)
    skipped = {id(inner) for node in ast.walk(tree) for left in _left_alone(node) for inner in ast.walk(left)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.expr):
            yield from ((node, changed) for changed in _of_expression(node))
        elif isinstance(node, ast.stmt):
            yield from _of_statement(node)


def _left_alone(node: ast.AST) -> Iterator[ast.AST]:
    """Parts below a node that say nothing about what the program does."""
    if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
        yield node.annotation
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (each for each in [node.returns, *node.decorator_list] if each is not None)
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        yield node
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom):
        yield node
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("cast", "TypeVar", "NewType"):
        yield node
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_type(node.value):
        yield node.slice


def _is_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and (node.id in ("dict", "list", "tuple", "set", "type") or node.id[0].isupper())


def _of_expression(node: ast.expr) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[place] = COMPARISONS[type(operator)]()
            yield changed
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node.value)


def _of_constant(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        yield ast.Constant(value * 10 if value else -1)


def _of_statement(node: ast.stmt) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield node, ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and not _only_speaks(node.value):
        yield node, ast.Pass()
    elif isinstance(node, ast.Break | ast.Continue):
        yield node, ast.Continue() if isinstance(node, ast.Break) else ast.Break()
    elif isinstance(node, ast.If | ast.While):
        yield node.test, ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield node, ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)


def _only_speaks(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in SPOKEN


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _enclosed(node: Located, text: str) -> str:
    """An expression keeps its place in the one around it, also where it stood in parentheses or over several lines."""
    return f"({text})" if isinstance(node, ast.expr) and not isinstance(node, ast.Constant) else text


def _line_starts(source: bytes) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _compiles(text: str) -> bool:
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True
