"""Command groups. A command is a module: the docstring's first line is its help; `configure` and `run` do the work."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ops.cloud import Cloud
from ops.outputs import Outputs

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

OUTPUTS = Path("cfn-outputs/flat-outputs.json")


class Command(Protocol):
    __doc__: str | None

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace, cloud: Cloud) -> int | None:
        """Run the command. Returns an exit status, or None for success."""
        ...


def add_commands(parser: argparse.ArgumentParser, commands: Mapping[str, Command]) -> None:
    """Add the commands of one group, by name."""
    leaves = parser.add_subparsers(dest="command", required=True, metavar="|".join(commands))
    for name, command in commands.items():
        summary = (command.__doc__ or "").splitlines()[0]
        add_command(leaves.add_parser(name, help=summary, description=summary), command)


def add_command(parser: argparse.ArgumentParser, command: Command) -> None:
    """Add one command with the option that names the deployment's outputs."""
    parser.add_argument(
        "--outputs",
        type=Path,
        default=OUTPUTS,
        metavar="FILE.json",
        help="outputs of the deployment; default: %(default)s",
    )
    command.configure(parser)
    parser.set_defaults(run=partial(_run, command))


def _run(command: Command, options: argparse.Namespace) -> int | None:
    return command.run(options, Cloud(Outputs.read(options.outputs)))
