"""Adding a command touches its module and the list of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.walk import listed_files

if TYPE_CHECKING:
    from tests.support.walk import Walk

COMMAND = '''"""List the sensor types that an environment judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.config import ConfigError, load_environment
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", default="dev", metavar="SUFFIX")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    try:
        config = load_environment(options.environment)
    except ConfigError as error:
        raise InputError(str(error)) from error
    print("\\n".join(config.thresholds))
'''
IMPORT = "from ops.sensors import command as sensors\n"


def test_a_command_takes_its_module_and_its_entry(walk: Walk) -> None:
    walk.create("ops/sensors/__init__.py", "")
    walk.create("ops/sensors/command.py", COMMAND)
    walk.insert("ops/__main__.py", IMPORT, before="from ops.sql import command as sql\n")
    walk.insert("ops/__main__.py", '    "sensors": sensors,\n', before='    "sql": sql,\n')
    assert "temperature" in walk.run("-m", "ops", "sensors", "--environment", "prod").split()
    assert "List the sensor types" in walk.run("-m", "ops", "--help")
    assert walk.touched() == listed_files("Add a command", NAME="sensors")
