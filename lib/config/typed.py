"""From TOML's values to typed settings; what does not fit is named with its key, its value and what is allowed."""

from __future__ import annotations

import re
from typing import Any, get_args

import msgspec

from lib.config.errors import ConfigError
from lib.config.model import Config


def typed(values: dict[str, Any], where: str) -> Config:
    """The settings with each value of its type; raises `ConfigError` that begins with ``where``, the file's name."""
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {_readable(str(error), values)}") from error


def _readable(message: str, values: dict[str, Any]) -> str:
    """``load.readings_per_second='x': expected `int`, got `str``` from msgspec's message and its path."""
    reason, _, place = message.partition(" - at `")
    keys, kind = _walk(place.rpartition("$")[2].rstrip("`"), values)
    if place.startswith("key`"):
        kind = get_args(kind)[0]
        key = next(name for name in _at(values, keys) if not _fits(name, kind))
        return f"{_dotted(keys)}={key!r}: allowed is a key of {_meaning(kind)}"
    if unknown := re.search(r"unknown field `(.+)`", reason):
        keys.append(unknown[1])
        allowed = ", ".join(field.encode_name for field in msgspec.structs.fields(_struct(kind) or kind))
        return f"{_dotted(keys)}={_at(values, keys)!r}: no such key; allowed are {allowed}"
    found = f"{_dotted(keys)}={_at(values, keys)!r}"
    if reason.startswith("Invalid enum value"):
        return f"{found}: allowed are {', '.join(get_args(kind))}"
    if "matching regex" in reason:
        return f"{found}: allowed is {_meaning(kind)}"
    return f"{found}: {reason[0].lower()}{reason[1:]}"


def _walk(path: str, values: dict[str, Any]) -> tuple[list[str | int], Any]:
    """The keys of msgspec's path and the type they lead to; indexes into an array are numbers.

    msgspec writes ``[...]`` for any entry of a table with free keys; the entry that does not fit is looked up.
    """
    keys: list[str | int] = []
    kind: Any = Config
    for step in re.findall(r"[^.\[\]]+|\[\.\.\.\]|\[\d+\]", path):
        if step == "[...]":
            kind = get_args(kind)[-1]
            keys.append(next(name for name, entry in _at(values, keys).items() if not _fits(entry, kind)))
        elif step.startswith("["):
            kind = get_args(kind)[0]
            keys.append(int(step[1:-1]))
        elif struct := _struct(kind):
            kind = {field.encode_name: field.type for field in msgspec.structs.fields(struct)}[step]
            keys.append(step)
    return keys, kind


def _struct(kind: Any) -> type[msgspec.Struct] | None:
    """A table's type, also of one that may be left out."""
    kinds = (each for each in (kind, *get_args(kind)) if isinstance(each, type))
    return next((each for each in kinds if issubclass(each, msgspec.Struct)), None)


def _meaning(kind: Any) -> str:
    """What a type with a pattern stands for, in words."""
    metas = [kind, *get_args(kind), *(part for inner in get_args(kind) for part in get_args(inner))]
    return next(str(meta.description) for meta in metas if isinstance(meta, msgspec.Meta))


def _fits(value: object, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _at(values: Any, keys: list[str | int]) -> Any:
    for key in keys:
        there = isinstance(key, int) or (isinstance(values, dict) and key in values)
        values = values[key] if there else None
    return values


def _dotted(keys: list[str | int]) -> str:
    """``alerts.subscribers[0].endpoint``"""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")
