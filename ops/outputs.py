"""The stack's outputs, as a deployment wrote them down: a flat JSON object, name → value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Outputs:
    def __init__(self, values: Mapping[str, object], origin: str) -> None:
        self._values = values
        self._origin = origin

    @classmethod
    def read(cls, path: Path) -> Outputs:
        """Raises `InputError` where the file is missing or something else."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"--outputs {path}: {error.strerror}; a deployment writes this file") from error
        except ValueError as error:
            raise InputError(f"--outputs {path}: no JSON") from error
        if not isinstance(values, dict):
            raise InputError(f"--outputs {path}: no JSON object of names and values")
        return cls(values, str(path))

    def find(self, name: str) -> str | None:
        """An output's value; None where this deployment has no such part."""
        value = self._values.get(name)
        return value if isinstance(value, str) and value else None

    def need(self, name: str) -> str:
        """An output's value; raises `InputError` where this deployment has no such part."""
        value = self.find(name)
        if value is None:
            raise InputError(f"{self._origin} has no output {name!r}: this deployment has no such part")
        return value
