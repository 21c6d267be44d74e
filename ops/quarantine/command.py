"""Handle quarantined readings: list, show, retry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.group import Command, add_commands
from ops.quarantine import listing, retry, show

if TYPE_CHECKING:
    import argparse

COMMANDS: dict[str, Command] = {"list": listing, "show": show, "retry": retry}


def register(parser: argparse.ArgumentParser) -> None:
    add_commands(parser, COMMANDS)
