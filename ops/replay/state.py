"""How far a replay got, in a file, so that it can be taken up again after whatever ended it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Tally(msgspec.Struct):
    """What was done by now."""

    replayed: int = 0
    """Readings that the function took."""
    invocations: int = 0
    objects: int = 0
    bytes: int = 0
    """Of the objects."""
    left_out: dict[str, int] = msgspec.field(default_factory=dict)
    """What the archive holds and cannot be replayed, by reason."""
    refused: dict[str, int] = msgspec.field(default_factory=dict)
    """Readings among those replayed that are not stored, by reason."""
    broken: dict[str, str] = msgspec.field(default_factory=dict)
    """Objects that could not be read to their end, with the reason."""


class State(msgspec.Struct):
    """All objects up to the key ``done`` are done, and of the object ``key`` all up to ``position``."""

    arguments: str
    done: str = ""
    key: str = ""
    position: int = 0
    tally: Tally = msgspec.field(default_factory=Tally)

    @property
    def began(self) -> bool:
        return bool(self.done or self.key)


def fingerprint(arguments: Mapping[str, object]) -> str:
    """Tells replays apart: 16 hexadecimal digits that follow from what decides on their readings and their order."""
    return hashlib.sha256(msgspec.json.encode(arguments, order="deterministic")).hexdigest()[:16]


class StateFile:
    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, arguments: str) -> State:
        """The state of an earlier attempt, or a new one; raises `InputError` for one of another replay."""
        try:
            state = msgspec.json.decode(self.path.read_bytes(), type=State)
        except FileNotFoundError:
            return State(arguments)
        except (OSError, ValueError) as error:
            raise InputError(f"{self.path}: no state of a replay") from error
        if state.arguments != arguments:
            raise InputError(f"{self.path} is the state of a replay with other arguments: choose another --state")
        return state

    def write(self, state: State) -> None:
        """Whole or not at all, whenever the command is interrupted."""
        draft = self.path.with_name(self.path.name + ".draft")
        draft.write_bytes(msgspec.json.encode(state))
        draft.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
