"""The command line of `python -m local run`, checked before anything is started."""

import argparse
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lib.config import Config, ConfigError, environments, load_environment, load_preset, presets
from local.embedded.ports import require_free
from local.errors import RunError

DEFAULT_PRESET = "manufacturing"
DEFAULT_SECONDS = 30.0
DEFAULT_RATE = 200.0
DEFAULT_DEVICES = 20
MAX_RATE = 5000.0  # readings/s; the embedded AWS takes in some 6,000 records a second on two cores
MAX_DEVICES = 10_000


@dataclass(frozen=True)
class Options:
    """What to run; `duration` is None where a replay is to be sent whole, `environment` where a preset runs."""

    config: Config
    environment: str | None
    duration: float | None
    rate: float
    devices: int
    seed: int
    replay: Path | None
    headless: bool
    report: Path | None
    port: int | None
    keep: Path | None


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other error of the command does."""

    def error(self, message: str) -> NoReturn:
        raise RunError(f"{message} (see {self.prog} --help)")


def parse_options(arguments: Sequence[str]) -> Options:
    """The options; a `RunError` names the one that is wrong and what is allowed."""
    given = _parser().parse_args(arguments)
    replay = _readable(given.replay)
    duration = given.duration if given.duration is not None or replay else DEFAULT_SECONDS
    return Options(
        config=_config(given.preset, given.environment),
        environment=given.environment,
        duration=None if duration is None else _within("--duration", duration, 86_400, "seconds"),
        rate=_within("--rate", given.rate, MAX_RATE, "readings a second"),
        devices=int(_within("--devices", given.devices, MAX_DEVICES, "devices")),
        seed=given.seed,
        replay=replay,
        headless=given.headless,
        report=_writable(given.report),
        port=None if given.port is None else require_free(_port(given.port)),
        keep=_empty(given.keep),
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m local", description="The pipeline on an embedded AWS.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="run")
    run = commands.add_parser(
        "run", help="deploy a preset or an environment, stream readings through it, account for each of them"
    )
    option = run.add_argument
    what = run.add_mutually_exclusive_group().add_argument
    what("--preset", help=f"one of {', '.join(presets())} (default: {DEFAULT_PRESET})")
    what("--environment", metavar="SUFFIX", help=f"environments/SUFFIX.toml: one of {', '.join(environments())}")
    option("--duration", type=float, metavar="SECONDS", help="default: 30, or the whole of a replay")
    option("--rate", type=float, default=DEFAULT_RATE, metavar="N", help="readings a second (default: %(default)g)")
    option(
        "--devices", type=int, default=DEFAULT_DEVICES, metavar="N", help="machines of the plant (default: %(default)s)"
    )
    option("--seed", type=int, default=1, metavar="N", help="of the plant; the same seed gives the same readings")
    option("--replay", type=Path, metavar="FILE.csv", help="send this series (columns timestamp,value) and no plant")
    option("--headless", action="store_true", help="plain lines, for logs; also without a terminal")
    option("--report", type=Path, metavar="FILE.json", help="write the account there")
    option("--port", type=int, metavar="N", help="of the embedded AWS on 127.0.0.1 (default: a free one)")
    option("--keep", type=Path, metavar="DIR", help="leave plan, state and logs in this new or empty folder")
    return parser


def _config(preset: str | None, environment: str | None) -> Config:
    """What a person asks for must be there: another environment in the place of a misspelt one would mislead."""
    if preset is not None and preset not in presets():
        raise RunError(f"--preset {preset}: unknown; allowed are {', '.join(presets())}")
    if environment is not None and environment not in environments():
        raise RunError(f"--environment {environment}: no such file; allowed are {', '.join(environments())}")
    try:
        return load_environment(environment) if environment else load_preset(preset or DEFAULT_PRESET)
    except ConfigError as cause:
        raise RunError(str(cause)) from cause


def _within(name: str, value: float, most: float, unit: str) -> float:
    if not (math.isfinite(value) and 0 < value <= most):
        raise RunError(f"{name} {value:g}: allowed is more than 0 and at most {most:,.0f} {unit}")
    return value


def _port(value: int) -> int:
    if not 1024 <= value <= 65535:
        raise RunError(f"--port {value}: allowed is 1024 to 65535")
    return value


def _readable(path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        raise RunError(f"--replay {path}: no such file; wanted is a CSV file with the columns timestamp,value")
    return path


def _writable(path: Path | None) -> Path | None:
    if path is None:
        return None
    # os.access tells root that anything can be written; a folder or a missing parent is still found.
    target = path if path.exists() else path.parent
    if path.is_dir() or not path.parent.is_dir() or not os.access(target, os.W_OK):
        raise RunError(f"--report {path}: cannot be written; wanted is a file in a folder that exists")
    return path


def _empty(path: Path | None) -> Path | None:
    if path is not None and (path.is_file() or (path.is_dir() and any(path.iterdir()))):
        raise RunError(f"--keep {path}: wanted is a folder that is new or empty")
    return path.resolve() if path else None
