"""The command line of `python -m local run`, checked before anything starts."""

import argparse
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lambda_src.common.readings.formats.named_formats import format_names, named_format
from lambda_src.common.readings.formats.spec import Format
from lib.config import Config, ConfigError, environments, load_environment, load_preset, presets
from local.embedded.ports import require_free
from local.errors import RunError
from local.run.fleet_format import FLEET_FORMATS, with_format

DEFAULT_PRESET = "manufacturing"
DEFAULT_SECONDS = 30.0
DEFAULT_RATE = 200.0
DEFAULT_DEVICES = 20
MAX_RATE = 5000.0  # readings/s; the embedded AWS accepts about 6,000 records per second on two cores
MAX_DEVICES = 10_000


@dataclass(frozen=True)
class Options:
    """What to run. `duration` is None for a complete replay, `environment` is None for a preset."""

    config: Config
    environment: str | None
    duration: float | None
    rate: float
    devices: int
    seed: int
    replay: Path | None
    format: str | None
    """How the fleet's devices write their messages; None for the product's own JSON."""
    replay_format: Format | None
    """How the replayed file is written; None for a series of ``timestamp,value``."""
    headless: bool
    report: Path | None
    port: int | None
    keep: Path | None


class _Parser(argparse.ArgumentParser):
    """Reports usage errors in one line, like every other error of the command."""

    def error(self, message: str) -> NoReturn:
        raise RunError(f"{message} (see {self.prog} --help)")


def parse_options(arguments: Sequence[str]) -> Options:
    """Parse the command line. Raises `RunError` that names the invalid option and what is allowed."""
    given = _parser().parse_args(arguments)
    replay = _readable(given.replay)
    duration = given.duration if given.duration is not None or replay else DEFAULT_SECONDS
    config = _config(given.preset, given.environment)
    replay_format = _named(given.format) if replay and given.format else None
    form = None if replay else given.format
    return Options(
        config=config if form is None else with_format(config, form),
        environment=given.environment,
        duration=None if duration is None else _within("--duration", duration, 86_400, "seconds"),
        rate=_within("--rate", given.rate, MAX_RATE, "readings per second"),
        devices=int(_within("--devices", given.devices, MAX_DEVICES, "devices")),
        seed=given.seed,
        replay=replay,
        format=form,
        replay_format=replay_format,
        headless=given.headless,
        report=_writable(given.report),
        port=None if given.port is None else require_free(_port(given.port)),
        keep=_empty(given.keep),
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m local", description="The pipeline on an embedded AWS.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="run")
    run = commands.add_parser(
        "run", help="deploy a preset or an environment, send readings through it, account for each of them"
    )
    option = run.add_argument
    what = run.add_mutually_exclusive_group().add_argument
    what("--preset", help=f"one of {', '.join(presets())} (default: {DEFAULT_PRESET})")
    what("--environment", metavar="SUFFIX", help=f"environments/SUFFIX.toml: one of {', '.join(environments())}")
    option("--duration", type=float, metavar="SECONDS", help="how long to send; default: 30, or the complete replay")
    option("--rate", type=float, default=DEFAULT_RATE, metavar="N", help="readings per second (default: %(default)g)")
    option(
        "--devices",
        type=int,
        default=DEFAULT_DEVICES,
        metavar="N",
        help="machines of the simulated plant (default: %(default)s)",
    )
    option("--seed", type=int, default=1, metavar="N", help="random seed; the same seed gives the same readings")
    option(
        "--replay",
        type=Path,
        metavar="FILE.csv",
        help="send this series (columns timestamp,value) instead of a simulated plant",
    )
    option(
        "--format",
        metavar="NAME",
        help=f"devices send by MQTT in this format, one of {', '.join(FLEET_FORMATS)}; with --replay, the named format "
        "of the file",
    )
    option("--headless", action="store_true", help="print plain lines for logs; the default without a terminal")
    option("--report", type=Path, metavar="FILE.json", help="write the report to this file")
    option("--port", type=int, metavar="N", help="port of the embedded AWS on 127.0.0.1 (default: a free one)")
    option("--keep", type=Path, metavar="DIR", help="keep plan, state and logs in this new or empty folder")
    return parser


def _config(preset: str | None, environment: str | None) -> Config:
    """Load the settings. An unknown environment is an error, because another one in its place would mislead."""
    if preset is not None and preset not in presets():
        raise RunError(f"--preset {preset} is unknown; allowed are {', '.join(presets())}")
    if environment is not None and environment not in environments():
        raise RunError(f"--environment {environment} has no file; allowed are {', '.join(environments())}")
    try:
        return load_environment(environment) if environment else load_preset(preset or DEFAULT_PRESET)
    except ConfigError as cause:
        raise RunError(str(cause)) from cause


def _named(name: str) -> Format:
    form = named_format(name)
    if form is None:
        raise RunError(f"--format {name} is unknown; allowed are {', '.join(format_names())}")
    return form


def _within(name: str, value: float, most: float, unit: str) -> float:
    if not (math.isfinite(value) and 0 < value <= most):
        raise RunError(f"{name} must be more than 0 and at most {most:,.0f} {unit} (got {value:g})")
    return value


def _port(value: int) -> int:
    if not 1024 <= value <= 65535:
        raise RunError(f"--port must be between 1024 and 65535 (got {value})")
    return value


def _readable(path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        raise RunError(f"--replay {path} does not exist; name a CSV file with the columns timestamp,value")
    return path


def _writable(path: Path | None) -> Path | None:
    if path is None:
        return None
    # os.access tells root that everything is writable; a folder or a missing parent is still found.
    target = path if path.exists() else path.parent
    if path.is_dir() or not path.parent.is_dir() or not os.access(target, os.W_OK):
        raise RunError(f"--report {path} cannot be written; name a file in an existing folder")
    return path


def _empty(path: Path | None) -> Path | None:
    if path is not None and (path.is_file() or (path.is_dir() and any(path.iterdir()))):
        raise RunError(f"--keep {path} must be a new or empty folder")
    return path.resolve() if path else None
