"""Checks before a deploy whether the account can take an environment.

Reports what Terraform would find only in the middle of an apply, and what to do about it. What to check follows from
the parts of the environment's stack (`lib.part.Need`).
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from lib.building.packaging import PackagingError
from lib.config import Config, ConfigError, load_environment
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from lib.part import PartDescription

_CLIENT = ClientConfig(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
UNRESERVED_EXECUTIONS = 100
"""Concurrency that Lambda keeps unreserved in every account (Lambda quotas)."""


@dataclass(frozen=True)
class Finding:
    """``problem`` says what is wrong and what to do; None if the check passed."""

    check: str
    problem: str | None = None


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--environment", default="dev", metavar="SUFFIX", help="environment to check; default: %(default)s"
    )
    parser.add_argument("--region", help="region to check; default: the environment's")
    parser.add_argument("--state-bucket", metavar="NAME", help="also check that this bucket can be reached")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print one line per check; returns 1 if one failed."""
    try:
        config = load_environment(options.environment)
        parts = parts_of(config, options.environment)
    except (ConfigError, PackagingError) as error:
        raise InputError(str(error)) from error
    findings = list(look(parts, options.region or config.region, options.state_bucket))
    for finding in findings:
        print(
            f"{'✗' if finding.problem else '✓'} {finding.check}" + (f": {finding.problem}" if finding.problem else "")
        )
    return int(any(finding.problem for finding in findings))


def parts_of(config: Config, suffix: str) -> PartDescription:
    """What the environment's stack has; raises `PackagingError` if the functions' layer has not been built."""
    # jsii starts a Node.js process at its import: only a preflight that runs pays for it.
    from cdktf import App

    from lib.tap_stack import TapStack

    with TemporaryDirectory() as unused:
        app = App(outdir=unused)
        return TapStack(app, f"TapStack{suffix}", environment_suffix=suffix, config=config).parts


def look(parts: PartDescription, region: str, state_bucket: str | None) -> Iterator[Finding]:
    """Every check that these parts need; without credentials the first one is the only one."""
    credentials = _ask(
        "credentials", lambda: boto3.client("sts", region_name=region, config=_CLIENT).get_caller_identity()
    )
    yield credentials
    if credentials.problem:
        return
    if state_bucket:
        s3 = boto3.client("s3", region_name=region, config=_CLIENT)
        yield _ask(f"state bucket {state_bucket}", lambda: s3.head_bucket(Bucket=state_bucket))
    if _needed(parts, "timestream"):
        yield _timestream(region)
    if shards := _needed(parts, "kinesis-shards"):
        yield _shards(shards, region)
    yield _concurrency(parts, region)


def _needed(parts: PartDescription, kind: str) -> int:
    return sum(need.amount for need in parts.needs if need.kind == kind)


def _ask(check: str, call: Callable[[], object]) -> Finding:
    try:
        call()
    except (ClientError, BotoCoreError) as error:
        return Finding(check, " ".join(str(error).split()))
    return Finding(check)


def _timestream(region: str) -> Finding:
    client = boto3.client("timestream-write", region_name=region, config=_CLIENT)
    finding = _ask("Timestream", lambda: client.list_databases(MaxResults=1))
    if finding.problem is None:
        return finding
    advice = "closed to new customers since 2025-06-20 and not in every region; set [timestream] enabled = false"
    return Finding(finding.check, f"{advice} ({finding.problem})")


def _shards(needed: int, region: str) -> Finding:
    check = "Kinesis shards"
    client = boto3.client("kinesis", region_name=region, config=_CLIENT)
    try:
        limits = client.describe_limits()
    except (ClientError, BotoCoreError) as error:
        return Finding(check, " ".join(str(error).split()))
    free = limits["ShardLimit"] - limits["OpenShardCount"]
    if needed <= free:
        return Finding(check)
    return Finding(
        check, f"{needed} needed but only {free} free; request a higher quota or set [stream] mode = 'on-demand'"
    )


def _concurrency(parts: PartDescription, region: str) -> Finding:
    """The concurrency that event source mappings use, and all reservations; a new account may have only 10."""
    needed, check = _needed(parts, "lambda-concurrency"), "Lambda concurrency"
    client = boto3.client("lambda", region_name=region, config=_CLIENT)
    try:
        limits = client.get_account_settings()["AccountLimit"]
    except (ClientError, BotoCoreError) as error:
        return Finding(check, " ".join(str(error).split()))
    free = limits["UnreservedConcurrentExecutions"]
    reserved = sum(function.reserved_concurrency or 0 for function in parts.functions.values())
    if reserved and free - reserved < UNRESERVED_EXECUTIONS:
        return Finding(check, f"{reserved} of {free} cannot be reserved; {UNRESERVED_EXECUTIONS} must stay unreserved")
    if needed <= free:
        return Finding(check)
    return Finding(check, f"{needed} concurrent executions needed but only {free} free; request a higher quota")
