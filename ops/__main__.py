"""`python -m ops`: operator commands for a deployment.

Exit status: 0 for success; 1 if AWS refused or failed (its message is printed) or if something had to be skipped; 2 for
invalid input; 130 after Ctrl-C.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from ops.account import command as account
from ops.bootstrap import command as bootstrap
from ops.cost import command as cost
from ops.decode import command as decode
from ops.devices import command as devices
from ops.dlq import command as dlq
from ops.encoding import write_in_any_encoding
from ops.environment import command as environment
from ops.errors import FailedError, InputError
from ops.preflight import command as preflight
from ops.quarantine import command as quarantine
from ops.query import command as query
from ops.replay import command as replay
from ops.send import command as send
from ops.sql import command as sql

GROUPS = {
    "preflight": preflight,
    "bootstrap": bootstrap,
    "cost": cost,
    "environment": environment,
    "account": account,
    "decode": decode,
    "devices": devices,
    "dlq": dlq,
    "quarantine": quarantine,
    "query": query,
    "send": send,
    "replay": replay,
    "sql": sql,
}
"""The command groups. Each module has a docstring and ``register(parser)``.

``register`` sets the default ``run`` of each command. It takes the options and returns an exit status or None.
"""


class _Parser(argparse.ArgumentParser):
    """Reports usage errors in one line, like every other error of the command."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    write_in_any_encoding()
    try:
        options = build_parser().parse_args(arguments)
        status: int = options.run(options) or 0
    except InputError as error:
        return _fail(str(error), 2)
    except FailedError as error:
        return _fail(str(error), 1)
    except BotoCoreError as error:
        # Some of these are OSError too, but a network failure is not invalid input.
        return _fail(str(error), 1)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), 2)
    except ClientError as error:
        answer = error.response.get("Error", {})
        words = answer.get("Message") or "the service gave no reason; try again"
        return _fail(f"{error.operation_name}: {answer.get('Code', 'error')}: {words}", 1)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    return status


def build_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m ops", description="Operator commands for a deployment.")
    groups = parser.add_subparsers(dest="group", required=True, metavar="|".join(GROUPS))
    for name, group in GROUPS.items():
        summary = (group.__doc__ or "").splitlines()[0]
        group.register(groups.add_parser(name, help=summary, description=summary))
    return parser


def _fail(message: str, status: int) -> int:
    print(" ".join(message.split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
