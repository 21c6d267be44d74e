"""How far a rotation got, in a file beside the new key, so that it can be taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


class Plan(msgspec.Struct, frozen=True):
    device: str
    retire: list[str]
    """ARNs of the certificates that the device had at the beginning."""
    certificate: str | None = None
    """ARN of the new one, once it is made."""


class PlanFile:
    """``<id>.rotation.json``; it goes when the rotation is over."""

    def __init__(self, folder: Path, device: str) -> None:
        self.path = folder / f"{device}.rotation.json"

    def read(self) -> Plan | None:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Plan)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise InputError(f"{self.path}: the rotation's state cannot be read") from error

    def write(self, plan: Plan) -> None:
        """Whole or not at all, whenever the command is interrupted."""
        draft = self.path.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(plan))
        draft.replace(self.path)

    def remove(self) -> None:
        self.path.unlink()
