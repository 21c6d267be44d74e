"""A function's environment as a type: the stack writes it, the function reads it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingsError(ValueError):
    """The environment does not fit the function's settings, which is an error of the deployment."""


class EnvSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every function's settings: one field is one variable, named like the field in upper case.

    Text is stored unchanged, everything else as JSON.
    """

    def to_env(self) -> dict[str, str]:
        """Return the variables for ``aws_lambda_function.environment``."""
        return {field.name.upper(): _text(getattr(self, field.name)) for field in msgspec.structs.fields(self)}

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read the settings. Raises `SettingsError` that names a missing or invalid variable."""
        source = os.environ if env is None else env
        values: dict[str, object] = {}
        for field in msgspec.structs.fields(cls):
            name = field.name.upper()
            if name in source:
                values[field.name] = _value(name, source[name], field.type)
            elif field.required:
                raise SettingsError(f"{name} is not set")
        return cls(**values)


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()


def _value(name: str, text: str, kind: object) -> object:
    if kind is str:
        return text
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{name}={text!r}: {error}") from error
