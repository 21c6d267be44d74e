"""Handle failed messages of queues, the stream and the topic rule: list, show, redrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.dlq import listing, redrive, show
from ops.group import Command, add_commands

if TYPE_CHECKING:
    import argparse

COMMANDS: dict[str, Command] = {"list": listing, "show": show, "redrive": redrive}


def register(parser: argparse.ArgumentParser) -> None:
    add_commands(parser, COMMANDS)
