"""What the archives' columns are, read from the types that are written into them: there is no second list of fields."""

from __future__ import annotations

import types
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCALARS = {bool: "boolean", int: "bigint", float: "double", str: "string"}


class Column(NamedTuple):
    """``type`` as Glue and Athena's DDL write it, such as ``bigint``."""

    name: str
    type: str


def columns_of(struct: type[msgspec.Struct]) -> Sequence[Column]:
    """A column a field, in their order. An object with free keys is text: its JSON. One of a few words is text."""
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
