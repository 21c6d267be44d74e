"""The Systems Manager's parameters in memory, each with its history."""

from __future__ import annotations

from typing import Any


class MemorySSM:
    def __init__(self, value: str) -> None:
        self.versions = [value]

    def get_parameter(self, **_: Any) -> dict[str, Any]:
        return {"Parameter": {"Value": self.versions[-1]}}

    def get_parameter_history(self, **_: Any) -> dict[str, Any]:
        return {"Parameters": [{"Value": value} for value in self.versions]}
