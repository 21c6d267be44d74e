"""The columns of the archives, derived from the types that are written into them."""

from __future__ import annotations

import types
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCALARS = {bool: "boolean", int: "bigint", float: "double", str: "string"}


class Column(NamedTuple):
    """A column. ``type`` is as in Glue and Athena's DDL, such as ``bigint``."""

    name: str
    type: str


def columns_of(struct: type[msgspec.Struct]) -> Sequence[Column]:
    """Return one column per field, in order. Objects with free keys become text (JSON), and so do literals."""
    return [Column(field.name, _type(field.type)) for field in msgspec.structs.fields(struct)]


def _type(kind: Any) -> str:
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) in (dict, Literal):
        return "string"
    if issubclass(kind, msgspec.Struct):
        return f"struct<{','.join(f'{name}:{type_}' for name, type_ in columns_of(kind))}>"
    if issubclass(kind, StrEnum):
        return "string"
    return _SCALARS[kind]
