"""Calculates what a deployment costs per month, from its plan and its load.

Every resource of the plan is priced, free, or listed as not priced.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

import msgspec

from lib.building.packaging import PackagingError
from lib.config import Config, ConfigError, check_region, load_environment, load_preset
from ops.cost.estimate import estimate
from ops.cost.levers import LoadedPlan
from ops.cost.plan import plan_of
from ops.cost.prices import FILE, prices_in, read_prices
from ops.cost.refresh import PRICE_LIST, refresh
from ops.cost.report import as_values, lines
from ops.errors import InputError
from ops.printing import as_json

if TYPE_CHECKING:
    from collections.abc import Callable

PRESET_SUFFIX = "preset"
MOST_READINGS = 10_000_000
MOST_PER_MESSAGE = 10_000


def register(parser: argparse.ArgumentParser) -> None:
    option = parser.add_argument
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--environment", default="dev", metavar="SUFFIX", help="its settings; default: %(default)s")
    which.add_argument("--preset", metavar="NAME", help="a preset without an environment")
    option("--region", default=os.environ.get("AWS_REGION") or None, help="default: AWS_REGION, or the environment's")
    option(
        "--readings-per-second",
        type=_number(float, 0, MOST_READINGS),
        metavar="N",
        help="the load; default: [load] readings_per_second of the settings",
    )
    option(
        "--readings-per-message",
        type=_number(int, 1, MOST_PER_MESSAGE),
        default=1,
        metavar="N",
        help="readings that a sender puts into one message; default: %(default)s",
    )
    option("--json", action="store_true", help="print JSON: total, items, unpriced, levers and more")
    option("--refresh", action="store_true", help=f"first fetch the prices into {FILE.name}")
    option("--price-list", default=PRICE_LIST, metavar="URL", help="where --refresh fetches; default: %(default)s")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the costs; with ``--refresh`` fetch the prices before."""
    if options.refresh:
        for line in refresh(FILE, options.price_list):
            print(line)
    try:
        config, suffix = _settings(options)
        plan = plan_of(config, suffix)
    except (ConfigError, PackagingError) as error:
        raise InputError(str(error)) from error
    stated = options.readings_per_second
    readings = config.load.readings_per_second if stated is None else stated
    deployment = LoadedPlan(config, plan, readings, options.readings_per_message)
    found = estimate(deployment, prices_in(config.region, read_prices()))
    if options.json:
        print(as_json(as_values(found)))
        return
    for line in lines(found):
        print(line)


def _settings(options: argparse.Namespace) -> tuple[Config, str]:
    if options.preset is not None:
        config = load_preset(options.preset)
        region = check_region(options.region, "--region") if options.region else config.region
        return msgspec.structs.replace(config, region=region), PRESET_SUFFIX
    return load_environment(options.environment, region=options.region), options.environment


def _number(kind: Callable[[str], float], least: int, most: int) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"must be a number from {least} to {most} (got {text!r})")
        return value

    return number
