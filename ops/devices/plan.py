"""The state of a rotation in a file beside the new key, so that it can be resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


class Plan(msgspec.Struct, frozen=True):
    """What a rotation replaces, and how far it is."""

    device: str
    retire: list[str]
    """ARNs of the certificates at the start."""
    certificate: str | None = None
    """ARN of the new certificate, once it exists."""


class PlanFile:
    """``<id>.rotation.json``. It is deleted at the end of the rotation."""

    def __init__(self, folder: Path, device: str) -> None:
        self.path = folder / f"{device}.rotation.json"

    def read(self) -> Plan | None:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Plan)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self.path}: the state of the rotation cannot be read; choose another folder with --out"
            ) from error

    def write(self, plan: Plan) -> None:
        """Write the file atomically, so that an interruption leaves the old or the new content."""
        draft = self.path.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(plan))
        draft.replace(self.path)

    def remove(self) -> None:
        self.path.unlink()
