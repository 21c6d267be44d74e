"""Devices and their certificates: allow, add, list, show, rotate, revoke."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ops.cloud import Cloud
from ops.devices import add, allow, listing, revoke, rotate, show
from ops.outputs import Outputs

if TYPE_CHECKING:
    import argparse

OUTPUTS = Path("cfn-outputs/flat-outputs.json")


class Command(Protocol):
    __doc__: str | None

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace, cloud: Cloud) -> None: ...


COMMANDS: dict[str, Command] = {
    "allow": allow,
    "add": add,
    "list": listing,
    "show": show,
    "rotate": rotate,
    "revoke": revoke,
}


def register(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True, metavar="|".join(COMMANDS))
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or "").splitlines()[0]
        leaf = commands.add_parser(name, help=summary, description=summary)
        leaf.add_argument("--outputs", type=Path, default=OUTPUTS, metavar="FILE.json", help="default: %(default)s")
        command.configure(leaf)
        leaf.set_defaults(run=partial(_run, command))


def _run(command: Command, options: argparse.Namespace) -> None:
    command.run(options, Cloud(Outputs.read(options.outputs)))
