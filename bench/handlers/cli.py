"""``python -m bench handlers``: parse arguments, measure, print a table."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.handlers.measure import measure
from bench.handlers.plan import BenchError, Fleet, Plan, Result
from lambda_src.common.deployment import DeploymentRules
from lambda_src.common.thresholds import Threshold

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "lambda_src.processor.handler"
OUR_ENV = {
    "ENVIRONMENT_SUFFIX": "bench",
    "QUARANTINE_BUCKET": "iot-quarantine-bench",
    "PROCESSED_BUCKET": "iot-processed-bench",
    "ALERTS_TABLE": "iot-alerts-bench",
    "ALERTS_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:iot-alerts-bench",
    "ALERT_SIGNING_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:iot-bench-AbCdEf",
}
OUR_RULES = DeploymentRules(
    thresholds={"temperature": Threshold(max=100), "pressure": Threshold(max=150), "vibration": Threshold(max=5)}
)

STORES = {
    "timestream": {"TIMESTREAM_DATABASE": "iot-bench", "TIMESTREAM_TABLE": "readings"},
    "dynamodb": {
        "READINGS_TABLE": "iot-readings-bench",
        "DEVICES_TABLE": "iot-devices-bench",
        "ANOMALIES_BUCKET": "iot-anomalies-bench",
    },
}
READINGS_A_SECOND = 10
"""Readings per second and device with stores in DynamoDB. Each device has one sensor, so a batch has one run per
device.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]  # argparse exits here, this raises
        raise BenchError(message)


def main(argv: list[str]) -> int:
    """Run the benchmark. Returns 0, or 2 with one line on standard error if it cannot be measured."""
    try:
        args = _parser().parse_args(argv)
        env = dict(_pair(text) for text in args.env)
        ours_env = OUR_ENV | STORES[args.stores] | env
        ours = Plan(
            OURS, "handle", ours_env, args.batch, args.events, args.repeat, _fleet(args), args.call_ms, OUR_RULES
        )
        plans = [ours]
        if args.peer:
            path, function = _peer(args.peer)
            plans.append(replace(ours, path=path, function=function, env=env, rules=None))
        results = [measure(plan) for plan in plans]
    except BenchError as error:
        print(f"bench handlers: {error}", file=sys.stderr)
        return 2
    lines = [line for plan, result in zip(plans, results, strict=True) for line in _lines(plan, result)]
    if len(results) == 2:
        lines.append(_ratio(*results))
    print("\n".join(lines))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m bench handlers", description=__doc__)
    parser.add_argument("--peer", metavar="PATH:FUNCTION", help="another handler to measure with the same events")
    parser.add_argument(
        "--env", metavar="K=V", action="append", default=[], help="environment variable for the handlers (repeatable)"
    )
    parser.add_argument(
        "--stores", choices=sorted(STORES), default="timestream", help="stores of our handler (timestream)"
    )
    parser.add_argument("--devices", type=_up_to(100_000), default=100, help="number of devices (100)")
    parser.add_argument("--enveloped", action="store_true", help="wrap events in the topic rule's envelope")
    parser.add_argument("--batch", type=_up_to(10_000), default=1000, help="events a batch, up to 10,000 (1,000)")
    parser.add_argument("--events", type=_up_to(10_000_000), default=20_000, help="events a repeat (20,000)")
    parser.add_argument("--call-ms", type=_up_to(10_000), default=0, help="milliseconds that each AWS call takes (0)")
    parser.add_argument("--repeat", type=_up_to(1000), default=5, help="number of repeats; the median counts (5)")
    return parser


def _fleet(args: argparse.Namespace) -> Fleet:
    if args.stores == "dynamodb":
        return Fleet(args.devices, True, args.devices * READINGS_A_SECOND, args.enveloped)
    return Fleet(args.devices, enveloped=args.enveloped)


def _up_to(limit: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= limit:
            raise argparse.ArgumentTypeError(f"{text!r} must be a whole number between 1 and {limit:,}")
        return int(text)

    return number


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise BenchError(f"argument --env: must be K=V (got {text!r})")
    return name, value


def _peer(text: str) -> tuple[str, str]:
    path, colon, function = text.rpartition(":")
    if not colon or not function.isidentifier():
        raise BenchError(f"argument --peer: must be PATH:FUNCTION (got {text!r})")
    if not path.endswith(".py") or not Path(path).is_file():
        raise BenchError(f"argument --peer: the Python file {path!r} does not exist")
    return path, function


def _lines(plan: Plan, result: Result) -> list[str]:
    cpu = median(result.cpu_us)
    low, high = min(result.cpu_us), max(result.cpu_us)
    lines = [
        plan.target,
        f"  {cpu:7.1f} µs CPU per event (median of {len(result.cpu_us)}; {low:.1f} to {high:.1f})",
        f"  {median(result.batch_ms):7.1f} ms per batch of {plan.batch:,}, with {plan.call_ms} ms per AWS call",
        f"  {_per_thousand(result, sum(result.calls.values())):7.2f} AWS calls per 1,000 events",
    ]
    for operation, count in sorted(result.calls.items()):
        lines.append(f"  {_per_thousand(result, count):11.2f} {operation}")
    if result.table_units:
        with_indexes = _per_thousand(result, result.units_with_indexes)
        lines.append(
            f"  {_per_thousand(result, result.table_units):7.2f} DynamoDB write units per 1,000 events"
            f" ({with_indexes:.2f} with the indexes)"
        )
    lines.append(f"  {result.peak_rss_mb:7.1f} MB peak RSS")
    if result.reported:
        lines.append(f"  {result.reported:7d} batches failed in part")
    return lines


def _per_thousand(result: Result, count: int) -> float:
    return count / result.events * 1000


def _ratio(ours: Result, peer: Result) -> str:
    cpu = median(peer.cpu_us) / median(ours.cpu_us)
    calls = sum(peer.calls.values()) / max(1, sum(ours.calls.values()))
    return f"peer / ours: {cpu:.1f} x CPU, {calls:.1f} x AWS calls"
