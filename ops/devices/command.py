"""Manage devices and their certificates: allow, add, list, show, send, rotate, revoke, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.devices import add, allow, listing, remove, revoke, rotate, send, show
from ops.group import Command, add_commands

if TYPE_CHECKING:
    import argparse

COMMANDS: dict[str, Command] = {
    "allow": allow,
    "add": add,
    "list": listing,
    "show": show,
    "send": send,
    "rotate": rotate,
    "revoke": revoke,
    "remove": remove,
}


def register(parser: argparse.ArgumentParser) -> None:
    add_commands(parser, COMMANDS)
