"""The state of a replay in a file, so that it can be resumed after any interruption."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Tally(msgspec.Struct):
    """Counts of a replay so far."""

    replayed: int = 0
    """Readings that the function accepted."""
    invocations: int = 0
    objects: int = 0
    bytes: int = 0
    """Bytes of the objects."""
    left_out: dict[str, int] = msgspec.field(default_factory=dict)
    """Content of the archive that cannot be replayed, by reason."""
    refused: dict[str, int] = msgspec.field(default_factory=dict)
    """Replayed readings that are not stored, by reason."""
    broken: dict[str, str] = msgspec.field(default_factory=dict)
    """Objects that could not be read to their end, with the reason."""


class State(msgspec.Struct):
    """All objects up to the key ``done`` are done, and the object ``key`` up to ``position``."""

    arguments: str
    done: str = ""
    key: str = ""
    position: int = 0
    tally: Tally = msgspec.field(default_factory=Tally)

    @property
    def began(self) -> bool:
        """Return whether the replay has started."""
        return bool(self.done or self.key)


def fingerprint(arguments: Mapping[str, object]) -> str:
    """Return 16 hexadecimal digits that identify the arguments which determine the readings and their order."""
    return hashlib.sha256(msgspec.json.encode(arguments, order="deterministic")).hexdigest()[:16]


class StateFile:
    """The state file of one replay."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, arguments: str) -> State:
        """Return the state of an earlier attempt, or a new one. Raises `InputError` for another replay's state."""
        try:
            state = msgspec.json.decode(self.path.read_bytes(), type=State)
        except FileNotFoundError:
            return State(arguments)
        except (OSError, ValueError) as error:
            raise InputError(f"{self.path} is not the state of a replay; choose another --state") from error
        if state.arguments != arguments:
            raise InputError(f"{self.path} is the state of a replay with other arguments; choose another --state")
        return state

    def write(self, state: State) -> None:
        """Write the file atomically, so that an interruption leaves the old or the new content."""
        draft = self.path.with_name(self.path.name + ".draft")
        draft.write_bytes(msgspec.json.encode(state))
        draft.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
