"""Reads presets and environments; what is wrong becomes one line with file, key, value and what is allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import msgspec

from lib.config.model import Config
from lib.config.validation import problems

ROOT = Path(__file__).resolve().parents[2]
PRESETS = ROOT / "presets"
ENVIRONMENTS = ROOT / "environments"
SUFFIX = re.compile(r"[a-z0-9-]{1,20}")


class ConfigError(ValueError):
    """The settings cannot be deployed. The message is one line for the person who wrote them."""


def check_suffix(suffix: str) -> str:
    """The suffix itself, or `ConfigError`: it becomes part of every name."""
    if not SUFFIX.fullmatch(suffix):
        raise ConfigError(f"ENVIRONMENT_SUFFIX={suffix!r}: allowed are 1 to 20 of a-z, 0-9 and '-'")
    return suffix


def presets() -> tuple[str, ...]:
    """Names of the presets there are."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def load_preset(name: str) -> Config:
    """A preset as it stands, without an environment."""
    return _decode({"preset": name, **_preset(name, "preset")}, f"presets/{name}.toml")


def load_environment(suffix: str) -> Config:
    """The environment's file over its preset; a suffix without a file gets `environments/dev.toml`."""
    check_suffix(suffix)
    path = ENVIRONMENTS / f"{suffix}.toml"
    path = path if path.exists() else ENVIRONMENTS / "dev.toml"
    where = f"environments/{path.name}"
    own = _read(path, where)
    name = own.get("preset")
    if not isinstance(name, str):
        raise ConfigError(f"{where}: preset={name!r}: allowed are {', '.join(presets())}")
    _decode(own, where)
    return _decode(_merge(_preset(name, where), own), where)


def _preset(name: str, where: str) -> dict[str, Any]:
    if name not in presets():
        raise ConfigError(f"{where}: preset={name!r}: allowed are {', '.join(presets())}")
    values = _read(PRESETS / f"{name}.toml", f"presets/{name}.toml")
    if "preset" in values:
        raise ConfigError(f"presets/{name}.toml: preset={values['preset']!r}: only an environment names a preset")
    return values


def _read(path: Path, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where}: no TOML: {error}") from error


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        merged[key] = _merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _decode(values: dict[str, Any], where: str) -> Config:
    try:
        config = msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {_readable(str(error), values)}") from error
    for key, value, allowed in problems(config):
        raise ConfigError(f"{where}: {key}={value!r}: allowed is {allowed}")
    return config


def _readable(message: str, values: dict[str, Any]) -> str:
    """``load.readings_per_second='x': expected `int`, got `str``` from msgspec's message and its path."""
    reason, _, path = message.partition(" - at `$")
    keys, kind = _walk(path.rstrip("`"), values)
    unknown = re.search(r"unknown field `(.+)`", reason)
    if unknown:
        keys.append(unknown[1])
        allowed = ", ".join(field.name for field in msgspec.structs.fields(kind))
        return f"{_dotted(keys)}={_at(values, keys)!r}: no such key; allowed are {allowed}"
    if reason.startswith("Invalid enum value"):
        return f"{_dotted(keys)}={_at(values, keys)!r}: allowed are {', '.join(get_args(kind))}"
    return f"{_dotted(keys)}={_at(values, keys)!r}: {reason[0].lower()}{reason[1:]}"


def _walk(path: str, values: dict[str, Any]) -> tuple[list[str | int], Any]:
    """The keys of msgspec's path and the type they lead to; places in an array are numbers.

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
        elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            kind = {field.name: field.type for field in msgspec.structs.fields(kind)}[step]
            keys.append(step)
    return keys, kind


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
