"""The command ``iot-pipeline``: ``iot-pipeline local|ops|bench …`` runs ``python -m local|ops|bench …``."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = ("local", "ops", "bench")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of `COMMANDS` and return its exit status, or 2 for any other first argument."""
    command, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    if command not in COMMANDS:
        print(f"usage: iot-pipeline {'|'.join(COMMANDS)} ... (got {command!r})", file=sys.stderr)
        return 2
    # Imported here: each command loads only its own dependencies.
    status: int = import_module(f"{command}.__main__").main(rest)
    return status
