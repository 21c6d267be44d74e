"""The stack's outputs: a flat JSON object of names and values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Outputs:
    """The outputs of one deployment."""

    def __init__(self, values: Mapping[str, object], origin: str) -> None:
        self._values = values
        self._origin = origin

    @classmethod
    def read(cls, path: Path) -> Outputs:
        """Read the file. Raises `InputError` if it is missing or invalid."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"--outputs {path}: {error.strerror}; 'make outputs' writes this file") from error
        except ValueError as error:
            raise InputError(f"--outputs {path} is not JSON; 'make outputs' writes this file") from error
        if not isinstance(values, dict):
            raise InputError(f"--outputs {path} must be a JSON object of names and values")
        return cls(values, str(path))

    def find(self, name: str) -> str | None:
        """Return an output's value, or None if the deployment does not have this part."""
        value = self._values.get(name)
        return value if isinstance(value, str) and value else None

    def need(self, name: str) -> str:
        """Return an output's value. Raises `InputError` if the deployment does not have this part."""
        value = self.find(name)
        if value is None:
            raise InputError(f"{self._origin} has no output {name!r}; this deployment does not have this part")
        return value
